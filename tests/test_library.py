"""What Python programs call: whatever holds a picture is taken or refused in words; nothing printed or written."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import svgai
from svgai.errors import OutputError, SvgaiError
from svgai.keywords import Keywords
from svgai.outcome import Outcome
from tests.pictures import coin, encoded


def test_path_bytes_and_array_give_the_same(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "disc.png"
    path.write_bytes(encoded(coin()))
    texts = {svgai.convert(image).svg.text for image in (str(path), path, path.read_bytes(), coin())}
    assert len(texts) == 1
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == [path]


def test_the_result_is_measured() -> None:
    result = svgai.convert(coin(), target_ssim=0.9)
    assert result.classification.tier == 1
    assert result.score.ssim > 0.95
    assert result.verdict.word == "PASS"
    assert result.targets.ssim == 0.9


def test_grey_and_rgb_arrays() -> None:
    grey = np.full((20, 30), 200, np.uint8)
    assert svgai.convert(grey).width == 30
    assert svgai.convert(np.dstack([grey] * 3)).height == 20


def test_illegal_settings_and_images_raise() -> None:
    with pytest.raises(ValueError, match="tier is 1, 2 or 3"):
        svgai.convert(coin(), tier=7)
    with pytest.raises(ValueError, match="no such parameter"):
        svgai.convert(coin(), parameters={"vtracer": {"speckles": 3}})
    with pytest.raises(SvgaiError, match="no such file"):
        svgai.convert("missing.png")


def test_a_notebook_shows_the_picture_and_one_line() -> None:
    result = svgai.convert(coin(), tier=1)
    assert result._repr_svg_() == result.svg.text
    assert repr(result).startswith("<Result 96 × 96 px, T1 ")
    assert len(repr(result)) < 120


def test_what_holds_the_same_picture_gives_the_same_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(coin())
    (tmp_path / "disc.png").write_bytes(data)
    monkeypatch.setenv("HOME", str(tmp_path))
    array = np.asarray(coin())
    given: list[Any] = [
        bytearray(data), memoryview(data), io.BytesIO(data), Image.open(io.BytesIO(data)), Image.fromarray(array),
        array.astype(np.uint16) * 257, array / 255, array.astype(np.float32) / 255, "~/disc.png",
    ]  # fmt: skip
    assert {svgai.convert(each).svg.text for each in given} == {svgai.convert(data).svg.text}


def test_pillow_images_stay_as_they_are_and_are_turned_upright() -> None:
    image = Image.fromarray(coin()).convert("RGB").crop((0, 0, 60, 96))
    image.getexif()[0x0112] = 6
    assert (svgai.inspect(image).width, image.size) == (96, (60, 96))


@pytest.mark.parametrize("shape", [(8, 9), (8, 9, 1), (8, 9, 2), (8, 9, 3), (8, 9, 4)])
def test_arrays_of_all_kinds(shape: tuple[int, ...]) -> None:
    assert svgai.inspect(np.ones(shape, bool)).width == 9
    assert svgai.inspect(np.full(shape, 200, np.uint8)).height == 8


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (None, TypeError, "a NoneType is no picture"),
        ([1, 2], TypeError, "a list is no picture"),
        (io.StringIO("x"), TypeError, "open it with mode 'rb'"),
        ("https://example.org/a.png", ValueError, "opens no connections"),
        (np.zeros((3, 40, 50), np.uint8), ValueError, "channels first"),
        (np.zeros((5, 4, 7), np.uint8), ValueError, "a picture is"),
        (np.zeros((0, 4), np.uint8), ValueError, "a picture is"),
        (np.full((4, 4), 200.0), ValueError, "divide them by their white"),
        (np.full((4, 4), np.nan), ValueError, "divide them by their white"),
        (np.zeros((4, 4), np.int32), ValueError, "int32"),
        (Image.new("F", (4, 4)), SvgaiError, "no agreed white"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(given: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        svgai.convert(given)


def test_settings_as_words_and_typos() -> None:
    assert svgai.inspect(coin(), tier="auto").classification == svgai.inspect(coin()).classification
    assert svgai.inspect(coin(), tier="2").classification.tier == 2
    unknown: Any = {"target_sim": 0.9}
    with pytest.raises(TypeError, match="did you mean target_ssim"):
        svgai.convert(coin(), **unknown)
    assert set(Keywords.__annotations__) == {f.name for f in fields(svgai.Settings)}


def test_an_error_names_its_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"nothing")
    with pytest.raises(SvgaiError, match=r"broken\.png: this is no image"):
        svgai.convert(path)
    with pytest.raises(SvgaiError, match=r"broken\.png"):
        svgai.inspect(str(path))


def test_a_result_is_saved_and_replaces_nothing_unasked(tmp_path: Path) -> None:
    result = svgai.convert(coin())
    target = tmp_path / "coin.svg"
    assert result.save(target) == str(target)
    assert target.read_bytes() == result.svg.data
    with pytest.raises(OutputError, match="exists"):
        result.save(target)
    result.save(target, force=True)
    assert result.to_dict()["ssim"] == result.score.ssim


def test_compare_takes_text_bytes_and_paths(tmp_path: Path) -> None:
    result = svgai.convert(coin())
    path = tmp_path / "coin.svg"
    result.save(path)
    found = [svgai.compare(coin(), svg) for svg in (result.svg.text, result.svg.data, path, str(path))]
    assert {each.score.ssim for each in found} == {result.score.ssim}
    assert repr(found[0]).startswith("<Comparison T1: SSIM ")
    with pytest.raises(SvgaiError, match=r"missing\.svg"):
        svgai.compare(coin(), "missing.svg")


def test_a_notebook_gets_a_slider_without_script() -> None:
    page = svgai.convert(coin())._repr_html_()
    assert "resize:horizontal" in page
    assert "data:image/svg+xml;base64," in page
    assert "<script" not in page
    assert len(page) < 40_000


@pytest.mark.slow
def test_a_batch_yields_what_became_of_each(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.png").write_bytes(encoded(coin()))
    (tmp_path / "in" / "c.png").write_bytes(b"nothing")
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int, _: Outcome) -> None:
        told.append((done, total))

    out = tmp_path / "out"
    found = list(svgai.batch(tmp_path / "in", out, jobs=1, progress=progress, quality="fast"))
    assert sorted(type(each).__name__ for each in found) == ["Converted", "Converted", "Failed"]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert sorted(path.name for path in out.glob("*.svg")) == ["a.svg", "b.svg"]
    with pytest.raises(svgai.errors.UsageError, match="exists already"):
        svgai.batch(tmp_path / "in", out)


def test_what_is_public_is_named_and_nothing_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys, svgai; print(dir(svgai) == sorted(svgai.__all__), 'numpy' in sys.modules, svgai.errors.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True False svgai.errors\n"
