"""Nothing of the user's is replaced, emptied or written elsewhere without being asked."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from svgai.cli import main
from svgai.errors import OutputError, StorageError, UsageError
from svgai.files import Job, plan
from svgai.folders import manifest
from svgai.folders.find import Rules, find
from svgai.outcome import Skipped
from svgai.report.place import check
from svgai.report.rows import Rows, write_csv
from tests.pictures import coin, encoded


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.png").write_bytes(encoded(coin()))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize("name", ["a.png", "a.svg", "notes.txt", "page.html", "link.html"])
def test_a_sheet_replaces_no_input_no_svg_and_no_foreign_file(folder: Path, name: str) -> None:
    (folder / "page.html").write_text("<p>mine</p>")
    (folder / "link.html").hardlink_to(folder / "a.png")
    before = (folder / "a.png").read_bytes()
    done = run("convert", "a.png", "--sheet", name)
    assert done.exit_code == 2, done.output
    assert (folder / "a.png").read_bytes() == before
    assert (folder / "page.html").read_text() == "<p>mine</p>"
    assert not (folder / "a.svg").exists()


def test_a_report_of_svgai_may_be_replaced(folder: Path) -> None:
    jobs = [Job("a.png", "a.svg")]
    for name, text in (
        ("r.html", '<!doctype html>\n<html lang="en"><meta name="generator" content="svgai">'),
        ("r.json", '{\n "schema": 1,'),
        ("r.csv", "source,target,status,…"),
    ):
        (folder / name).write_text(text)
        check(name, (".html", ".json", ".csv"), jobs)
        (folder / name).write_text("mine")
        with pytest.raises(UsageError, match="none that svgai wrote"):
            check(name, (".html", ".json", ".csv"), jobs)
        check(name, (".html", ".json", ".csv"), jobs, force=True)


@pytest.mark.parametrize(
    "arguments",
    [("batch", ".", "-o", "out", "--report", "mine.json"), ("benchmark", "a.png", "--write-baseline", "mine.json")],
)
def test_other_reports_are_as_careful(folder: Path, arguments: tuple[str, ...]) -> None:
    (folder / "mine.json").write_text('{"mine": true}')
    assert run(*arguments).exit_code == 2
    assert (folder / "mine.json").read_text() == '{"mine": true}'


@pytest.mark.parametrize("out", ["out.ai", "out.html", "out.jpg"])
def test_another_kind_of_output_is_refused_in_words(folder: Path, out: str) -> None:
    with pytest.raises(UsageError, match=r"svgai writes \.svg, "):
        plan(["a.png"], out)
    assert run("batch", ".", "-o", out).exit_code == 2
    (folder / "some.ai").mkdir()
    assert plan(["a.png"], "some.ai")


def test_links_in_the_manifests_folder_are_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    (precious / "run").mkdir(parents=True)
    (precious / "run" / "thesis.txt").write_text("x")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".svgai").symlink_to("../precious")
    with pytest.raises(UsageError, match="is a link"), manifest.held(str(tmp_path / "out")):
        pass
    assert (precious / "run" / "thesis.txt").read_text() == "x"


@pytest.mark.parametrize("name", ["lock", "manifest.jsonl"])
def test_a_linked_lock_or_manifest_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "p.txt").write_text("mine")
    home = tmp_path / "out"
    (home / ".svgai").mkdir(parents=True)
    (home / ".svgai" / name).symlink_to("../../p.txt")
    with pytest.raises(Exception, match="cannot be written"), manifest.held(str(home)):
        manifest.append(str(home), manifest.Entry("a.svg", "s", "m", "x", {}))
    assert (tmp_path / "p.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "line", ["force = true", 'sheet = "x.html"', 'report = ["r.json"]', 'write-baseline = "b.json"', 'output = "../v"']
)
def test_a_file_that_was_only_found_replaces_nothing(folder: Path, line: str) -> None:
    (folder / "svgai.toml").write_text(line)
    done = run("convert", "a.png", "-o", "b.svg")
    assert done.exit_code == 2
    assert str(folder / "svgai.toml") in done.output


def test_the_file_in_force_is_named(folder: Path) -> None:
    (folder / "svgai.toml").write_text('output = "out"')
    done = run("convert", "a.png", "--dry-run")
    assert f"settings: {folder / 'svgai.toml'}" in done.output
    assert "out" in done.output


def test_a_named_file_may_ask_for_reports(folder: Path) -> None:
    for text in ('report = "run.json"', 'report = ["run.json"]'):
        (folder / "mine.toml").write_text(text)
        assert run("batch", "a.png", "-o", "out", "--config", "mine.toml", "--dry-run").exit_code == 0


def test_a_spoilt_manifest_knows_less_and_breaks_nothing(tmp_path: Path) -> None:
    home = tmp_path
    (home / ".svgai").mkdir()
    good = {"target": "a.svg", "source": "s", "made_by": "m", "svg": "x", "record": {}}
    lines = [good | {"target": ["a.svg"]}, good | {"record": 7}, good | {"svg": None}, good]
    (home / ".svgai" / "manifest.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    known = manifest.places(str(home))
    assert list(known) == ["a.svg"]
    assert len(known["a.svg"]) == 1


def test_cells_are_no_formulas(tmp_path: Path) -> None:
    names = ["=HYPERLINK(1).png", "+cmd.png", "@SUM(1).png", "-rf.png", "plain.png"]
    with open(tmp_path / "r.csv", "wb") as out:
        write_csv(out, [{"source": name, "ssim": -0.5} for name in names])
    rows = (tmp_path / "r.csv").read_text().splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == [*(f"'{name}" for name in names[:4]), "plain.png"]
    assert all(",-0.5," in row for row in rows)


def test_hidden_files_and_what_a_mac_packs_are_passed_over(tmp_path: Path) -> None:
    for name in ("a.png", "._a.png", ".b.png", "__MACOSX/c.png", ".git/d.png", "sub/e.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [s.inner for s in find([str(tmp_path)], Rules()).sources] == ["a.png", os.path.join("sub", "e.png")]
    assert len(find([str(tmp_path)], Rules(hidden=True)).sources) == 6
    assert find([str(tmp_path / ".b.png")], Rules()).sources


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_links_to_pipes_and_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    top = tmp_path / "in"
    top.mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.png").touch()
    (top / "own").mkdir()
    (top / "own" / "y.png").touch()
    os.mkfifo(tmp_path / "pipe")
    (top / "a.png").symlink_to("../pipe")
    (top / "up").symlink_to("..")
    (top / "aside").symlink_to("../other")
    found = find([str(top)], Rules())
    assert [s.inner for s in found.sources] == [os.path.join("own", "y.png")]
    assert find([str(top / "a.png")], Rules()).failed


@pytest.mark.parametrize(
    "arguments",
    [("--memory-limit", "9" * 400), ("--memory-limit", "1"), ("--jobs", "999999999999"), ("--timeout", "nan")],
)
def test_extreme_values_are_refused_in_words(folder: Path, arguments: tuple[str, str]) -> None:
    done = run("batch", ".", "-o", "out", *arguments)
    assert done.exit_code == 2
    assert len(done.output.splitlines()[-1]) < 200


@pytest.mark.parametrize("line", ["seconds = " + "1" + 400 * "0", "delta-e = nan", "seconds = inf"])
def test_extreme_targets_are_refused_in_words(folder: Path, line: str) -> None:
    (folder / "svgai.toml").write_text(f"[tiers.1]\n{line}\n")
    done = run("convert", "a.png", "--dry-run")
    assert done.exit_code == 2
    assert "svgai.toml" in done.output


def test_rows_that_cannot_be_kept_are_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="rows"):
        Rows(1, str(tmp_path / "missing"))
    rows = Rows(1)
    rows._file.close()
    rows._file = open("/dev/full", "wb")  # type: ignore[assignment] # noqa: SIM115 - closed below
    with pytest.raises(StorageError, match="No space left"):
        rows.add(0, Skipped(source="a.png", target="a.svg"), reused=False)
    rows.close()
