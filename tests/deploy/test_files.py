"""Dockerfile, scripts, units and secrets: each by the program that knows it."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.deploy.programs import DEPLOY, ROOT, run

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
UNITS = sorted((DEPLOY / "systemd").iterdir())


def test_the_dockerfile_is_sound() -> None:
    run("hadolint", "Dockerfile")


def test_the_image_is_pinned_and_runs_as_a_number() -> None:
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.M) == ["debian:12.12-slim"] * 2
    assert re.findall(r"^USER (.*)", DOCKERFILE, re.M) == ["33:33"]
    assert "HEALTHCHECK" in DOCKERFILE


def test_the_image_has_what_the_manuals_run_in_it() -> None:
    """curl; ping; ps, top, free and kill are procps's."""
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert {"curl", "iputils-ping", "procps", "python3"} <= set(final.split())


def test_what_the_image_copies_exists_and_reaches_its_builder() -> None:
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*)", DOCKERFILE, re.M) for word in line.split()[:-1]]
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in sent


def needed(requirement: Requirement, extras: set[str]) -> bool:
    """Whether Debian 12's Python needs it of a package with these extras."""
    python = {"python_version": "3.11", "python_full_version": "3.11.2"}
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra, **python}) for extra in ("", *extras))


def test_every_package_of_the_image_has_its_version() -> None:
    pinned = {line.partition("==")[0] for line in (DEPLOY / "constraints.txt").read_text().splitlines()[1:]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [text for extra in ("serve", "celery") for text in project["optional-dependencies"][extra]]
    todo = [Requirement(text) for text in project["dependencies"] + extras]
    seen: set[str] = set()
    while todo:
        wanted = todo.pop()
        name = wanted.name.lower().replace("_", "-")
        if name not in seen:
            seen.add(name)
            with suppress(PackageNotFoundError):  # what only the image's Python needs is not here
                todo += [r for r in map(Requirement, requires(wanted.name) or []) if needed(r, wanted.extras)]
    assert seen <= pinned


@pytest.mark.parametrize("name", ["backup.sh", "restore.sh"])
def test_a_script_is_sound(name: str) -> None:
    run("shellcheck", DEPLOY / name)
    assert (DEPLOY / name).stat().st_mode & 0o111


def test_the_units_are_sound(tmp_path: Path) -> None:
    """With programs that exist in the place of those that they start."""
    for unit in UNITS:
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M)
        (tmp_path / unit.name).write_text(text)
    assert run("systemd-analyze", "verify", *sorted(tmp_path.iterdir())) == ""


def test_every_timer_has_its_service_and_the_manuals_hours() -> None:
    timers = {unit.stem: unit.read_text() for unit in UNITS if unit.suffix == ".timer"}
    for name in timers:
        assert (DEPLOY / "systemd" / f"{name}.service").exists()
    # Vectorizer.dev's nightly backup; SVG-AI's weekly export of Redis.
    for name, wanted in (("svgai-backup", "*-*-* 02:00:00"), ("svgai-backup-redis", "Sun *-*-* 04:00:00")):
        assert f"OnCalendar={wanted}\n" in timers[name]
        run("systemd-analyze", "calendar", wanted)


def test_the_unit_of_the_service_is_closed() -> None:
    unit = next(unit for unit in UNITS if unit.name == "svgai@.service").read_text()
    for line in ("NoNewPrivileges=true", "ProtectSystem=strict", "CapabilityBoundingSet=", "MemoryMax=2G"):
        assert line in unit.splitlines()


def test_logs_turn_over(tmp_path: Path) -> None:
    log = tmp_path / "8000.log"
    log.write_text("[2026-01-31 12:00:00] INFO - svgai serves\n")
    conf = tmp_path / "logrotate.conf"
    conf.write_text((DEPLOY / "logrotate.conf").read_text().replace("/var/log/svgai", str(tmp_path)))
    conf.chmod(0o644)
    run("logrotate", "--force", "--state", tmp_path / "state", conf)
    assert log.read_text() == ""
    assert [p.read_text() for p in tmp_path.glob("8000.log-*")] == ["[2026-01-31 12:00:00] INFO - svgai serves\n"]


def test_there_is_no_secret_and_no_default_password() -> None:
    secret = re.compile(r"^[\s#]*\w*(?:PASSWORD|SECRET_KEY|API_KEYS|TOKEN)\w*[ ]*[:=][ ]*(.+)$", re.M | re.I)
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.suffix not in (".json", ".pyc"):
            text = path.read_text()
            assert "admin:admin" not in text
            said = [s for s in secret.findall(text) if not s.startswith(("/run/secrets/", "{file: ./secrets/"))]
            assert said == [], path
    assert {p.name for p in (DEPLOY / "secrets").iterdir()} <= {".gitkeep"}
