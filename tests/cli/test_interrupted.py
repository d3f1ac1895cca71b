"""Ctrl-C ends a command with 130 and without a traceback, in real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.pictures import encoded, noise

# Ctrl-C is heard even where the tests run in the background, which ignores it; the process says when it begins.
_HEARING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from svgai.cli import main
print("begins", file=sys.stderr, flush=True)
main()
"""
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="m0 0 9 9h-9z"/></svg>'


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
@pytest.mark.parametrize(
    ("command", "wait"),
    [
        ("benchmark in.png --repeat 50", 0.2),
        ("benchmark in.png --repeat 50", 1.5),
        ("compare in.png in.svg", 0.2),
        ("inspect in.png", 0.2),
        ("convert in.png -o out.svg", 0.2),
        ("convert in.png -o out.svg", 1.5),
    ],
)
def test_interrupted(tmp_path: Path, command: str, wait: float) -> None:
    (tmp_path / "in.png").write_bytes(encoded(noise(2500, 2500)))
    (tmp_path / "in.svg").write_text(_SVG)
    run = subprocess.Popen(
        [sys.executable, "-c", _HEARING, *command.split()],
        cwd=tmp_path, text=True, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert run.stderr is not None
    assert run.stderr.readline() == "begins\n"
    time.sleep(wait)
    os.killpg(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Traceback" not in err
