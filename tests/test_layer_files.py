"""A file for each layer, beside the whole drawing's, and nothing of anybody's replaced by one."""

from __future__ import annotations

import io
import json
from pathlib import Path

import ezdxf
import pytest
from click.testing import CliRunner, Result

import svgai
from svgai import layer_files
from svgai.arrays import Pixels
from svgai.cli import main
from svgai.errors import OutputError, UsageError
from svgai.export.kinds import data_of
from svgai.files import Job
from svgai.options import FILES
from svgai.output.render import render_stretched
from tests.pictures import encoded, lopsided


def flat() -> Pixels:
    """A red disc and a blue square on white."""
    pixels = lopsided()
    pixels[:8] = pixels[-8:] = 255
    return pixels


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "logo.png"
    path.write_bytes(encoded(flat()))
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--layers", "files"])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix == ".svg"}


WRITTEN = {"logo.svg", "logo-white.svg", "logo-red.svg", "logo-blue.svg"}


def test_each_layer_is_a_file_that_shows_its_color_alone(picture: Path) -> None:
    assert run("convert", str(picture)).exit_code == 0
    assert names(picture.parent) == WRITTEN
    red = render_stretched((picture.parent / "logo-red.svg").read_text(), 64, 48).pixels
    assert red[16, 16].tolist() == [220, 30, 30, 255]
    assert red[:, 40:, 3].max() == 0
    assert 'inkscape:label="red"' in (picture.parent / "logo.svg").read_text()


def test_what_is_there_is_replaced_by_force_alone(picture: Path) -> None:
    mine = picture.parent / "logo-dark-teal.svg"
    mine.write_text("mine")
    refused = run("convert", str(picture))
    assert refused.exit_code == 2
    assert "logo-dark-teal.svg exists already, and may be a layer" in refused.output
    assert names(picture.parent) == {mine.name}
    assert run("convert", str(picture), "--force").exit_code == 0
    assert run("convert", str(picture), "--force").exit_code == 0
    assert names(picture.parent) == WRITTEN | {mine.name}
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("other", ["logo-blue.png", "logo-LIGHT-blue-gradient-2-part-3.png"])
def test_a_layer_that_may_be_another_drawing_is_refused(picture: Path, other: str) -> None:
    (picture.parent / other).write_bytes(picture.read_bytes())
    for command in ("convert", "batch"):
        refused = run(command, str(picture), str(picture.parent / other), "-o", str(picture.parent / "out"), "--force")
        assert refused.exit_code == 2
        assert "may be a layer of" in refused.output
    with pytest.raises(UsageError, match="may be a layer"):
        layer_files.check([Job("a.png", "logo.png"), Job("logo-red.png", "b.png")], FILES, force=True)
    layer_files.check(
        [Job("a.png", "logo.svg"), Job("logo-red.png", "b.svg"), Job("c", "logo-x.svg")], FILES, force=True
    )


def test_stdout_has_no_room_for_layers_nor_has_the_service(picture: Path) -> None:
    assert "don't fit on stdout" in run("convert", str(picture), "-o", "-").output
    assert run("serve").exit_code == run("watch", str(picture.parent)).exit_code == 2
    assert run("batch", str(picture.parent), "--broker", "redis://nowhere").exit_code == 2


@pytest.mark.slow
def test_a_batch_knows_its_layers_again(picture: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "out", tmp_path / "report.json"
    command = "batch", str(picture.parent / "*.png"), "-o", str(out), "--resume", "--report", str(report)
    assert run(*command).exit_code == 0
    assert names(out) == WRITTEN
    (entry,) = [json.loads(line) for line in (out / ".svgai/manifest.jsonl").read_text().splitlines() if line]
    assert set(entry["layers"]) == WRITTEN - {"logo.svg"}
    before = (out / "logo.svg").stat().st_mtime_ns
    assert run(*command).exit_code == 0
    assert (out / "logo.svg").stat().st_mtime_ns == before
    assert run(*command, "--check").exit_code == 0
    (out / "logo-red.svg").unlink()
    checked = run(*command, "--check")
    assert checked.exit_code == 1
    assert "a layer's file is missing or changed" in checked.output
    assert run(*command).exit_code == 0
    assert names(out) == WRITTEN
    (out / "logo-red.svg").write_text("mine")
    assert run(*command).exit_code == 1
    assert (out / "logo-red.svg").read_text() == "mine"


def test_a_result_saves_its_layers_in_the_kind_that_is_wanted(tmp_path: Path) -> None:
    result = svgai.convert(flat(), layers="files")
    result.save(tmp_path / "a.png")
    assert {path.name for path in tmp_path.iterdir()} == {"a.png", "a-white.png", "a-red.png", "a-blue.png"}
    (tmp_path / "b-red.svg").write_text("mine")
    with pytest.raises(OutputError, match=r"b-red\.svg exists already"):
        result.save(tmp_path / "b.svg")
    assert [path.name for path in tmp_path.glob("b*")] == ["b-red.svg"]


def test_a_dxf_calls_its_layers_by_their_colors() -> None:
    data = data_of(svgai.convert(flat(), group_by="color"), "a.dxf")
    document = ezdxf.read(io.StringIO(data.decode()))  # type: ignore[attr-defined]
    assert not document.audit().has_errors
    assert {entity.dxf.layer for entity in document.modelspace()} == {"WHITE", "RED", "BLUE"}
