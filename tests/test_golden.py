"""Golden pairs: NAME.png or NAME.jpg becomes NAME.svg. One feature a file, named for it (tests/golden/README.md).

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
from svgai.keywords import Keywords
from svgai.measure.score import compare
from svgai.output.render import render_stretched
from svgai.picture.alpha import over
from svgai.picture.load import load

FOLDER = Path(__file__).parent / "golden"
ZOOM = 4


# SSIM at 4× that every golden drawing has beside the SVG that its picture was rendered from.
LEAST = 0.985
# Settings of the pairs that are about one.
OPTIONS: dict[str, Keywords] = {
    "photograph-editable": {"editable": True},
    "grouped-by-color": {"group_by": "color"},
    "layered": {"layers": "inkscape"},
    "strokes-never": {"strokes": "never"},
    "strokes-only": {"strokes": "only"},
}
SOURCES = sorted(p for p in FOLDER.iterdir() if p.suffix in (".png", ".jpg"))
WRITTEN = sorted((FOLDER / "sources").glob("*.svg"))


@pytest.mark.parametrize("source", SOURCES, ids=[p.stem for p in SOURCES])
def test_golden(source: Path, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    golden = source.with_suffix(".svg")
    # The clock must not decide what is drawn, however busy the machine is.
    settings: Keywords = {**OPTIONS.get(source.stem, {}), "max_time": 60}
    result = svgai.convert(source, **settings)
    assert not result.time_limited
    if request.config.getoption("--regenerate"):
        golden.write_text(result.svg.text)
        pytest.fail(f"{golden.name} written anew: look at the difference, then run without --regenerate")
    expected = golden.read_text()
    if not _agree(source, expected, result.svg.text):
        picture = tmp_path / f"{source.stem}.png"
        _save(picture, source, expected, result.svg.text)
        pytest.fail(f"not {golden.name}; source | expected | actual at {ZOOM}×: {picture}")


@pytest.mark.parametrize("written", WRITTEN, ids=[p.stem for p in WRITTEN])
def test_a_golden_drawing_shows_what_its_source_shows_enlarged(written: Path) -> None:
    """A staircase of pixels equals the picture, and not the SVG that the picture was rendered from."""
    golden = (FOLDER / f"{written.stem}.svg").read_text()
    side = [int(n) for n in re.findall(r'(?:width|height)="(\d+)"', golden)[:2]]
    truth, drawn = (render_stretched(t, ZOOM * side[0], ZOOM * side[1]) for t in (written.read_text(), golden))
    assert compare(truth, drawn).ssim > LEAST


def test_every_pair_has_its_feature_in_the_table() -> None:
    rows = [line for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("| ")][1:]
    listed = {name.strip() for row in rows for name in row.split("|")[2].split(",")}
    assert listed == {p.stem for p in SOURCES} == {p.stem for p in FOLDER.glob("*.svg")}
    assert {p.stem for p in WRITTEN} < listed


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
    enlarged = cv2.resize(over(raster.pixels, 255), size, interpolation=cv2.INTER_NEAREST)
    shown = [enlarged, *(over(render_stretched(svg, *size).pixels, 255) for svg in svgs)]
    cv2.imwrite(str(path), cv2.cvtColor(np.hstack(shown), cv2.COLOR_RGBA2BGRA))
