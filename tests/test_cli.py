"""The command line as a real process: outputs, streams, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.pictures import coin, encoded, lopsided, noise


def svgai(*arguments: str, cwd: Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "svgai", *arguments]
    done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logo.png").write_bytes(encoded(coin()))
    (tmp_path / "plain.jpg").write_bytes(encoded(lopsided(), "JPEG", quality=95))
    (tmp_path / "broken.png").write_bytes(encoded(lopsided())[:200])
    return tmp_path


def is_svg(data: bytes, width: int, height: int) -> bool:
    root = ElementTree.fromstring(data)
    return root.get("viewBox") == f"0 0 {width} {height}" and root.get("width") == str(width)


def test_one_image(folder: Path) -> None:
    done = svgai("convert", "logo.png", cwd=folder)
    assert done.returncode == 0
    assert is_svg((folder / "logo.svg").read_bytes(), 96, 96)
    text = done.stdout.decode()
    for word in (
        "logo.png → logo.svg",
        "PASS",
        "T1 simple",
        "SSIM 0.9",
        "floor",
        "ΔE",
        " B → ",
        "1 shape,",
        " s of 2 s",
    ):
        assert word in text
    assert not done.stderr


def test_several_go_on_after_a_failure(folder: Path) -> None:
    done = svgai("convert", "broken.png", "missing.png", "logo.png", "plain.jpg", "-o", "out", cwd=folder)
    assert done.returncode == 1
    assert sorted(os.listdir(folder / "out")) == ["logo.svg", "plain.svg"]
    errors = done.stderr.decode().splitlines()
    assert len(errors) == 3
    assert errors[2].startswith("2 PASS, 2 FAILED, ")
    assert errors[0].startswith("broken.png: ")
    assert errors[1].startswith("missing.png: there is no such file; ")


def test_stdin_to_stdout(folder: Path) -> None:
    done = svgai("convert", "-", cwd=folder, stdin=encoded(coin()))
    assert done.returncode == 0
    assert is_svg(done.stdout, 96, 96)
    assert "PASS" in done.stderr.decode()


def test_json_is_complete_and_one_object_a_line(folder: Path) -> None:
    done = svgai("convert", "logo.png", "broken.png", "-o", "out", "--json", cwd=folder)
    good, bad = (json.loads(line) for line in done.stdout.splitlines())
    assert (good["schema"], good["status"], good["tier"], good["verdict"]) == (1, "converted", 1, "PASS")
    assert good["bytes_out"] == (folder / "out" / "logo.svg").stat().st_size
    assert {"ssim", "ssim_floor", "delta_e", "alpha_error", "features", "parameters", "seconds"} <= set(good)
    assert (bad["status"], bad["code"]) == ("failed", "unreadable")
    assert bad["remedy"]


def test_existing_outputs_are_kept_skipped_or_replaced(folder: Path) -> None:
    target = folder / "logo.svg"
    target.write_text("mine")
    refused = svgai("convert", "logo.png", "plain.jpg", cwd=folder)
    assert refused.returncode == 2
    assert "--force" in refused.stderr.decode()
    assert not (folder / "plain.svg").exists()
    assert svgai("convert", "logo.png", "--no-clobber", cwd=folder).returncode == 0
    assert target.read_text() == "mine"
    assert svgai("convert", "logo.png", "--force", cwd=folder).returncode == 0
    assert is_svg(target.read_bytes(), 96, 96)


@pytest.mark.parametrize(
    "arguments",
    [
        ("convert", "logo.png", "-o", "-", "--json"),
        ("convert", "logo.png", "plain.jpg", "-o", "-"),
        ("convert", "logo.png", "plain.jpg", "-o", "one.svg"),
        ("convert", "logo.png", "-o", "logo.png", "--force", "--background", "#12"),
        ("convert", "logo.png", "--force", "--no-clobber"),
        ("convert", "logo.png", "--color-precision", "9"),
        ("convert", "logo.png", "--target-ssim", "1.5"),
        ("convert",),
        ("unknown",),
    ],
)
def test_usage_errors_come_before_any_work(folder: Path, arguments: tuple[str, ...]) -> None:
    before = sorted(os.listdir(folder))
    done = svgai(*arguments, cwd=folder)
    assert done.returncode == 2
    assert not done.stdout
    assert sorted(os.listdir(folder)) == before


def test_strict_turns_a_miss_into_exit_4(folder: Path) -> None:
    (folder / "noise.png").write_bytes(encoded(noise(64, 64)))
    done = svgai(
        "convert", "noise.png", "--tier", "1", "--plan", "vtracer", "--quality", "fast", "--strict", cwd=folder
    )
    assert done.returncode == 4
    assert "MISS" in done.stdout.decode()
    assert "(forced)" in done.stdout.decode()
    assert (folder / "noise.svg").exists()


def test_dry_run_writes_nothing(folder: Path) -> None:
    done = svgai("convert", "logo.png", "plain.jpg", "--dry-run", cwd=folder)
    assert done.stdout.decode().splitlines() == ["logo.png → logo.svg", "plain.jpg → plain.svg"]
    assert not list(folder.glob("*.svg"))


def test_quiet_and_verbose(folder: Path) -> None:
    assert not svgai("convert", "logo.png", "--quiet", cwd=folder).stdout
    text = svgai("convert", "logo.png", "--force", "--verbose", cwd=folder).stdout.decode()
    assert "parameters:" in text
    assert "seconds:" in text


def test_names_with_everything_in_them(folder: Path) -> None:
    names = [b"a\nb.png", b"<i>&\"'.png", b"\xff\xfe.png", b"-dash.png"]
    data = encoded(coin(32, 10))
    for name in names:
        (folder / os.fsdecode(name)).write_bytes(data)
    arguments = [os.fsdecode(b"./" + name) for name in names]
    done = svgai("convert", *arguments, "-o", "out", "--sheet", "sheet.html", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert len(os.listdir(folder / "out")) == len(names)
    assert "<i>&" not in (folder / "sheet.html").read_text()


def test_the_same_bytes_every_time(folder: Path) -> None:
    svgai("convert", "logo.png", "-o", "one.svg", cwd=folder)
    svgai("convert", "logo.png", "-o", "two.svg", cwd=folder)
    assert (folder / "one.svg").read_bytes() == (folder / "two.svg").read_bytes()


def test_inspect(folder: Path) -> None:
    text = svgai("inspect", "logo.png", cwd=folder).stdout.decode()
    assert "96 × 96" in text
    assert "T1 simple" in text
    assert "plan 1: contour" in text
    record = json.loads(svgai("inspect", "logo.png", "--json", cwd=folder).stdout)
    assert record["plans"][0]["plan"] == "contour"
    assert svgai("inspect", "broken.png", cwd=folder).returncode == 1


def test_compare(folder: Path) -> None:
    svgai("convert", "logo.png", cwd=folder)
    assert svgai("compare", "logo.png", "logo.svg", cwd=folder).returncode == 0
    (folder / "empty.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"/>')
    missed = svgai("compare", "logo.png", "empty.svg", "--json", cwd=folder)
    assert missed.returncode == 4
    assert json.loads(missed.stdout)["verdict"] == "MISS"
    assert svgai("compare", "logo.png", "broken.png", cwd=folder).returncode == 1


def test_background(folder: Path) -> None:
    flat = np.full((64, 64, 3), 255, np.uint8)
    flat[16:48, 16:48] = (0, 90, 200)
    (folder / "square.png").write_bytes(encoded(flat))
    done = svgai("convert", "square.png", "--background", "remove", "-o", "-", cwd=folder)
    assert b"#fff" not in done.stdout
    assert b"#005ac8" in done.stdout
    done = svgai("convert", "logo.png", "--background", "#00ff00", "-o", "-", cwd=folder)
    assert b"#0f0" in done.stdout


def test_the_page_is_self_contained(folder: Path) -> None:
    svgai("convert", "logo.png", "broken.png", "-o", "out", "--report", "look.html", cwd=folder)
    page = (folder / "look.html").read_text()
    assert page.count("data:image/png;base64,") == 1
    assert page.count('src="data:image/webp;base64,') == 2
    assert page.count("\\u003csvg ") == 1
    assert 'src="http' not in page
    assert "broken.png" in page


@pytest.mark.parametrize("place", ["logo.png", "out/logo.svg", "notes.html", "out"])
def test_a_page_replaces_nothing_of_the_users(folder: Path, place: str) -> None:
    (folder / "notes.html").write_text("notes")
    before = {p: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    done = svgai("convert", "logo.png", "-o", "out", "--sheet", place, cwd=folder)
    assert done.returncode == 2
    assert {p: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
    assert not (folder / "out").exists()
