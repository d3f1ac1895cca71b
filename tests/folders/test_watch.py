"""svgai watch as a real process: what appears, grows, changes and goes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.pictures import coin, encoded

pytestmark = pytest.mark.slow

# Longer than anything here takes on a busy machine; the tests end as soon as they see what they wait for.
PATIENCE = 60


def until(seen: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/first.png").write_bytes(encoded(coin(24, 8)))
    command = [sys.executable, "-m", "svgai", "watch", "in", "-o", "out", "--delete", "--jobs=1", "--quality=fast"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "watching in; Ctrl-C ends it\n"
        yield process
        process.kill()


def test_an_output_folder_follows(watching: subprocess.Popen[str], tmp_path: Path) -> None:
    first, second = tmp_path / "out/first.svg", tmp_path / "out/sub/second.svg"
    assert first.exists()
    before = first.read_bytes()

    (tmp_path / "in/sub").mkdir()
    data = encoded(coin(24, 6))
    with (tmp_path / "in/sub/second.png").open("wb") as file:
        file.write(data[:100])
        file.flush()
        time.sleep(0.3)
        file.write(data[100:])
    until(second.exists, "the new image's SVG")

    (tmp_path / "in/first.png").write_bytes(data)
    until(lambda: first.read_bytes() != before, "the changed image's SVG")

    (tmp_path / "in/sub/second.png").rename(tmp_path / "in/third.png")
    until((tmp_path / "out/third.svg").exists, "the renamed image's SVG")
    until(lambda: not second.exists(), "the end of the old name's SVG")

    first.write_text("mine")
    (tmp_path / "in/first.png").unlink()
    (tmp_path / "in/broken.png").write_bytes(b"nothing")
    assert watching.stderr is not None
    assert watching.stderr.readline().startswith("FAILED in/broken.png: this is no image")
    assert first.read_text() == "mine"

    watching.send_signal(signal.SIGINT)
    out, err = watching.communicate(timeout=PATIENCE)
    assert watching.returncode == 130
    assert err == "stopped; what was finished is whole\n"
    lines = out.splitlines()
    assert [line.split()[0] for line in lines if "→" in line] == [
        "in/first.png", "in/sub/second.png", "in/first.png", "in/third.png",
    ]  # fmt: skip
    assert "removed out/sub/second.svg" in lines


def test_sigterm_ends_it_with_its_own_code(watching: subprocess.Popen[str]) -> None:
    watching.terminate()
    assert watching.wait(PATIENCE) == 143


def test_without_its_packages_one_line_says_so(tmp_path: Path) -> None:
    code = "import sys; sys.modules['watchfiles'] = None; from svgai.cli import main; main(['watch', '.'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "watching folders needs more packages: pip install 'svgai[watch]'" in done.stderr
