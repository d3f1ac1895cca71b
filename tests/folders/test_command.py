"""svgai batch as a real process: outputs, streams, exit codes, signals."""

from __future__ import annotations

import csv
import errno
import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import psutil
import pytest

from svgai.cli.interrupt import resuming
from svgai.folders import manifest
from tests import faults
from tests.pictures import coin, encoded, lopsided, noise

pytestmark = pytest.mark.slow

ODD = os.fsdecode(b"new\nline <b> '\" \xff.png")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "svgai", "batch", *arguments]


def svgai(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(command(*arguments), cwd=cwd, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    good = encoded(coin(24, 8))
    names = ["in/a.png", "in/a.gif", f"in/sub/{ODD}", "in/notes.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(encoded(lopsided(), "GIF") if name.endswith("gif") else good)
    (tmp_path / "in" / "broken.png").write_bytes(good[:60])
    return tmp_path


def test_a_folder(folder: Path) -> None:
    reports = ("all.json", "all.csv", "all.html")
    done = svgai("in", *(f"--report={r}" for r in reports), cwd=folder)
    assert done.returncode == 1
    out = folder / "in-svg"
    assert {p.relative_to(out).as_posix() for p in out.rglob("*.svg")} == {
        "a.png.svg",
        "a.gif.svg",
        f"sub/{ODD.removesuffix('.png')}.svg",
    }
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 10
    assert lines[0] == "SVGs go to in-svg"
    assert lines[5:9] == ["page: all.html", "SVGs: in-svg", "report: all.json", "report: all.csv"]
    assert lines[9].startswith("next: mend what failed, then the same command with --resume")
    assert [line for line in lines if "FAILED in/broken.png: " in line]
    table = done.stdout.decode()
    for words in (" SSIM ", "T1 simple", "3 converted, 1 failed (error rate 25.00 %), 1 other file ignored",
                  "images/s", "slowest ", "failed   in/broken.png: ", "new\\nline <b>"):  # fmt: skip
        assert words in table
    _check_json(json.loads((folder / "all.json").read_text()))
    with (folder / "all.csv").open(newline="") as f:
        rows = list(csv.DictReader(f))
    assert [r["status"] for r in rows] == ["converted", "converted", "failed", "converted"]
    assert rows[3]["source"] == f"in/sub/{ODD}".replace("\udcff", "\\udcff")
    html = (folder / "all.html").read_text()
    assert html.count('<article class="card') == 4
    assert "line &lt;b&gt;" in html
    assert html.endswith("</html>\n")


def _check_json(report: dict) -> None:  # type: ignore[type-arg]
    assert report["versions"].keys() >= {"svgai", "vtracer", "numpy"}
    assert report["settings"]["quality"] == "balanced"
    totals = report["totals"]
    assert (totals["images"], totals["converted"], totals["failed"], totals["ignored"]) == (4, 3, 1, 1)
    assert totals["failed_by_code"] == {"unreadable": 1}
    assert sum(t["images"] for t in totals["tiers"].values()) == 3
    sources = [row["source"] for row in report["images"]]
    assert sources == ["in/a.gif", "in/a.png", "in/broken.png", f"in/sub/{ODD}"]
    assert report["images"][1]["seconds"]["total"] > 0
    assert report["images"][2]["remedy"]


def test_run_again(folder: Path) -> None:
    (folder / "in" / "broken.png").unlink()
    assert svgai("in", cwd=folder).returncode == 0
    refused = svgai("in", cwd=folder)
    assert refused.returncode == 2
    assert "--resume goes on with an earlier run" in refused.stderr.decode()
    (folder / "in-svg" / "a.gif.svg").write_text("<svg/>")
    again = svgai("in", "--resume", "--quiet", cwd=folder)
    assert again.returncode == 1
    assert again.stdout == b""
    assert "in-svg/a.gif.svg is not what svgai wrote; move it away, or --force replaces it" in again.stderr.decode()


def test_nothing_to_do_and_what_would_be_done(folder: Path) -> None:
    nothing = svgai("in", "--include", "*.webp", cwd=folder)
    assert nothing.returncode == 3
    assert nothing.stderr.decode() == "no images found that *.webp matches (5 other files ignored)\n"
    dry = svgai("in", "-o", "out", "--exclude", "sub", "--dry-run", cwd=folder)
    assert dry.returncode == 0
    assert dry.stdout.decode().splitlines() == [
        f"in/{a} → out/{b}" for a, b in [("a.gif", "a.gif.svg"), ("a.png", "a.png.svg"), ("broken.png", "broken.svg")]
    ]
    assert not (folder / "out").exists()
    for wrong in (["--report", "x.txt"], ["--memory-limit", "lots"], ["--resume", "--no-clobber"]):
        assert svgai("in", *wrong, cwd=folder).returncode == 2


def test_lines_of_json_and_all_that_is_known(folder: Path) -> None:
    done = svgai("in", "-o", "out", "--json", "--verbose", "--report", "all.jsonl", cwd=folder)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(row["status"] for row in rows) == ["converted"] * 3 + ["failed"]
    assert rows == [json.loads(line) for line in (folder / "all.jsonl").read_text().splitlines()]
    words = done.stderr.decode()
    assert "SVGs go to" not in words
    assert words.count("  parameters: ") == 3
    assert "3 converted, 1 failed" in words


def test_a_folder_in_use_is_refused(folder: Path) -> None:
    with manifest.held(str(folder / "in-svg")):
        done = svgai("in", cwd=folder)
    assert done.returncode == 2
    assert "another svgai batch is writing to in-svg" in done.stderr.decode()


def test_strict(folder: Path) -> None:
    (folder / "hard").mkdir()
    (folder / "hard" / "noise.png").write_bytes(encoded(noise(32, 32)))
    done = svgai("hard", "--tier", "1", "--plan", "vtracer", "--quality", "fast", "--strict", cwd=folder)
    assert done.returncode == 4


# The command, with the faults of tests/faults.py in its workers.
FAULTY = """
from dataclasses import replace
from svgai.folders import run
from svgai.cli import main
from tests import faults
plain = run.run
run.run = lambda order, *tasks, **how: plain(replace(order, convert=faults.convert), *tasks, **how)
main()
"""
ROOT = str(Path(__file__).parent.parent.parent)


def test_a_full_disk_stops_the_run_with_one_message(tmp_path: Path) -> None:
    good = encoded(coin(24, 8))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "0.png").write_bytes(faults.FAULT + b"full " + good)
    for k in range(1, 30):
        (tmp_path / "in" / f"{k:02}.png").write_bytes(good)
    done = subprocess.run(
        [sys.executable, "-c", FAULTY, "batch", "in"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": ROOT},
    )  # fmt: skip
    assert done.returncode == 1
    _, *lines, message, command = done.stderr.splitlines()  # the first says where the SVGs go
    assert all(line.startswith("[") for line in lines)
    assert message.startswith(f"stopped: in-svg/0.svg cannot be written ({os.strerror(errno.ENOSPC)})")
    assert command == "  svgai batch --resume in"
    assert done.stdout == ""
    assert sorted(os.listdir(tmp_path / "in-svg" / ".svgai")) == ["lock", "manifest.jsonl"]


def many(folder: Path, count: int = 12) -> Path:
    """A folder whose images take long enough to be interrupted."""
    (folder / "many").mkdir()
    for k in range(count):
        (folder / "many" / f"{k:02}.png").write_bytes(encoded(noise(96, 96, seed=k)))
    return folder / "many-svg"


# Ctrl-C is heard even where the tests run in the background, which ignores it.
HEARING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from svgai.cli import main
main()
"""


def started(folder: Path) -> subprocess.Popen[str]:
    """A run that has written its first SVG, and leads a process group of its own."""
    run = subprocess.Popen(
        [sys.executable, "-c", HEARING, "batch", "many", "--plan", "vtracer", "--quality", "fast"],
        cwd=folder, text=True, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert run.stderr is not None
    assert run.stderr.readline() == "SVGs go to many-svg\n"
    assert run.stderr.readline().startswith("[1/")
    return run


def gone(group: int) -> bool:
    """Whether no process of the group lives, within 5 s."""
    for _ in range(500):
        alive = [p for p in psutil.process_iter() if _in_group(p, group)]
        if not alive:
            return True
        time.sleep(0.01)
    return False


def _in_group(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ProcessLookupError):
        return False


def contents(home: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in home.glob("*.svg")}


@pytest.mark.parametrize(("number", "whole_group"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_interrupted(folder: Path, number: signal.Signals, whole_group: bool) -> None:
    home = many(folder)
    run = started(folder)
    os.killpg(run.pid, number) if whole_group else run.send_signal(number)
    out, err = run.communicate()
    assert run.returncode == 128 + number
    assert out == ""
    assert err.endswith("To go on:\n  svgai batch --resume many --plan vtracer --quality fast\n")
    assert "Traceback" not in err
    assert gone(run.pid)
    assert sorted(os.listdir(home / ".svgai")) == ["lock", "manifest.jsonl"]
    assert 1 <= len(contents(home)) < 12
    assert all(svg.rstrip().endswith(b"</svg>") for svg in contents(home).values())


def test_killed_and_resumed_gives_the_same_bytes(folder: Path) -> None:
    home = many(folder)
    run = started(folder)
    run.kill()
    run.communicate()
    assert gone(run.pid)
    before = contents(home)
    assert 1 <= len(before) < 12
    done = svgai("many", "--plan", "vtracer", "--quality", "fast", "--resume", "--report", "r.json", cwd=folder)
    assert done.returncode == 0
    assert json.loads((folder / "r.json").read_text())["totals"]["reused"] == len(before)
    undisturbed = svgai("many", "--plan", "vtracer", "--quality", "fast", "-o", "other", cwd=folder)
    assert undisturbed.returncode == 0
    assert contents(home) == contents(folder / "other")
    assert sorted(os.listdir(home / ".svgai")) == ["lock", "manifest.jsonl"]


def test_the_line_that_resumes() -> None:
    assert resuming(["svgai", "batch", "a b", "-o", "x"]) == "svgai batch --resume 'a b' -o x"
    assert resuming(["svgai", "batch", "in", "--resume"]) == "svgai batch in --resume"
    assert resuming(["svgai", "batch", "in", "--no-clobber"]) == "svgai batch in --no-clobber"


def test_reports_for_programs_and_ci(folder: Path) -> None:
    done = svgai("in", "--report=run.jsonl", "--report=ci.xml", "--report=summary.md", "--tier=1", cwd=folder)
    assert done.returncode == 1
    rows = [json.loads(line) for line in (folder / "run.jsonl").read_text().splitlines()]
    assert sorted(row["status"] for row in rows) == ["converted"] * 3 + ["failed"]
    suite = ET.parse(folder / "ci.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("errors"), suite.get("skipped")) == ("4", "1", "0")
    names = [case.get("name") for case in suite]
    assert names[:3] == ["a.gif", "a.png", "broken.png"]
    error = suite[2].find("error")
    assert error is not None
    assert "damaged" in (error.get("message") or "")
    text = (folder / "summary.md").read_text()
    assert text.startswith("# svgai: 3 converted, 0 missed, 1 failed")
    assert "- failed: `in/broken.png`: " in text
    again = svgai("in", "--resume", "--report=run.jsonl", "--report=ci.xml", "--report=summary.md", cwd=folder)
    assert again.returncode == 1


def test_check_names_what_is_not_up_to_date_and_converts_nothing(folder: Path) -> None:
    (folder / "in/broken.png").unlink()
    first = svgai("in", "--check", cwd=folder)
    assert (first.returncode, first.stdout.decode().count(": missing (in/")) == (1, 3)
    assert not (folder / "in-svg").exists()
    assert svgai("in", cwd=folder).returncode == 0
    assert (svgai("in", "--check", cwd=folder).returncode, svgai("in", "--check", "--tier=2", cwd=folder).stdout) == (
        0,
        svgai("in", "--check", "--quality=fast", cwd=folder).stdout,
    )
    (folder / "in/a.png").write_bytes(encoded(coin(24, 6)))
    (folder / "in-svg/a.gif.svg").write_text("mine")
    done = svgai("in", "--check", cwd=folder)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        "in-svg/a.gif.svg: not what svgai wrote (in/a.gif)",
        "in-svg/a.png.svg: made from another source, other settings or another version (in/a.png)",
    ]
    assert done.stderr.decode().splitlines() == ["1 up to date, 2 not"]


def test_too_many_failures_stop_the_run(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for k in range(12):
        (tmp_path / "in" / f"{k:02}.png").write_bytes(b"nothing")
    done = svgai("in", "--max-errors=2", "--jobs=1", "--report=all.json", cwd=tmp_path)
    assert done.returncode == 1
    assert b"stopped: more than 2 failed, as --max-errors says" in done.stderr
    assert json.loads((tmp_path / "all.json").read_text())["totals"]["failed"] == 3
