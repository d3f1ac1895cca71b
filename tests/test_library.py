"""svgai.convert: a path, bytes or an array; nothing printed, nothing written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import svgai
from svgai.errors import SvgaiError
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
    with pytest.raises(ValueError, match="uint8"):
        svgai.convert(np.zeros((4, 4), np.float64))
    with pytest.raises(SvgaiError, match="no such file"):
        svgai.convert("missing.png")


def test_a_notebook_shows_the_picture_and_one_line() -> None:
    result = svgai.convert(coin(), tier=1)
    assert result._repr_svg_() == result.svg.text
    assert repr(result).startswith("<Conversion 96 × 96 px, T1 ")
    assert len(repr(result)) < 120
