"""A deployment's folder as an operator has it: deploy/ of a checkout, with .env and secrets."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.deploy.programs import DEPLOY

# A deployment is of Linux: containers, nginx, systemd.
collect_ignore_glob = [] if sys.platform == "linux" else ["*"]

SECRETS = ("grafana_password", "smtp_password", "slack_url", "pagerduty_key")


def checkout(folder: Path) -> Path:
    """deploy/ of a fresh checkout in a folder, without what git ignores."""
    ignored = shutil.ignore_patterns(".env", "__pycache__", "*.before-*")
    shutil.copytree(DEPLOY, folder / "deploy", ignore=ignored)
    for name in ("secrets", "backend_processor", "incidents", "logs"):
        shutil.rmtree(folder / "deploy" / name, ignore_errors=True)
        (folder / "deploy" / name).mkdir()
    return folder / "deploy"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As docs/operations.md says: .env from its example, and a file for each secret."""
    found = checkout(tmp_path_factory.mktemp("checkout"))
    shutil.copy(found / ".env.example", found / ".env")
    for name in SECRETS:
        (found / "secrets" / name).write_text(f"{name} of a test\n")
    return found
