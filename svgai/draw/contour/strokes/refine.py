"""Strokes moved to where the source's pixels want them.

Across a line of width w the first moment of coverage over w is how far its middle is off, and so is the first moment
of the residual; the residual's integral is what the width lacks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Pixels
from svgai.draw.contour.strokes.join import HAIR, Stroke
from svgai.draw.contour.strokes.profiles import seen_at
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.curves.gauss_newton import Links, binned, links, normals, places, relaxed, samples
from svgai.draw.outline.stack.bleed import tangents

# Coverage is read across a line up to this far beyond its edge, every so many px.
_BEYOND, _STEP = 1.25, 0.25
# A sample whose integral differs from the width by this share and so many px does not count.
_OTHER, _NOISE = 0.04, 0.2
# Near corners and ends other edges stand in the sum, px.
_NEAR = 1.0
# Gauss–Newton steps on the source, and the most that a step changes a width, as a share, and moves an end, px.
_STEPS, _GROW, _SLIDE = 4, 0.1, 0.5


class _Samples(NamedTuple):
    """Samples of the S segments of all strokes, K of each.

    curves, links; of: (S,) the stroke; width: (S,); u: (S, K); at, normal: (S, K, 2); weight: (S, K) px of line.
    """

    curves: Curves
    links: Links
    of: NDArray[np.int64]
    width: Floats
    u: Floats
    at: Floats
    normal: Floats
    weight: Floats


def _samples(strokes: list[Stroke]) -> _Samples:
    counts = np.array([len(s.beziers) for s in strokes])
    beziers, corner = (np.concatenate([getattr(s, f) for s in strokes]) for f in ("beziers", "corner"))
    curves = Curves(beziers, np.concatenate([[0], np.cumsum(counts)]), corner)
    k = links(curves, np.array([s.closed for s in strokes]))
    of = np.repeat(np.arange(len(strokes)), counts)
    width = np.array([s.width for s in strokes])[of]
    u = samples(len(of))
    at = places(beziers, k.line, u)
    return _Samples(curves, k, of, width, u, at, normals(beziers, k.line, u), _weights(curves, k, at, width))


def _weights(curves: Curves, k: Links, at: Floats, width: Floats) -> Floats:
    """(S, K) of samples, in px of line; none near corners and ends."""
    b = curves.beziers
    length = np.linalg.norm(np.diff(at, axis=1), axis=2).sum(axis=1) * at.shape[1] / (at.shape[1] - 1)
    weight = np.repeat((length / at.shape[1])[:, None], at.shape[1], axis=1)
    sharp = k.corner, np.where(k.after >= 0, k.corner[k.after], True)
    for end, cut in zip((b[:, :1], b[:, 3:]), sharp, strict=True):
        near = np.linalg.norm(at - end, axis=2) < np.minimum(_NEAR + width / 2, length / 3)[:, None]
        weight[near & cut[:, None]] = 0
    return weight


def _across(picture: NDArray[np.float32], s: _Samples, strokes: list[Stroke], residual: bool) -> tuple[Floats, Floats]:
    """(S, K) integral and first moment across each sample's line, px and px², of coverage or of a residual of it."""
    total, moment = np.zeros(s.u.shape), np.zeros(s.u.shape)
    ground, color = (np.array([getattr(stroke, f) for stroke in strokes])[s.of] for f in ("ground", "color"))
    reach = s.width / 2 + _BEYOND
    last = np.floor(reach.max() / _STEP)
    for t in np.arange(-last, last + 1) * _STEP:
        rows = np.flatnonzero(reach >= abs(t))
        base = ground[rows, int(t > 0)]
        way = color[rows] - base
        share = way / np.maximum((way**2).sum(axis=1, keepdims=True), 1e-6)
        seen = seen_at(picture, s.at[rows] + t * s.normal[rows])
        if residual:
            cover = np.einsum("skc,sc->sk", seen, share)
        else:
            cover = np.clip(np.einsum("skc,sc->sk", seen - base[:, None], share), 0, 1.2)
        total[rows] += cover * _STEP
        moment[rows] += t * cover * _STEP
    return total, moment


def _moved(strokes: list[Stroke], s: _Samples, offset: Floats, weight: Floats) -> list[Stroke]:
    """The strokes with samples moved by `offset` px, (S, K), along their normals."""
    middle, wanted, summed = binned(s.u, np.clip(offset, -1, 1), weight)
    beziers = relaxed(s.curves.beziers, s.links, middle, wanted, summed, np.zeros((len(s.of), 2), bool))
    pieces = np.split(beziers, s.curves.offsets[1:-1])
    return [replace(stroke, beziers=b) for stroke, b in zip(strokes, pieces, strict=True)]


def centred(strokes: list[Stroke], premultiplied: Pixels) -> list[Stroke]:
    """The strokes where the source, (h, w, 4), has their ink, as far as no other ink is near."""
    source = premultiplied.astype(np.float32)
    for _ in range(_STEPS if strokes else 0):
        s = _samples(strokes)
        total, moment = _across(source, s, strokes, residual=False)
        alone = np.abs(total - s.width[:, None]) <= _OTHER * s.width[:, None] + _NOISE
        strokes = _moved(strokes, s, moment / np.maximum(total, 1e-6), s.weight * alone)
    return strokes


def settled(strokes: list[Stroke], residual: NDArray[np.float32]) -> list[Stroke]:
    """The strokes after one Gauss–Newton step on a residual, (h, w, 4): their middles, widths and ends."""
    s = _samples(strokes)
    total, moment = _across(residual, s, strokes, residual=True)
    offset = moment / s.width[:, None]
    lacks = np.bincount(s.of, (s.weight * total).sum(axis=1), len(strokes)).astype(np.float64)
    length = np.maximum(np.bincount(s.of, s.weight.sum(axis=1), len(strokes)), 1e-9)
    result = _widened(_moved(strokes, s, offset, s.weight), lacks, length)
    return [_slid(after, _end_lacks(before, residual)) for before, after in zip(strokes, result, strict=True)]


def _widened(strokes: list[Stroke], lacks: Floats, length: Floats) -> list[Stroke]:
    """The strokes wider by what they lack over their length, px; those of one width keep one, hair keeps its own."""
    width, group = np.unique([s.width for s in strokes], return_inverse=True)
    more = np.bincount(group, lacks) / np.bincount(group, length) * (width > HAIR)
    wider = width + np.clip(more, -_GROW * width, _GROW * width)
    return [replace(s, width=float(wider[g])) for s, g in zip(strokes, group, strict=True)]


def _end_lacks(stroke: Stroke, residual: NDArray[np.float32]) -> Floats:
    """(2,): by how much the stroke's ends stop short, px, from the residual around each."""
    result = np.zeros(2)
    way = (stroke.color - stroke.ground).mean(axis=0)
    share = way / max(float((way**2).sum()), 1e-6)
    for end, b in enumerate((stroke.beziers[0][::-1], stroke.beziers[-1])):
        ahead = tangents(b[None])[1][0]
        far = stroke.width / 2 + _BEYOND
        t = np.arange(-far, far + _STEP / 2, _STEP)
        at = b[3] + t[:, None, None] * ahead + t[None, :, None] * (ahead[::-1] * [-1, 1])
        result[end] = float((seen_at(residual, at) @ share).sum()) * _STEP**2 / stroke.width
    return np.clip(result, -_SLIDE, _SLIDE) * (not stroke.closed)


def _slid(stroke: Stroke, by: Floats) -> Stroke:
    """The stroke with its ends moved along by so many px, (2,)."""
    beziers = stroke.beziers.copy()
    for end, b in enumerate((beziers[0][::-1], beziers[-1])):  # views
        line = (b[2] == b[3]).all()
        b[3] += by[end] * tangents(b[None])[1][0]
        if line:
            b[2] = b[3]
    return replace(stroke, beziers=beziers)
