"""Golden pairs: NAME.png becomes NAME.svg. One feature a file, named for it.

To the letter with the same numpy on the same kind of processor; elsewhere sums differ in their last bit and a
coordinate may round the other way: there the same elements must show the same picture.
"""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

import svgai
from svgai.arrays import Pixels
from svgai.output.render import render_stretched
from svgai.picture.alpha import over
from svgai.picture.load import load

FOLDER = Path(__file__).parent / "golden"
ZOOM = 4


@pytest.mark.parametrize("name", sorted(p.stem for p in FOLDER.glob("*.png")))
def test_golden(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    source, golden = FOLDER / f"{name}.png", FOLDER / f"{name}.svg"
    # The clock must not decide what is drawn, however busy the machine is.
    result = svgai.convert(source, max_time=60)
    assert not result.time_limited
    if request.config.getoption("--regenerate"):
        golden.write_text(result.svg.text)
        pytest.fail(f"{golden.name} written anew: look at the difference, then run without --regenerate")
    expected = golden.read_text()
    if not _agree(source, expected, result.svg.text):
        picture = tmp_path / f"{name}.png"
        _save(picture, source, expected, result.svg.text)
        pytest.fail(f"not {golden.name}; source | expected | actual at {ZOOM}×: {picture}")


def _agree(source: Path, expected: str, actual: str) -> bool:
    if expected == actual:
        return True
    raster = load(source.read_bytes())
    size = raster.width * ZOOM, raster.height * ZOOM
    pictures = [render_stretched(text, *size).pixels.astype(int) for text in (expected, actual)]
    elements = [re.findall(r"<(\w+)|(#\w+)", text) for text in (expected, actual)]
    return elements[0] == elements[1] and float(np.abs(pictures[0] - pictures[1]).mean()) < 0.1


def _save(path: Path, source: Path, *svgs: str) -> None:
    raster = load(source.read_bytes())
    size = raster.width * ZOOM, raster.height * ZOOM
    enlarged: Pixels = cv2.resize(over(raster.pixels, 255), size, interpolation=cv2.INTER_NEAREST)
    shown = [enlarged, *(over(render_stretched(svg, *size).pixels, 255) for svg in svgs)]
    cv2.imwrite(str(path), cv2.cvtColor(np.hstack(shown), cv2.COLOR_RGBA2BGRA))
