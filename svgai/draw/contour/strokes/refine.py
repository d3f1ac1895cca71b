"""Strokes moved to where the source's pixels want them.

Across a line of width w the first moment of coverage over w is how far its middle is off, and so is the first moment
of the residual; the residual's integral is what the width lacks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Pixels, Points, freeze_fields
from svgai.draw.contour.strokes.profiles import MOST_COVERAGE, STEP, sampled
from svgai.draw.contour.strokes.stroke import Stroke
from svgai.draw.contour.strokes.style import HAIR
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.curves.gauss_newton import Links, binned, links, places, relaxed, samples
from svgai.draw.outline.curves.normal_equations import normals
from svgai.draw.outline.curves.sample_weights import sample_weights, walked_lengths
from svgai.draw.outline.stack.bleed import tangents
from svgai.draw.ragged import offsets_of, owners, pieces
from svgai.draw.vectors import right_hand
from svgai.records import Record

# Coverage is read across a line up to 1.25 px beyond its edge: anti-aliasing spreads it by 1 px. By eye.
BEYOND = 1.25
# A sample does not count if its integral is more than 4 % and 0.2 px off the width: other ink is near. By eye.
OTHER, NOISE = 0.04, 0.2
# Within 1 px and half a width of corners and ends other edges stand in the sum, but in no more than a third of a
# segment on either side, so that a third of it counts. By eye.
NEAR, NEAR_SHARE = 1.0, 3
# Strokes take 4 Gauss–Newton steps on the source. By eye.
STEPS = 4
# A step moves a middle by 1 px at most, changes a width by 10 %, and moves an end by 0.5 px. By eye.
MOVE, GROW, SLIDE = 1.0, 0.1, 0.5


class _Samples(Record):
    """K samples of each of the S segments of all strokes.

    stroke: (S,) the number of each segment's stroke; width: (S,) px. share: (S, K) where along the segment. at,
    normal: (S, K, 2) px. weight: (S, K) px of line.
    """

    curves: Curves
    links: Links
    stroke: Index
    width: Floats
    share: Floats
    at: Points
    normal: Points
    weight: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, strokes: list[Stroke]) -> _Samples:
        counts = np.array([len(stroke.beziers) for stroke in strokes])
        beziers = np.concatenate([stroke.beziers for stroke in strokes])
        curves = Curves(beziers, offsets_of(counts), np.concatenate([stroke.corner for stroke in strokes]))
        linked = links(curves, np.array([stroke.closed for stroke in strokes]))
        number = owners(counts)
        width = np.array([stroke.width for stroke in strokes])[number]
        share = samples(len(number))
        at = places(beziers, linked.line, share)
        near = np.minimum(NEAR + width / 2, walked_lengths(at) / NEAR_SHARE)
        weight = sample_weights(beziers, linked, at, near)
        return cls(curves, linked, number, width, share, at, normals(beziers, linked.line, share), weight)

    def by_stroke(self, values: Floats, count: int) -> Floats:
        """(count,): sums of values of segments, (S,), over each stroke's."""
        return np.bincount(self.stroke, values, count).astype(np.float64)


def _integrals(
    picture: NDArray[np.float32], samples: _Samples, strokes: list[Stroke], residual: bool
) -> tuple[Floats, Floats]:
    """(S, K) integral and first moment across each sample's line, px and px², of coverage or of a residual of it."""
    total, moment = np.zeros(samples.share.shape), np.zeros(samples.share.shape)
    ground = np.array([stroke.ground for stroke in strokes])[samples.stroke]
    color = np.array([stroke.color for stroke in strokes])[samples.stroke]
    reach = samples.width / 2 + BEYOND
    last = np.floor(reach.max() / STEP)
    for away in np.arange(-last, last + 1) * STEP:
        rows = np.flatnonzero(reach >= abs(away))
        base = ground[rows, int(away > 0)]
        way = color[rows] - base
        share = way / np.maximum((way**2).sum(axis=1, keepdims=True), 1e-6)
        seen = sampled(picture, samples.at[rows] + away * samples.normal[rows])
        if residual:
            cover = np.einsum("skc,sc->sk", seen, share)
        else:
            cover = np.clip(np.einsum("skc,sc->sk", seen - base[:, None], share), 0, MOST_COVERAGE)
        total[rows] += cover * STEP
        moment[rows] += away * cover * STEP
    return total, moment


def _moved(strokes: list[Stroke], samples: _Samples, offset: Floats, weight: Floats) -> list[Stroke]:
    """The strokes with samples moved by `offset` px, (S, K), along their normals."""
    middle, wanted, summed = binned(samples.share, np.clip(offset, -MOVE, MOVE), weight)
    free = np.zeros((len(samples.stroke), 2), bool)
    beziers = relaxed(samples.curves.beziers, samples.links, middle, wanted, summed, free)
    chains = pieces(beziers, samples.curves.offsets)
    return [replace(stroke, beziers=chain) for stroke, chain in zip(strokes, chains, strict=True)]


def centred(strokes: list[Stroke], premultiplied: Pixels) -> list[Stroke]:
    """The strokes where the source, (h, w, 4), has their ink, as far as no other ink is near."""
    source = premultiplied.astype(np.float32)
    for _ in range(STEPS if strokes else 0):
        samples = _Samples.of(strokes)
        total, moment = _integrals(source, samples, strokes, residual=False)
        width = samples.width[:, None]
        alone = np.abs(total - width) <= OTHER * width + NOISE
        strokes = _moved(strokes, samples, moment / np.maximum(total, 1e-6), samples.weight * alone)
    return strokes


def stepped(strokes: list[Stroke], residual: NDArray[np.float32]) -> list[Stroke]:
    """The strokes after one Gauss–Newton step on a residual, (h, w, 4): their middles, widths and ends."""
    samples = _Samples.of(strokes)
    total, moment = _integrals(residual, samples, strokes, residual=True)
    lacks = samples.by_stroke((samples.weight * total).sum(axis=1), len(strokes))
    length = np.maximum(samples.by_stroke(samples.weight.sum(axis=1), len(strokes)), 1e-9)
    moved = _moved(strokes, samples, moment / samples.width[:, None], samples.weight)
    wider = _widened(moved, lacks, length)
    return [_slid(after, _end_lacks(before, residual)) for before, after in zip(strokes, wider, strict=True)]


def _widened(strokes: list[Stroke], lacks: Floats, length: Floats) -> list[Stroke]:
    """The strokes wider by the ink they lack, px², over their length, px; those of one width keep one width.

    Hair keeps its own: its colour is as little known as its width.
    """
    width, group = np.unique([stroke.width for stroke in strokes], return_inverse=True)
    more = np.bincount(group, lacks) / np.bincount(group, length) * (width > HAIR)
    wider = width + np.clip(more, -GROW * width, GROW * width)
    return [replace(stroke, width=float(wider[k])) for stroke, k in zip(strokes, group, strict=True)]


def _end_lacks(stroke: Stroke, residual: NDArray[np.float32]) -> Floats:
    """(2,): by how much the stroke's ends stop short, px, from the residual, (h, w, 4), around each."""
    lacks = np.zeros(2)
    way = (stroke.color - stroke.ground).mean(axis=0)
    share = way / max(float((way**2).sum()), 1e-6)
    reach = stroke.width / 2 + BEYOND
    away = np.arange(-reach, reach + STEP / 2, STEP)
    for end, bezier in enumerate((stroke.beziers[0][::-1], stroke.beziers[-1])):
        ahead = tangents(bezier[None])[1][0]
        at = bezier[3] + away[:, None, None] * ahead + away[None, :, None] * right_hand(ahead)
        lacks[end] = float((sampled(residual, at) @ share).sum()) * STEP**2 / stroke.width
    return np.clip(lacks, -SLIDE, SLIDE) * (not stroke.closed)


def _slid(stroke: Stroke, by: Floats) -> Stroke:
    """The stroke with its ends moved along by so many px, (2,)."""
    beziers = stroke.beziers.copy()
    for end, bezier in enumerate((beziers[0][::-1], beziers[-1])):  # views
        straight = (bezier[2] == bezier[3]).all()
        bezier[3] += by[end] * tangents(bezier[None])[1][0]
        if straight:
            bezier[2] = bezier[3]
    return replace(stroke, beziers=beziers)
