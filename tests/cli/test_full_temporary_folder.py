"""Commands on a machine whose temporary folder is full: a disk of 64 kB, which only they see, with no byte left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from svgai.samples import paths
from tests import namespaces

_FULL = """
mount -t tmpfs -o size=65536,mode=777 tmpfs "$TMPDIR" || exit 99
head -c 1000000 /dev/zero > "$TMPDIR/fill" 2> /dev/null && exit 98
exec "$@"
"""
PICTURE = next(path for path in paths() if path.name == "icon-git-64px.png")


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        ("convert", str(PICTURE), "-o", "icon.svg", "--report", "page.html"),
        ("batch", str(PICTURE), "-o", "out", "--report", "page.html", "--report", "rows.json", "--jobs", "2"),
        ("inspect", str(PICTURE)),
    ],
)
def test_nothing_needs_room_in_it(line: tuple[str, ...], tmp_path: Path) -> None:
    namespaces.needed()
    full = tmp_path / "full"
    full.mkdir()
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    command = ["unshare", *user, "--mount", "sh", "-c", _FULL, "sh", sys.executable, "-m", "svgai", *line]
    environment = {**os.environ, "TMPDIR": str(full), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    if line[0] != "inspect":
        made = tmp_path / ("icon.svg" if line[0] == "convert" else "out/icon-git-64px.svg")
        assert made.read_text().endswith("</svg>\n") or made.read_text().endswith("</svg>")
        assert (tmp_path / "page.html").stat().st_size > 10_000
