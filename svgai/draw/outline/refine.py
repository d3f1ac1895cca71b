"""Curves moved to where the source's pixels want them.

The residual between source and rendering, summed across an edge and divided by the edge's contrast, is how far the
edge is off: the rendering of a pixel is its area average, and an edge that moves by δ changes it by δ × contrast.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from svgai.arrays import Colors, Floats, Index, Mask, Pixels, Points, freeze_fields
from svgai.draw.bilinear import bilinear
from svgai.draw.budget import spend
from svgai.draw.outline.curves.curves import Curves, are_lines
from svgai.draw.outline.curves.gauss_newton import Links, binned, links, places, relaxed, samples, specified_places
from svgai.draw.outline.curves.normal_equations import specified_normals
from svgai.draw.outline.curves.sample_weights import sample_weights
from svgai.draw.ragged import owners
from svgai.draw.shown import showing
from svgai.kernels.library import kernel
from svgai.records import Record

# The residual is read across the edge in steps of 0.5 px up to 1.75 px to either side: an edge's footprint reaches
# 0.7 px, that of bilinear interpolation 1 px more.
_ACROSS = np.arange(-1.75, 1.76, 0.5)
# A sample moves by 1 px at most: farther off the residual is another edge's.
_FARTHEST = 1.0
# A sample within 1 px of a corner or node counts for nothing: other edges stand in its sum.
_NEAR = 1.0
# An edge of a contrast of 64 grey levels counts in full, one of less by the square: its place is that much less
# certain (by eye).
_CONTRAST = 64.0
# Whether the error rose along a segment is asked at 9 points of it (by eye).
_ASKED = 9
# Where a segment is wanted is measured in 14 µs, and it is moved in 10 µs (benchmarks/work.py).
_WANTING, _MOVING = 1.4e-5, 1e-5


class Edges(Record):
    """What lies to either side of A arcs.

    closed: (A,) bool. inner: (A,) bool, false along the picture's border, where nothing may move. contrast: (A, 4),
    the premultiplied colour to the left less that to the right, −255 to 255; 0 along the border.
    """

    closed: Mask
    inner: Mask
    contrast: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def between(cls, closed: Mask, left: Index, right: Index, colors: Colors) -> Edges:
        """The edges between colours: left, right: (A,) rows of (L, 4), premultiplied; below 0 is the outside."""
        inner = (left >= 0) & (right >= 0)
        contrast = (colors[left] - colors[right]).astype(np.float64) * inner[:, None]
        return cls(closed, inner, contrast)


def work(curves: Curves, pixels: int) -> float:
    """The work of a step, and of a look at where it led in a picture of so many pixels."""
    return (_WANTING + _MOVING) * len(curves.beziers) + showing(len(curves.beziers), pixels)


class Wanted(Record):
    """Where the pixels want S segments, which hang together by `links`, in K bins along each.

    parameters: (S, K), the bins' means. offset: (S, K) px to go to the right hand. weight: (S, K).
    """

    links: Links
    parameters: Floats
    offset: Floats
    weight: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)


def wanted(curves: Curves, edges: Edges, source: Pixels, rendered: Pixels) -> Wanted:
    """Where a source wants the curves that were rendered; both (h, w, 4) uint8, premultiplied."""
    spend(_WANTING * len(curves.beziers))
    segments = links(curves, edges.closed)
    contrast = edges.contrast[owners(curves.counts)]
    parameters = samples(len(contrast))
    difference = source.astype(np.float32) - rendered
    offset = _displacements(difference, curves.beziers, segments.line, contrast, parameters)
    return Wanted(segments, *binned(parameters, offset, _weights(curves, segments, parameters, contrast)))


def stepped(curves: Curves, edges: Edges, want: Wanted, held: Mask | None = None) -> Curves:
    """The curves after one Gauss–Newton step to where they are wanted; segments in held, (S,) bool, stay.

    G1 joints, corners, shared nodes and exact horizontals and verticals stay such; no joint moves more than 1 px.
    Whether the step was good is for the caller to see in a new rendering.
    """
    spend(_MOVING * len(curves.beziers))
    held = np.zeros(len(want.weight), bool) if held is None else held
    weight = want.weight * ~held[:, None]
    fixed = np.repeat(held[:, None] | ~edges.inner[owners(curves.counts), None], 2, axis=1)
    moved = relaxed(curves.beziers, want.links, want.parameters, want.offset, weight, fixed, held)
    return replace(curves, beziers=moved)


def _displacements(difference: Colors, beziers: Points, line: Mask, contrast: Floats, parameters: Floats) -> Floats:
    """(S, K) px to the right hand, at parameters, (S, K); contrast: (S, 4), the left colour less the right."""
    share = contrast / np.maximum((contrast**2).sum(axis=1, keepdims=True), 1e-9)
    compiled = kernel("displacements")
    if compiled is None:
        return specified_displacements(difference, beziers, line, share, parameters)
    result = np.empty(parameters.shape)
    given = map(np.ascontiguousarray, (beziers, line, share, parameters))
    compiled(*difference.shape[:2], difference, *parameters.shape, *given, len(_ACROSS), _ACROSS, _FARTHEST, result)
    return result


def specified_displacements(
    difference: Colors, beziers: Points, line: Mask, share: Floats, parameters: Floats
) -> Floats:
    """_displacements in numpy: what kernels/samples.c does, one sample at a time, in double precision.

    share: (S, 4), what a grey level of each channel says of the displacement, px."""
    normal = specified_normals(beziers, line, parameters)
    at = specified_places(beziers, line, parameters) - 0.5
    total = np.zeros(parameters.shape)
    for across in _ACROSS:
        x, y = np.moveaxis((at + across * normal).astype(np.float32), 2, 0)
        seen = bilinear(difference, x, y, cv2.BORDER_CONSTANT)
        total += np.einsum("skc,sc->sk", seen, share)
    return np.asarray(np.clip(total * (_ACROSS[1] - _ACROSS[0]), -_FARTHEST, _FARTHEST))


def _weights(curves: Curves, segments: Links, parameters: Floats, contrast: Floats) -> Floats:
    """(S, K) of samples, in px of curve, less where the contrast is weak, none near corners and nodes."""
    at = places(curves.beziers, segments.line, parameters)
    strength = np.minimum(1, np.linalg.norm(contrast, axis=1) / _CONTRAST) ** 2
    return np.asarray(sample_weights(curves.beziers, segments, at, _NEAR) * strength[:, None])


def risen(beziers: Points, source: Pixels, before: Pixels, after: Pixels) -> Mask:
    """(S,) segments along which the squared error, summed over 3×3 px, is greater in one rendering than in another.

    beziers: (S, 4, 2). source, before, after: (h, w, 4) uint8.
    """
    change = cv2.absdiff(source, after).astype(np.float32) ** 2 - cv2.absdiff(source, before).astype(np.float32) ** 2
    near = cv2.boxFilter(change.sum(axis=2), -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    parameters = np.broadcast_to(np.linspace(0, 1, _ASKED), (len(beziers), _ASKED))
    x, y = np.moveaxis(places(beziers, are_lines(beziers), parameters).astype(np.int64), 2, 0)
    seen = near[np.clip(y, 0, near.shape[0] - 1), np.clip(x, 0, near.shape[1] - 1)]
    return np.asarray(seen.mean(axis=1) > 0)
