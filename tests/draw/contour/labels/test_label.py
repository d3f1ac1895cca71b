"""Labels against pictures whose areas are known: palette, the larger share, thin features, speckles, the ring."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from svgai.arrays import Floats
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.label import Labels, label
from svgai.draw.contour.labels.palette import Seeds, find_palette
from svgai.draw.contour.labels.ring import ringed_pixels
from svgai.draw.contour.labels.speckles import sure_seeds
from svgai.draw.outline.planar.components import components
from svgai.picture.alpha import premultiply
from svgai.picture.raster import Raster
from tests.truth import BLACK, BLUE, CLEAR, RED, RGBA, WHITE, Inside, as_jpeg, disc, picture, polygon, ring, square

LIMIT = 64


def labelled(raster: Raster, limit: int = LIMIT) -> Labels:
    premultiplied = premultiply(raster.pixels)
    return label(raster, premultiplied, find_palette(raster, premultiplied, limit), limit)


def colors(found: Labels) -> list[RGBA]:
    """The palette's colours, in an order of their own."""
    return sorted((int(r), int(g), int(b), int(a)) for r, g, b, a in found.palette.rgba)


def named(found: Labels) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """(h, w, 4): each pixel's colour by its label, without the ring."""
    return found.palette.rgba[found.labels[1:-1, 1:-1]]


def coverage(inside: Inside, size: int) -> Floats:
    """(size, size): the share of each pixel within a figure."""
    return np.asarray(picture(size, size, BLACK, (inside, WHITE)).pixels[..., 0] / 255.0)


def bar(width: float, degrees: float) -> Inside:
    """A long bar through the middle of 64 px."""
    turn = np.deg2rad(degrees)
    ahead, side = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    corners = [-22 * ahead - side * width / 2, 22 * ahead - side * width / 2]
    return polygon(np.array([32.3, 31.6]) + np.array([*corners, *(-c for c in corners)]))


FIGURES = [disc(32.3, 31.8, 20.4), ring(32.1, 32.6, 25, 12.3), polygon(square(31.7, 32.2, 30, 27))]


@pytest.mark.parametrize("inside", FIGURES, ids=["disc", "ring", "square"])
@pytest.mark.parametrize(("ground", "color"), [(WHITE, BLACK), (BLUE, RED), (CLEAR, RED)])
def test_a_pixel_has_the_colour_of_its_larger_share(inside: Inside, ground: RGBA, color: RGBA) -> None:
    found = labelled(picture(64, 64, ground, (inside, color)))
    assert colors(found) == sorted([ground, color])
    share = coverage(inside, 64)
    clear = np.abs(share - 0.5) > 0.05
    is_ink = (named(found) == color).all(axis=2)
    assert (is_ink == (share > 0.5))[clear].all()


@pytest.mark.parametrize("inside", FIGURES, ids=["disc", "ring", "square"])
def test_shares_mix_to_the_pixels(inside: Inside) -> None:
    raster = picture(64, 64, WHITE, (inside, BLUE))
    found = labelled(raster)
    palette, shares = found.palette.premultiplied, found.shares
    share = shares.share[..., None].astype(np.float64)
    mixed = share * palette[shares.label] + (1 - share) * palette[shares.other]
    off = np.abs(mixed[1:-1, 1:-1] - premultiply(raster.pixels))
    assert off.max() <= Metric(raster.noise).flat_range, "a pixel this near to a flat colour counts as pure"
    assert off.mean() < 0.1
    assert ((shares.share >= 0.5) & (shares.share <= 1)).all()


@pytest.mark.parametrize("degrees", [0, 17, 45, 71])
@pytest.mark.parametrize("width", [1.2, 1.6, 2.2])
def test_a_line_without_a_flat_pixel_has_its_colour_and_holds_together(width: float, degrees: float) -> None:
    found = labelled(picture(64, 64, WHITE, (bar(width, degrees), RED)))
    ink = np.abs(found.palette.rgba.astype(int) - RED).max(axis=1)
    assert ink.min() <= 0.25 * 255
    is_ink = found.labels[1:-1, 1:-1] == ink.argmin()
    assert len(np.unique(is_ink)) == 2
    start, _, component = components(is_ink.astype(np.int16))
    # Diagonal neighbours are no neighbours here: a level or slanting line is one component where it is wide enough.
    assert len(np.unique(component[is_ink.ravel()[start]])) <= (1 if width > 2 else 22)


def test_a_palette_is_never_larger_than_its_limit() -> None:
    layers = [(disc(10 + 14 * k, 32, 4.3), (40 * k, 255 - 40 * k, 90, 255)) for k in range(4)]
    raster = picture(64, 64, WHITE, *layers)
    assert len(labelled(raster).palette) == 5
    assert len(labelled(raster, 3).palette) == 3


@pytest.mark.parametrize("quality", [75, 85, 95])
def test_coding_leaves_no_speckles(quality: int) -> None:
    clean = picture(128, 96, WHITE, (disc(50.3, 48.2, 30), RED), (ring(84.1, 50, 28, 20), BLUE))
    coded = labelled(as_jpeg(clean, quality, "4:2:0"))
    areas = [len(components(f.labels)[0]) for f in (labelled(clean), coded)]
    pieces = [int(components(f.labels)[2].max()) + 1 for f in (labelled(clean), coded)]
    assert pieces[1] <= pieces[0] + 2
    assert areas[1] < 1.5 * areas[0]


def test_a_speck_that_ringing_explains_is_no_seed() -> None:
    """Between ground and ink, and beside both: ringing. A dot of another colour stays."""
    raster = picture(64, 64, WHITE, (disc(32, 32, 18), BLACK))
    pixels = raster.pixels.copy()
    pixels[30:33, 10:13, :3] = (200, 205, 200)
    pixels[40:45, 4:9, :3] = (230, 20, 20)
    noisy = Raster(pixels, 3.0)
    palette = np.array([WHITE, BLACK, (200, 205, 200, 255), (230, 20, 20, 255)], np.uint8)
    found = find_palette(raster, premultiply(raster.pixels), LIMIT)
    nearest = np.abs(pixels[:, :, None].astype(int) - palette).max(axis=3)
    labels = np.where(nearest.min(axis=2) == 0, nearest.argmin(axis=2), -1).astype(np.int16)
    seeds = Seeds(type(found.palette).of(palette), labels, 0.0, False)
    sure = sure_seeds(seeds, premultiply(pixels), Metric(noisy.noise))
    assert (sure[30:33, 10:13] == -1).all()
    assert (sure[40:45, 4:9] == 3).all()
    exact = sure_seeds(seeds, premultiply(pixels), Metric(0.0))
    assert (exact == labels).all(), "a lossless picture means every pixel"


def test_the_ring_goes_on_as_the_border_does() -> None:
    """A disc that the border cuts goes on beyond it; one that touches it does not."""
    cut = labelled(picture(64, 64, WHITE, (disc(2, 32, 20), RED)))
    red = int(np.abs(cut.palette.rgba.astype(int) - RED).max(axis=1).argmin())
    assert (cut.labels[1:-1, 0] == red).sum() == pytest.approx(40, abs=1)
    assert (cut.labels[1:-1, -1] != red).all()
    touching = labelled(picture(64, 64, WHITE, (disc(19.8, 32, 20), RED)))
    red = int(np.abs(touching.palette.rgba.astype(int) - RED).max(axis=1).argmin())
    assert (touching.labels[:, 0] != red).all()


def test_the_rings_pixels_are_pure() -> None:
    raster = picture(32, 24, BLUE, (disc(3, 12, 8.2), RED))
    found = labelled(raster)
    pixels = ringed_pixels(premultiply(raster.pixels), found.labels, found.palette)
    assert pixels.shape == (26, 34, 4)
    assert (pixels[1:-1, 1:-1] == raster.pixels).all()
    palette = {tuple(c) for c in found.palette.rgba.tolist()}
    for side in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert {tuple(c) for c in side.tolist()} <= palette


@settings(max_examples=15, deadline=None)
@given(st.integers(10, 30), st.floats(0, 90), st.sampled_from([BLACK, RED, BLUE]), st.floats(-30, 40))
def test_two_colours_stay_two_wherever_the_edge_is(side: int, degrees: float, color: RGBA, x: float) -> None:
    corners = square(x, 20, side, degrees)
    # A sliver along the picture's border, of the square or of the ground, about a pixel wide, might as well be a line
    # of its mixed colour, and the tip of a corner has no pixel of its own.
    assume(all(abs(end - border) > 4 for end in (corners[:, 0].min(), corners[:, 0].max()) for border in (0, 48)))
    found = labelled(picture(48, 40, WHITE, (polygon(corners), color)))
    assert set(colors(found)) <= {WHITE, color}
    assert found.labels.shape == (42, 50)
    pieces = int(components(found.labels)[2].max()) + 1
    assert pieces <= 5, "a square is one piece, and leaves at most the four corners of the ground"


def hairlines(ink: int, pale: int, flat: bool) -> Raster:
    """A level line of a pale grey, 1 px, far from slanted lines of an ink; flat: and from a block of it."""
    slanted = [polygon(np.array([[8, y], [60, y + 20], [60, y + 20.7], [8, y + 0.7]])) for y in (6.0, 14.0, 22.0)]
    block = [polygon(square(84.0, 20.0, 16, 16))] if flat else []
    pixels = picture(96, 96, WHITE, *((inside, (ink, ink, ink, 255)) for inside in (*slanted, *block))).pixels.copy()
    pixels[70, 10:90, :3] = pale
    return Raster(pixels)


@pytest.mark.parametrize(("ink", "pale", "flat"), [(0, 229, True), (0, 240, True), (120, 215, False)])
def test_a_pale_line_is_no_thin_line_of_a_darker_ink(ink: int, pale: int, flat: bool) -> None:
    found = labelled(hairlines(ink, pale, flat))
    line = named(found)[70, 12:88, 0].astype(int)
    assert np.abs(line - pale).max() <= 6


def test_a_line_across_two_rows_keeps_its_ink() -> None:
    raster = hairlines(0, 255, flat=True)
    pixels = raster.pixels.copy()
    pixels[70:72, 10:90, :3] = 128
    assert (named(labelled(Raster(pixels)))[70:72, 12:88, :3].min(axis=0) == 0).all()
