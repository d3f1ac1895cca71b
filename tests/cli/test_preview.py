"""svgai convert --preview on a terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.pictures import coin, encoded

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")


def on_a_terminal(command: list[str], cwd: Path) -> str:
    """What a command writes to a terminal that answers no questions."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 60, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "60", "LINES": "40"}
    with subprocess.Popen(command, cwd=cwd, stdin=child, stdout=child, stderr=child, env=environment) as process:
        os.close(child)
        said = b""
        while True:
            try:
                data = os.read(parent, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not data:
                break
            said += data
    os.close(parent)
    assert process.returncode == 0, said
    return said.decode()


@pytest.mark.slow
def test_both_pictures_are_shown(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(coin(40, 12)))
    said = on_a_terminal([sys.executable, "-m", "svgai", "convert", "a.png", "--preview"], tmp_path)
    assert "PASS" in said
    assert said.count("▀") > 50
    assert (tmp_path / "a.svg").exists()


def test_without_a_terminal_or_its_packages_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(coin(40, 12)))
    command = [sys.executable, "-m", "svgai", "convert", "a.png", "--preview"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "stdout is none" in done.stderr
    assert not (tmp_path / "a.svg").exists()
