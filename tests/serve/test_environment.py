"""Each variable of both manuals has its effect, or is refused with a word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from svgai.errors import UsageError
from svgai.serve.environment import VARIABLES, configuration
from svgai.workers.pool import cores
from tests.serve.running import ROOT

SECRET = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("environment", "field", "value"),
    [
        ({"FLASK_ENV": "production"}, "production", True),
        ({"FLASK_ENV": "development"}, "production", False),
        ({"FLASK_DEBUG": "0"}, "debug", False),
        ({"SECRET_KEY": SECRET}, "secret", SECRET),
        ({"WORKERS": "4", "MAX_CONCURRENT_JOBS": "3"}, "slots", 3),
        ({"WORKERS": "4"}, "slots", 4),
        ({"WORKER_THREADS": "8"}, "slots", 8),
        ({"WORKERS": "4", "WORKER_THREADS": "2"}, "slots", 2),
        ({"MAX_CONCURRENT_JOBS": "15"}, "slots", min(15, cores())),
        ({"REDIS_URL": "redis://redis:6379"}, "redis_url", "redis://redis:6379"),
        ({"UPLOAD_FOLDER": "uploads"}, "uploads", Path("uploads")),
        ({"UPLOAD_DIR": "/app/uploads"}, "uploads", Path("/app/uploads")),
        ({"OUTPUT_DIR": "/app/outputs"}, "outputs", Path("/app/outputs")),
        ({"MAX_CONTENT_LENGTH": "16777216"}, "max_body", 16777216),
        ({"MAX_FILE_SIZE_MB": "10"}, "max_body", 10 * 2**20),
        ({"MAX_FILE_SIZE_MB": "10", "MAX_CONTENT_LENGTH": "16777216"}, "max_body", 10 * 2**20),
        ({"ALLOWED_ORIGINS": "https://a.example,http://b.example:8080"}, "allowed_origins",
         ("https://a.example", "http://b.example:8080")),
        ({}, "allowed_origins", ()),
        ({"API_HOST": "0.0.0.0", "API_PORT": "8001"}, "port", 8001),
        ({"API_HOST": "0.0.0.0"}, "host", "0.0.0.0"),
        ({"PORT": "5000"}, "port", 5000),
        ({"PROMETHEUS_ENABLED": "false"}, "prometheus", False),
        ({"PROMETHEUS_PORT": "9100"}, "prometheus_port", 9100),
        ({"SVGAI_KEEP": "12h"}, "keep", 43200.0),
        ({"SVGAI_PORT": ""}, "port", 8000),
    ],
)  # fmt: skip
def test_each_has_its_effect(environment: dict[str, str], field: str, value: Any) -> None:
    assert getattr(configuration(environment), field) == value


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"SVGAI_MAX_PENDNG": "5"}, "SVGAI_MAX_PENDNG"),
        ({"SVG_AI_CACHE_SIZE": "5"}, "SVG_AI_CACHE_SIZE"),
        ({"FLASK_ENV": "staging"}, "FLASK_ENV"),
        ({"MAX_CONCURRENT_JOBS": "0"}, "MAX_CONCURRENT_JOBS"),
        ({"WORKERS": "many"}, "WORKERS"),
        ({"PORT": "99999"}, "PORT"),
        ({"PORT": "8001", "API_PORT": "8002"}, "PORT"),
        ({"UPLOAD_FOLDER": "a", "UPLOAD_DIR": "b"}, "UPLOAD_DIR"),
        ({"SECRET_KEY": "<generated-secret>"}, "SECRET_KEY"),
        ({"SECRET_KEY": "change-me-in-production-please"}, "SECRET_KEY"),
        ({"SVGAI_WEBHOOK_ORIGINS": "https://a.example"}, "SECRET_KEY"),
        ({"SVGAI_WEBHOOK_ORIGINS": "*", "SECRET_KEY": SECRET}, "SVGAI_WEBHOOK_ORIGINS"),
        ({"ALLOWED_ORIGINS": "https://a.example/path"}, "ALLOWED_ORIGINS"),
        ({"REDIS_URL": "localhost"}, "REDIS_URL"),
        ({"SVGAI_LIMIT_CONVERT": "often"}, "SVGAI_LIMIT_CONVERT"),
        ({"MAX_CONTENT_LENGTH": "-1"}, "MAX_CONTENT_LENGTH"),
        ({"SVGAI_TRUSTED_PROXIES": "nginx"}, "SVGAI_TRUSTED_PROXIES"),
        ({"SVGAI_LOG_FORMAT": "xml"}, "SVGAI_LOG_FORMAT"),
        ({"SVGAI_KEEP": "soon"}, "SVGAI_KEEP"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_with_a_word(environment: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        configuration(environment)


def test_others_are_none_of_our_business() -> None:
    configuration({"PATH": "/bin", "GRAFANA_PASSWORD": "x"})
    assert configuration({"SVGAI_QUALITY": "fast"}, known=["SVGAI_QUALITY"]).port == 8000


def test_the_command_line_wins() -> None:
    assert configuration({"PORT": "5000"}, port=7000, host=None).port == 7000


def test_the_document_lists_every_variable() -> None:
    text = (ROOT / "docs" / "service.md").read_text()
    rows = set(re.findall(r"`([A-Z][A-Z_]+)`", text))
    assert {name for variable in VARIABLES for name in variable.names} <= rows


def test_a_file_of_variables(tmp_path: Path, icon: bytes) -> None:
    from tests.serve.running import running

    (tmp_path / ".env").write_text('# as the manual has it\nMAX_FILE_SIZE_MB=1\nexport FLASK_ENV="development"\n')
    with running(tmp_path) as service:
        assert service.http.post("/convert", content=bytes(2**20 + 1)).status_code == 413
        assert service.http.get("/livez", headers={"Origin": "https://a.example"}).headers[
            "Access-Control-Allow-Origin"] == "*"  # fmt: skip
