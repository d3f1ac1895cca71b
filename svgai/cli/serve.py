"""svgai serve, svgai health, svgai clean: the service and what its operators run beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from svgai.cli.batch import Size
from svgai.cli.configuration import environment_name, settings_of, targets
from svgai.cli.exits import SOME_FAILED
from svgai.cli.options import conversion, settings, words
from svgai.errors import UsageError

_EXTRA = "the service needs more packages: pip install 'svgai[serve]'"


def _env_file(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    """Read a file of NAME=VALUE lines into the environment, where that does not say it already."""
    path = Path(name or ".env")
    if name is None and not path.is_file():
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise click.BadParameter(f"{path} cannot be read ({e})") from e
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip().removeprefix("export ")
        if stripped and not stripped.startswith("#"):
            variable, equals, value = stripped.partition("=")
            if not equals:
                raise click.BadParameter(f"{path}:{number}: this is no NAME=VALUE")
            os.environ.setdefault(variable.strip(), _unquoted(value.strip()))
    return name


def _unquoted(value: str) -> str:
    for quote in "\"'":
        if len(value) >= 2 and value[0] == value[-1] == quote:
            return value[1:-1]
    return value.partition(" #")[0].strip()


@click.command("serve")
@click.option("--env-file", metavar="FILE", is_eager=True, expose_value=False, callback=_env_file,
              help="NAME=VALUE lines for the environment; else .env where there is one.")  # fmt: skip
@click.option("--host", metavar="ADDRESS", help="Where to listen; else 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Else 8000.")
@click.option("--data", type=click.Path(file_okay=False), metavar="DIR", help="Jobs and files; else svgai-data.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
              help="An image that takes longer fails; else 300.")  # fmt: skip
@click.option(
    "--memory-limit", type=Size(), metavar="SIZE", help="An image whose worker grows larger fails; else 1GB."
)
@click.option("--log-format", type=click.Choice(["text", "json"]), help="Of the lines on stdout; else text.")
@conversion
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Serve over HTTP: a page at /, POST /convert, jobs, and both ancestors' APIs. Needs svgai[serve].

    The options of a conversion are what holds where a request says nothing. docs/service.md has the environment.
    """
    settings(ctx, options)
    try:
        from svgai.serve.environment import configuration
        from svgai.serve.server import run
        from svgai.serve.service import Service, check_redis
        from svgai.serve.wanted import Defaults
    except ModuleNotFoundError as e:
        raise click.ClickException(f"{_EXTRA} ({e.name} is missing)") from e
    data = Path(options["data"]) if options["data"] is not None else None
    said = {name: options[name] for name in ("host", "port", "timeout", "memory_limit", "log_format")}
    try:
        found = configuration(os.environ, _known(ctx), data=data, **said)
        check_redis(found)
        run(Service(found, Defaults(words(options), targets(ctx))))
    except UsageError as e:
        raise click.UsageError(str(e)) from e


def _known(ctx: click.Context) -> set[str]:
    """The variables that the command line reads."""
    group = ctx.find_root().command
    commands = list(group.commands.values()) if isinstance(group, click.Group) else []
    return {environment_name(option) for option in settings_of(commands).values()}


@click.command("health")
@click.argument("url", default="", metavar="[URL]")
@click.pass_context
def health(ctx: click.Context, /, url: str) -> None:
    """Ask a running service how it is; exit 1 where it is not well. A container's check.

    URL: else http://127.0.0.1 with the port of SVGAI_PORT, API_PORT or PORT, or 8000.
    """
    from urllib.error import HTTPError
    from urllib.request import ProxyHandler, build_opener

    address = (url or f"http://127.0.0.1:{_port(os.environ)}").rstrip("/")
    address += "" if address.endswith("/health") else "/health"
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=5) as answer:
            click.echo(answer.read().decode("utf-8", "replace"))
    except HTTPError as e:
        click.echo(e.read().decode("utf-8", "replace") or f"{address}: {e}")
        ctx.exit(SOME_FAILED)
    except (OSError, ValueError) as e:
        click.echo(f"{address}: {e}", err=True)
        ctx.exit(SOME_FAILED)


def _port(environment: Mapping[str, str]) -> str:
    return next((environment[name] for name in ("SVGAI_PORT", "API_PORT", "PORT") if environment.get(name)), "8000")


@click.command("clean")
@click.option("--data", type=click.Path(file_okay=False), metavar="DIR", help="The service's data folder.")
@click.option("--older-than", "age", default="7d", show_default=True, metavar="AGE", help="As 12h, 7d.")
@click.option("--cache", is_flag=True, help="The cache's SVGs that were not asked for since, too.")
@click.pass_context
def clean(ctx: click.Context, /, data: str | None, age: str, cache: bool) -> None:
    """Drop the service's ended jobs of that age with their files; it may run meanwhile."""
    try:
        from svgai.serve import cleaning
        from svgai.serve.environment import configuration
        from svgai.serve.values import duration
    except ModuleNotFoundError as e:
        raise click.ClickException(f"{_EXTRA} ({e.name} is missing)") from e
    try:
        found = configuration(os.environ, _known(ctx), data=Path(data) if data is not None else None)
        count = cleaning.clean(found, duration(age), cache=cache)
    except (UsageError, ValueError) as e:
        raise click.UsageError(str(e)) from e
    click.echo(f"{count.jobs} jobs dropped, {count.cached} SVGs of the cache; {count.bytes / 1e6:.1f} MB freed")
