"""Streams as they come: closed, full, broken, without "→". Real processes: nothing else has such streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pictures import coin, encoded

SVGAI = f"{sys.executable} -m svgai"
FULL = "stdout cannot be written (No space left on device); free space there, or send it elsewhere\n"


def shell(line: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a line in which `svgai` is ours."""
    done = subprocess.run(
        ["bash", "-c", line.replace("svgai", SVGAI)], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **environment}, stdin=subprocess.DEVNULL, errors="replace",
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    assert "a fault of" not in done.stderr, done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png"):
        (tmp_path / "in" / name).write_bytes(encoded(coin()))
    return tmp_path


@pytest.mark.parametrize("line", ["--help", "config", "convert in/a.png -o a.svg", "convert in/a.png -o -"])
def test_a_full_stdout_is_one_line(folder: Path, line: str) -> None:
    done = shell(f"svgai {line} > /dev/full", folder)
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (1, [FULL.strip()])


def test_a_closed_pipe_is_a_quiet_end(folder: Path) -> None:
    done = shell("(svgai convert in/a.png -o - ; echo $? > code) | true; sleep 3", folder)
    assert (folder / "code").read_text() == "141\n"
    assert "stdout" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", "2>/dev/full", "<&-"])
def test_a_stream_that_is_not_there_costs_no_picture(folder: Path, closed: str) -> None:
    assert shell(f"svgai convert in/a.png in/b.png -o out {closed}", folder).returncode == 0
    assert sorted(os.listdir(folder / "out")) == ["a.svg", "b.svg"]


@pytest.mark.parametrize("streams", [">&- 2>&-", "2>/dev/full", "> /dev/full", "2>&1 | head -1"])
def test_a_batch_survives_its_console(folder: Path, streams: str) -> None:
    shell(f"svgai batch in -o out --jobs 1 {streams}", folder)
    assert {"a.svg", "b.svg"} <= set(os.listdir(folder / "out"))


def test_stdin_that_is_closed_is_said(folder: Path) -> None:
    done = shell("svgai convert - -o - <&-", folder)
    assert done.returncode == 1
    assert done.stderr.startswith("-: ")


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
def test_an_encoding_without_arrows_loses_nothing(folder: Path, encoding: str) -> None:
    done = shell("svgai convert in/a.png in/b.png -o out", folder, PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert sorted(os.listdir(folder / "out")) == ["a.svg", "b.svg"]


def test_a_file_in_place_of_a_command_is_told_the_command(folder: Path) -> None:
    assert "svgai convert in/a.png" in shell("svgai in/a.png", folder).stderr.replace(SVGAI, "svgai")
    assert "svgai batch in" in shell("svgai in", folder).stderr.replace(SVGAI, "svgai")


def test_strict_and_quiet_says_what_missed(folder: Path) -> None:
    done = shell("svgai convert in/a.png -o x.svg --target-ssim 1 --strict -q", folder)
    assert done.returncode == 4
    assert "MISS" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_full_place_for_temporary_files_is_said_and_resumable(folder: Path) -> None:
    done = shell("TMPDIR=/dev/null svgai batch in -o out --jobs 1 --report r.csv", folder)
    assert done.returncode == 1
    assert "To go on" in done.stderr
