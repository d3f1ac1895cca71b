"""docs/service.md does what it says: its commands run, its JSON has the shapes of the answers."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.serve.running import ROOT, Running

TEXT = (ROOT / "docs" / "service.md").read_text()
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()
            if line.startswith("curl")]  # fmt: skip
SHAPES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_run(service: Running, icon: bytes, tmp_path: Path, command: str) -> None:
    (tmp_path / "logo.png").write_bytes(icon)
    here = command.replace("localhost:8000", f"127.0.0.1:{service.port}").replace("curl", "curl -sSf", 1)
    done = subprocess.run(["sh", "-c", here], cwd=tmp_path, capture_output=True, check=True)
    output = (tmp_path / "logo.svg").read_bytes() if "> logo.svg" in command else done.stdout
    assert output.startswith((b"<svg", b"{"))


def test_there_are_commands_and_shapes() -> None:
    assert len(COMMANDS) >= 7
    assert [shape.get("kind", "error") for shape in SHAPES] == ["job", "batch", "error"]


def keys(value: Any) -> Any:
    """The names in an object, and those of the objects in it."""
    return {k: keys(v) if isinstance(v, dict) and k in ("links", "error") else None for k, v in value.items()}


def test_its_shapes_are_those_of_the_answers(service: Running, icon: bytes) -> None:
    job, batch, error = SHAPES
    files = [("files", ("a.png", icon)), ("files", ("b.png", icon))]
    answer = service.http.post("/jobs", files=files).json()
    assert keys(answer) == keys(batch)
    assert keys(answer["jobs"][0]) == keys(job)
    assert keys(service.http.post("/convert", content=b"x").json()) == keys(error)


def test_its_codes_are_those_that_there_are() -> None:
    told = set(re.findall(r"`([A-Z_]{6,})`(?:, `([A-Z_]+)`)? \| ", TEXT.partition("## Errors")[2].partition("##")[0]))
    source = "".join(p.read_text() for p in (ROOT / "svgai" / "serve").rglob("*.py"))
    for code in {word for pair in told for word in pair if word}:
        assert f'"{code}"' in source
