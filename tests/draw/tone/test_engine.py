"""What the tone engine makes of photographs."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import svgai
from svgai.draw.tone.engine import draw
from svgai.draw.tone.plan import COARSEST, FINEST, TonePlan
from svgai.drawing import Drawing, Flat, Path
from svgai.measure.score import Score, compare
from svgai.output.render import render
from svgai.output.svg import Svg, write
from svgai.picture.raster import Raster
from tests.draw.tone.photographs import photograph, with_alpha


def drawn(raster: Raster, coarseness: float = 0.0) -> tuple[Svg, Score]:
    plan = TonePlan(coarseness)
    drawing = draw(raster, plan)
    assert isinstance(drawing, Drawing)
    svg = write(drawing, plan.decimals)
    return svg, compare(raster, render(svg, raster.width, raster.height))


def test_a_photograph_is_like_itself_in_few_bytes() -> None:
    svg, score = drawn(photograph())
    assert score.ssim >= 0.9
    assert score.delta_e <= 3
    assert svg.bytes <= 240 * 160
    assert svg.shapes <= 300


def test_less_coarse_is_nearer_and_larger() -> None:
    found = [drawn(photograph(), c) for c in (3, 1, 0, -1, -3, -5)]
    sizes = [svg.bytes for svg, _ in found]
    assert sizes == sorted(sizes)
    likeness = [score.ssim for _, score in found]
    assert all(b > a - 0.002 for a, b in pairwise(likeness))
    assert likeness[-1] > likeness[0] + 0.05


def test_the_same_picture_gives_the_same_bytes() -> None:
    one = drawn(photograph())[0].text
    assert drawn(Raster(photograph().pixels))[0].text == one
    # What was prepared for one price serves another: it must not have changed.
    drawn(photograph(), -3)
    assert drawn(photograph())[0].text == one


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (3, 3), (1, 40), (40, 1), (5, 7), (11, 11), (13, 300)])
@pytest.mark.parametrize("alpha", ["opaque", "noise", "clear"])
def test_every_size_is_drawn(size: tuple[int, int], alpha: str) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 4), dtype=np.uint8)
    if alpha != "noise":
        pixels[..., 3] = 255 if alpha == "opaque" else 0
    svg, _ = drawn(Raster(pixels), -2)
    assert (svg.page.width, svg.page.height) == (str(size[1]), str(size[0]))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 24), st.integers(1, 24))
def test_no_picture_is_refused(seed: int, width: int, height: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.choice(rng.integers(0, 256, 4), (height, width, 4)).astype(np.uint8)
    _, score = drawn(Raster(pixels))
    assert score.ssim <= 1


def test_one_color_is_one_shape() -> None:
    svg, score = drawn(Raster.from_array(np.full((40, 60, 3), (40, 90, 160), np.uint8)))
    assert score.delta_e < 1
    assert svg.shapes <= 3


def test_a_grey_photograph_has_no_color() -> None:
    grey = photograph().pixels[..., 1]
    drawing = draw(Raster.from_array(grey), TonePlan())
    assert isinstance(drawing, Drawing)
    paints = [s.paint for s in drawing.shapes if isinstance(s.paint, Flat)]
    assert all(len(set(p.color)) == 1 for p in paints)


@pytest.mark.parametrize("soft", [1.0, 24.0])
def test_a_cut_out_keeps_its_edge(soft: float) -> None:
    raster = with_alpha(photograph(), soft)
    _, score = drawn(raster)
    assert score.alpha_error <= 0.01
    assert score.ssim >= 0.8


def test_a_sky_is_a_gradient_and_has_no_bands() -> None:
    y = np.linspace(0, 1, 200)[:, None, None]
    sky = np.array([40.0, 90.0, 180.0]) + y * np.array([180.0, 120.0, 30.0])
    raster = Raster.from_array(np.broadcast_to(np.rint(sky), (200, 300, 3)).astype(np.uint8))
    svg, score = drawn(raster)
    assert "Gradient" in svg.text
    assert score.delta_e < 1.5
    seen = render(svg, 300, 200).pixels[:, 150, 1].astype(int)
    assert np.abs(np.diff(seen)).max() <= 2


def test_outlines_lie_on_the_page() -> None:
    drawing = draw(photograph(), TonePlan(-2))
    assert isinstance(drawing, Drawing)
    for shape in drawing.shapes:
        if isinstance(shape.outline, Path):
            for contour in shape.outline.contours:
                assert (contour.segments >= 0).all()
                assert (contour.segments <= (drawing.width, drawing.height)).all()


@pytest.mark.parametrize("coarseness", [FINEST - 1, COARSEST + 1, float("nan")])
def test_an_illegal_plan_cannot_be_built(coarseness: float) -> None:
    with pytest.raises(ValueError, match="coarseness"):
        TonePlan(coarseness)


def test_a_photograph_is_drawn_by_it_and_reaches_its_target() -> None:
    raster = photograph(320, 240)
    result = svgai.convert(raster.pixels, tier=3, max_time=60)
    assert result.plan.name == "tone"
    assert result.verdict.passed
    finer = svgai.convert(raster.pixels, tier=3, target_ssim=0.97, max_time=60)
    assert finer.score.ssim >= 0.97
    small = svgai.convert(raster.pixels, tier=3, max_bytes=result.svg.bytes // 2, max_time=60)
    assert small.svg.bytes <= result.svg.bytes // 2


_PEAK = """
import resource, sys
import numpy as np, cv2
from svgai.draw.tone.engine import draw
from svgai.draw.tone.plan import TonePlan
from svgai.picture.raster import Raster
from svgai.output.svg import write
write(draw(Raster.from_array(np.zeros((9, 9, 3), np.uint8)), TonePlan()), 0)
rng = np.random.default_rng(0)
small = rng.integers(0, 256, (300, 400, 3), dtype=np.uint8)
raster = Raster(np.dstack([cv2.resize(small, (2400, 1800)), np.full((1800, 2400), 255, np.uint8)]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
drawing = draw(raster, TonePlan())
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / raster.area)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no getrusage")
def test_memory_is_a_few_bytes_a_pixel() -> None:
    said = subprocess.run([sys.executable, "-c", _PEAK], capture_output=True, text=True, check=True)
    assert float(said.stdout) <= 40, "bytes a pixel beside the picture, all its structure noise"


def test_the_smallest_patch_shrinks_where_texture_is_asked_for() -> None:
    assert [TonePlan(c).least for c in (COARSEST, 0, -2, FINEST)] == [3, 3, 1.5, 0.75]
    rng = np.random.default_rng(1)
    grain = np.clip(rng.normal(128, 40, (60, 80)), 0, 255).astype(np.uint8)
    assert drawn(Raster.from_array(grain), -6)[1].ssim > 0.8
