"""What the environment says the service should be: every variable has its effect, or is refused with a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svgai.errors import UsageError
from svgai.serve import values
from svgai.serve.values import Network

# Variables that begin so are ours: one that is not known is a slip, and not ignored.
OURS = ("SVGAI_", "SVG_AI_", "VECTORIZER_")
# What .env.example files of the world put there for a secret to be filled in.
PLACEHOLDERS = ("change", "your-", "your_", "secret-key", "<", "example", "placeholder", "dev")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The service, as it was asked for. Sizes in bytes, durations in seconds; VARIABLES says what each field is."""

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = Path("svgai-data")
    uploads: Path | None = None
    outputs: Path | None = None
    production: bool = True
    debug: bool = False
    secret: str | None = None
    most_jobs: int = 10
    workers: int | None = None
    timeout: float = 300.0
    memory_limit: int = 10**9
    redis_url: str | None = None
    database_url: str | None = None
    broker_url: str | None = None
    storage_url: str | None = None
    max_body: int = 16 * 2**20
    max_pixels: int = 25_000_000
    max_files: int = 50
    max_pending: int = 100
    client_jobs: int = 100
    request_timeout: float = 120.0
    stuck: float = 600.0
    grace: float = 30.0
    keep: float = 7 * 86400.0
    cache_bytes: int = 10**9
    cache_age: float = 30 * 86400.0
    min_free: int = 64 * 2**20
    origins: tuple[str, ...] | None = None
    keys: tuple[str, ...] = ()
    proxies: tuple[Network, ...] = ()
    webhooks: tuple[str, ...] = ()
    prometheus: bool = True
    prometheus_port: int | None = None
    log_format: str = "text"
    limited: bool = True
    limit_convert: str = "20/2 second"
    limit_jobs: str = "20/2 second"
    limit_api: str = "50/hour;200/day"
    limit_api_convert: str = "10/minute"
    limit_api_batch: str = "2/minute"
    limit_read: str = "200/second"

    @property
    def slots(self) -> int:
        """Worker processes: one a core, and no more than jobs may run at once."""
        from svgai.workers.pool import cores

        return min(self.most_jobs, self.workers or cores())

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """Pages of other origins that may call: none in production, any in development, where not said."""
        return self.origins if self.origins is not None else (() if self.production else ("*",))


@dataclass(frozen=True, slots=True)
class Variable:
    """One setting of the service. names: what it is called in the environment, the first ours; the others are the
    manuals'. least: where several are given the smallest counts, else they must agree."""

    field: str
    names: tuple[str, ...]
    parse: Callable[[str], Any]
    help: str
    least: bool = False


VARIABLES: tuple[Variable, ...] = (
    Variable("host", ("SVGAI_HOST", "API_HOST"), str, "address to listen on"),
    Variable("port", ("SVGAI_PORT", "API_PORT", "PORT"), values.port, "port to listen on"),
    Variable("data", ("SVGAI_DATA",), Path, "folder of the jobs and files"),
    Variable("uploads", ("UPLOAD_FOLDER", "UPLOAD_DIR"), Path, "folder of pictures; else uploads in the data folder"),
    Variable("outputs", ("OUTPUT_DIR",), Path, "folder of SVGs; else outputs in the data folder"),
    Variable("production", ("SVGAI_ENV", "FLASK_ENV"), values.mode, "production, or development: any origin may call"),
    Variable("debug", ("SVGAI_DEBUG", "FLASK_DEBUG"), values.yes, "1 logs more; answers stay as they are"),
    Variable("secret", ("SVGAI_SECRET_KEY", "SECRET_KEY"), str, "signs webhooks"),
    Variable("most_jobs", ("MAX_CONCURRENT_JOBS",), values.count, "jobs that run at once, at most", least=True),
    Variable("workers", ("WORKERS", "WORKER_THREADS"), values.count, "worker processes; else one a core", least=True),
    Variable("timeout", ("SVGAI_TIMEOUT",), values.duration, "a picture that takes longer fails"),
    Variable("memory_limit", ("SVGAI_MEMORY_LIMIT",), values.size, "a picture whose worker grows larger fails"),
    Variable("redis_url", ("REDIS_URL",), str, "Redis for the shared cache and the rate limits"),
    Variable("database_url", ("SVGAI_DATABASE_URL",), str, "PostgreSQL for the jobs; else SQLite in the data folder"),
    Variable("broker_url", ("SVGAI_BROKER_URL",), str, "Redis or RabbitMQ, by which svgai worker draws the jobs"),
    Variable("storage_url", ("SVGAI_STORAGE_URL",), str, "object store of pictures and SVGs; else folders"),
    Variable("max_body", ("MAX_CONTENT_LENGTH",), values.size, "bytes of a request", least=True),
    Variable("max_body", ("MAX_FILE_SIZE_MB",), values.mebibytes, "the same in MiB; the smaller counts", least=True),
    Variable("max_pixels", ("SVGAI_MAX_PIXELS",), values.count, "pixels of a picture"),
    Variable("max_files", ("SVGAI_MAX_FILES",), values.count, "pictures of a request"),
    Variable("max_pending", ("SVGAI_MAX_PENDING",), values.count, "jobs that wait, at most"),
    Variable("client_jobs", ("SVGAI_CLIENT_JOBS",), values.count, "jobs of one client that wait or run, at most"),
    Variable("request_timeout", ("SVGAI_REQUEST_TIMEOUT",), values.duration, "no request takes longer"),
    Variable("stuck", ("SVGAI_STUCK",), values.duration, "a job that is processing for longer is failed"),
    Variable("grace", ("SVGAI_GRACE",), values.duration, "what running jobs get to end after SIGTERM"),
    Variable("keep", ("SVGAI_KEEP",), values.duration, "pictures, SVGs and jobs are kept so long"),
    Variable("cache_bytes", ("SVGAI_CACHE_BYTES",), values.size, "of SVGs in the cache"),
    Variable("cache_age", ("SVGAI_CACHE_AGE",), values.duration, "of an SVG in the cache that is not asked for"),
    Variable("min_free", ("SVGAI_MIN_FREE",), values.size, "bytes that stay free on the disk: less is 507"),
    Variable("origins", ("ALLOWED_ORIGINS",), values.origins, "pages that may call (CORS)"),
    Variable("keys", ("SVGAI_API_KEYS",), values.names, "bearer keys, one of which a request must bring"),
    Variable("proxies", ("SVGAI_TRUSTED_PROXIES", "FORWARDED_ALLOW_IPS"), values.networks,
             "whose X-Forwarded-For is believed"),
    Variable("webhooks", ("SVGAI_WEBHOOK_ORIGINS",), values.origins, "origins that webhooks may go to; else none"),
    Variable("prometheus", ("PROMETHEUS_ENABLED",), values.yes, "0: no /metrics"),
    Variable("prometheus_port", ("PROMETHEUS_PORT",), values.port, "a further port for the metrics"),
    Variable("log_format", ("SVGAI_LOG_FORMAT",), values.log_format, "text or json"),
    Variable("limited", ("SVGAI_LIMITS",), values.yes, "off: no rate limits"),
    Variable("limit_convert", ("SVGAI_LIMIT_CONVERT",), values.rate, "POST /convert"),
    Variable("limit_jobs", ("SVGAI_LIMIT_JOBS",), values.rate, "POST /jobs"),
    Variable("limit_api", ("SVGAI_LIMIT_API",), values.rate, "POST below /api, but for the next two"),
    Variable("limit_api_convert", ("SVGAI_LIMIT_API_CONVERT",), values.rate, "POST /api/convert and /api/convert-ai"),
    Variable("limit_api_batch", ("SVGAI_LIMIT_API_BATCH",), values.rate, "POST /api/batch-convert, classify-batch"),
    Variable("limit_read", ("SVGAI_LIMIT_READ",), values.rate, "everything else"),
)  # fmt: skip


def configuration(environment: Mapping[str, str], known: Iterable[str] = (), **said: Any) -> Configuration:
    """The service that the environment asks for. known: further variables that are read elsewhere. said: fields from
    the command line, which win where they are not None. Raises UsageError that names the variable."""
    _check_names(environment, known)
    found: dict[str, Any] = {}
    for variable in VARIABLES:
        for name in variable.names:
            if environment.get(name, "").strip():
                _take(found, variable, name, environment[name])
    found |= {field: value for field, value in said.items() if value is not None}
    wanted = Configuration(**found)
    _check(wanted)
    return wanted


def _take(found: dict[str, Any], variable: Variable, name: str, text: str) -> None:
    try:
        value = variable.parse(text)
    except ValueError as e:
        raise UsageError(f"{name}: {e}", f"it is: {variable.help}") from e
    before = found.get(variable.field, value)
    if before != value and not variable.least:
        names = " and ".join(n for n in variable.names)
        raise UsageError(f"{names} say different things ({before} and {value})", "give one of them")
    found[variable.field] = min(before, value) if variable.least else value


def _check_names(environment: Mapping[str, str], known: Iterable[str]) -> None:
    names = {name for variable in VARIABLES for name in variable.names} | set(known)
    for name in sorted(environment):
        if name.startswith(OURS) and name not in names:
            raise UsageError(f"{name}: there is no such setting", "docs/service.md lists them")


def _check(wanted: Configuration) -> None:
    secret = (wanted.secret or "").lower()
    if wanted.production and secret and (len(secret) < 16 or secret.startswith(PLACEHOLDERS)):
        raise UsageError(
            "SECRET_KEY is a placeholder or shorter than 16 characters, and signs webhooks",
            "set it to the output of: python3 -c 'import secrets; print(secrets.token_hex(32))'",
        )
    if wanted.webhooks and not wanted.secret:
        raise UsageError("SVGAI_WEBHOOK_ORIGINS is set without SECRET_KEY, which signs webhooks", "set SECRET_KEY")
    if "*" in wanted.webhooks:
        raise UsageError("SVGAI_WEBHOOK_ORIGINS: * would let anybody send requests from here", "name the origins")
    if wanted.redis_url and not wanted.redis_url.startswith(("redis://", "rediss://", "unix://")):
        raise UsageError("REDIS_URL begins with redis://, rediss:// or unix://", "as redis://localhost:6379/0")
