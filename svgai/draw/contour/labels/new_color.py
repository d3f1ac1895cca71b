"""The next colour that a picture's thin features need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Floats, Index, Mask, freeze_fields
from svgai.draw.contour.labels.cover import THIN_SHARE, Cover
from svgai.records import Record

# For each new colour the 8 most frequent and the 8 farthest colours are tried, on about 2000 pixels, so that the time
# does not grow with the picture. By eye.
TRIALS, SAMPLE = 8, 2000
# A colour is intended if more than 10 % of the pixels on its line from paper to ink have exactly that value. By eye.
MEANT = 0.1
# An ink is extrapolated only if 95 % or more of the pixels lie on one line from paper to ink: then no other colour
# makes them. By eye.
ONE_INK = 0.95


class _Distinct(Record):
    """The m distinct colours of some open pixels.

    code: (m,) of each; features: (m, c); count: (m,) pixels that have it; contrast: (m,) grey levels from it to what
    lies around its first pixel.
    """

    code: NDArray[np.uint32]
    features: Colors
    count: Index
    contrast: NDArray[np.float32]

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, cover: Cover, code: NDArray[np.uint32], rows: Index) -> _Distinct:
        """Of some of the open pixels, whose codes are (n,)."""
        distinct, first, count = np.unique(code[rows], return_index=True, return_counts=True)
        return cls(distinct, cover.pixels.features[rows[first]], count, cover.contrast(rows[first]))

    def distance(self, color: Colors) -> Colors:
        """(m,) grey levels from a colour, (c,), to each."""
        return np.asarray(np.linalg.norm(self.features - color, axis=1))

    @property
    def trials(self) -> list[int]:
        """The most frequent ones, then those farthest from what lies around."""
        frequent = np.argsort(-self.count, kind="stable")[:TRIALS]
        far = np.argsort(-self.contrast, kind="stable")[:TRIALS]
        return list(dict.fromkeys(np.concatenate([frequent, far]).tolist()))


def new_color(cover: Cover, code: NDArray[np.uint32]) -> NDArray[np.uint32] | None:
    """The code, (1,), of the colour that explains most of the open pixels; None when none explains enough.

    code: (n,) of the open pixels' colours.
    """
    rows = np.flatnonzero(cover.left)
    if len(rows) < cover.least:
        return None
    distinct = _Distinct.of(cover, code, rows)
    chosen = _most_useful(cover, distinct, rows)
    if chosen is None:
        return None
    color = _outermost(cover, distinct, rows, chosen)
    # Of the colours that near, the most frequent: anti-aliasing spreads its own.
    near = distinct.distance(color) <= 1.5 * cover.limit
    return distinct.code[[np.lexsort((-distinct.contrast, -distinct.count * near, ~near))[0]]]


def _most_useful(cover: Cover, distinct: _Distinct, rows: Index) -> int | None:
    """Which of the distinct colours explains the most ink; None when none explains enough pixels.

    A pixel counts by its share of the colour: a colour between the true one and its surroundings explains fewer
    pixels, one beyond it (where two lines cross) less of each.
    """
    sample = rows[:: -(-len(rows) // SAMPLE)]
    most, chosen = 0.0, None
    for trial in distinct.trials:
        found = cover.explained(distinct.features[trial], sample)
        useful = (found.error <= cover.limit) & (found.share >= THIN_SHARE)
        ink = found.share[useful & cover.enough(sample, found.share, new=True)].sum()
        if ink > most and useful.sum() * (len(rows) / len(sample)) >= cover.least:
            most, chosen = float(ink), trial
    return chosen


def _outermost(cover: Cover, distinct: _Distinct, rows: Index, chosen: int) -> Colors:
    """(c,): the ink of the open pixels `rows`, from a distinct colour that only some of it may have made.

    Where ink never fills a pixel, its colour lies beyond most of what is seen, on the line from the paper through the
    chosen colour: it is the last that `least` pixels reach. A colour that many pixels have exactly is meant as it is.
    """
    color = distinct.features[chosen]
    along, on_line = _along_line(cover, rows, color)
    many = MEANT * np.count_nonzero(on_line & (along > THIN_SHARE))
    if on_line.mean() < ONE_INK or distinct.count[chosen] > many:
        return np.asarray(color)
    beyond = np.flatnonzero(on_line & (along > 1))
    if len(beyond) < cover.least:
        return np.asarray(color)
    outermost = beyond[np.argsort(-along[beyond], kind="stable")[cover.least - 1]]
    farthest = cover.pixels.features[rows[outermost]]
    return np.asarray(distinct.features[int(np.argmin(distinct.distance(farthest)))])


def _along_line(cover: Cover, rows: Index, ink: Colors) -> tuple[Floats, Mask]:
    """(m,) where open pixels lie on the way from their paper, 0, to an ink, 1; (m,) which are on it to the limit."""
    seen = cover.pixels.features[rows]
    paper = cover.pixels.colors[cover.explained(ink, rows).base]
    way, offset = ink - paper, seen - paper
    along = np.einsum("ij,ij->i", offset, way) / np.maximum(np.einsum("ij,ij->i", way, way), 1e-6)
    return along, np.asarray(np.linalg.norm(offset - along[:, None] * way, axis=1) <= cover.limit)
