"""Both manuals, and our own, command by command: each is run in a machine of its own, or explained."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from svgai.samples import paths
from tests.deploy.conftest import SECRETS, checkout
from tests.deploy.fences import commands
from tests.deploy.machine import Machine, machine
from tests.deploy.programs import ROOT

MANUALS = Path(__file__).parent / "manuals"
GIVEN = ("svg-ai-operations", "vectorizer-dev-operations")
NAMES = (*GIVEN, "operations")
# Where they were given; a clone that is alone has not got it.
_GIVEN = ROOT.parent / "shared" / "manuals"
_WORDS = {"command", "how", "why", "instead", "run", "before", "after", "expect", "code", "ready"}


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((MANUALS / f"{name}.toml").read_text())["commands"]
    return found


def manual(name: str) -> Path:
    """Its text: ours is in docs/."""
    return MANUALS / f"{name}.md" if name in GIVEN else ROOT / "docs" / f"{name}.md"


@pytest.mark.parametrize("name", NAMES)
def test_the_table_has_every_command_and_no_other(name: str) -> None:
    listed = [row["command"].strip("\n") for row in rows(name)]
    assert listed == commands(manual(name).read_text())


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_one_of_three(name: str) -> None:
    for row in rows(name):
        assert set(row) <= _WORDS
        assert row["how"] in ("written", "local", "explained")
        assert ("why" in row) == (row["how"] == "explained"), row
        assert "run" not in row or row["how"] != "written", row
        docker = re.search(r"(^|[|&] *)docker(-compose)? ", row["command"])
        assert not docker or row["how"] != "written", row


@pytest.mark.parametrize("name", GIVEN)
def test_the_manual_is_the_one_that_was_given(name: str) -> None:
    given = _GIVEN / f"{name}.md"
    kept = (MANUALS / f"{name}.md").read_bytes()
    assert kept == (given.read_bytes() if given.exists() else kept)
    assert len(kept) > 9000


def furnish(folder: Path) -> Path:
    """A checkout with the secrets, the owner of the files and the pictures that commands send."""
    deployed = checkout(folder)
    for name in SECRETS:
        (deployed / "secrets" / name).write_text("of a test\n")
    os.chown(deployed / "backend_processor", 33, 33)
    samples = {path.name: path for path in paths()}
    shutil.copy(samples["logo-figma.jpg"], deployed / "test.jpg")
    shutil.copy(samples["icon-git-64px.png"], deployed / "icon.png")
    (deployed / "broken.png").write_bytes(samples["icon-git-64px.png"].read_bytes()[:400])
    return deployed


def follow(inside: Machine, folder: Path, row: dict[str, Any]) -> str | None:
    """Run a row; what was wrong, if anything."""
    line = row.get("run", row["command"] if row["how"] != "explained" else "")
    if not line:
        return None
    (folder / "row").write_text(row["command"].strip("\n") + "\n")
    if "before" in row:
        inside.run(row["before"], folder)
    ran = inside.run(f"export ROW={folder / 'row'}; {line}", folder)
    ready = wait_for(inside, row.get("ready"))
    output = inside.run(row["after"], folder).output if "after" in row else ran.output
    if ran.code == row.get("code", 0) and ready and re.search(row.get("expect", ""), output):
        return None
    return f"$ {line}\nexit {ran.code}, wanted {row.get('code', 0)} and {row.get('expect', '')!r}\n{output[-1500:]}"


def wait_for(inside: Machine, address: str | None) -> bool:
    """Until an address answers, a minute at most."""
    if address is None:
        return True
    look = f"for k in $(seq 240); do curl -sf -o /dev/null {address} && exit 0; sleep 0.25; done; exit 1"
    return inside.run(look, seconds=90).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_command_does_what_the_manual_says(name: str, tmp_path: Path) -> None:
    folder = furnish(tmp_path)
    with machine(tmp_path) as inside:
        wrong = [problem for row in rows(name) if (problem := follow(inside, folder, row)) is not None]
        assert wrong == [], "\n\n".join(wrong)
