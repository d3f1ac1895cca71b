"""A large rendering measured strip by strip, as it is rendered: two pictures of 50 megapixels would take 400 MB."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple, TypeAlias

import numpy as np

from svgai.arrays import Index
from svgai.drawing import Drawing
from svgai.measure import seams, structure
from svgai.measure.crumbs import small_contours
from svgai.measure.flaws import Flaws, flaws_at
from svgai.measure.score import MARGIN, Places, Reference, Score, Tally, scattered
from svgai.picture.raster import Raster

# Strips have about 2,097,152 pixels: a megabyte of SVG is read once for each, in 0.1 s.
_STRIP = 1 << 21
# Rows (top, bottom) of a rendering.
Shown: TypeAlias = Callable[[int, int], Raster]


class _Strip(NamedTuple):
    """Rows of a picture: its own from top to end, and those to bottom, which windows that begin in its own reach."""

    top: int
    end: int
    bottom: int


def _strips(width: int, height: int) -> list[_Strip]:
    """Strips whose own rows part the picture: they begin where windows of structure do, none too low for one."""
    rows = max(2 * seams.SIDE, _STRIP // width) // structure.STEP * structure.STEP
    tops = [top for top in range(0, height, rows) if height - top >= seams.SIDE or not top]
    ends = [*tops[1:], height]
    return [_Strip(top, end, min(height, end + seams.SIDE)) for top, end in zip(tops, ends, strict=True)]


def measured_in_strips(source: Raster, shown: Shown, drawing: Drawing) -> tuple[Score, Flaws]:
    """The score and the flaws of a rendering of the source's size that is made strip by strip.

    The score is that of the whole; the Gaussian through which structure is seen is mirrored where a strip begins.
    """
    places = scattered(source.pixels.shape)
    small = small_contours(drawing, source.width, source.height)
    tallies: list[Tally] = []
    worst: list[Flaws] = []
    for strip in _strips(source.width, source.height):
        part, seen = Raster(source.pixels[strip.top : strip.bottom]), shown(strip.top, strip.bottom)
        tallies.append(_tally(part, seen, strip, places))
        windows = strip.end - strip.top + (structure.SIDE - structure.STEP)
        worst.append(flaws_at(part, seen, _within(small, strip), windows).below(strip.top))
    return reduce(Tally.__add__, tallies).score, reduce(Flaws.joined, worst)


def _tally(part: Raster, seen: Raster, strip: _Strip, places: Places | None) -> Tally:
    """What a strip adds to a score: the pixels whose window of SSIM begins in its own rows, the colours in those."""
    own = strip.end - strip.top
    # In a picture that no window fits in every pixel counts.
    read = own + (2 * MARGIN if part.width > 2 * MARGIN else 0)
    one, other = (Raster(raster.pixels[:read]) for raster in (part, seen))
    return Reference(one).tally(other, _places_within(places, strip), own)


def _places_within(places: Places | None, strip: _Strip) -> Places | None:
    """Those of a strip's own rows, counted from its top."""
    if places is None:
        return None
    row, column = places
    own = (row >= strip.top) & (row < strip.end)
    return row[own] - strip.top, column[own]


def _within(small: Index, strip: _Strip) -> Index:
    """(2, n): the small contours of a strip's own rows, counted from its top."""
    own = small[:, (small[1] >= strip.top) & (small[1] < strip.end)]
    return np.asarray(own - np.array([[0], [strip.top]]))
