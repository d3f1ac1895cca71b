"""Curves moved to where the source's pixels want them.

The residual between source and rendering, summed across an edge and divided by the edge's contrast, is how far the
edge is off: the rendering of a pixel is its area average, and an edge that moves by δ changes it by δ × contrast.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Pixels
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.curves.gauss_newton import binned, links, normals, places, relaxed, samples

# Where the residual is read across the edge, px: its footprint is 0.7 px to either side, that of interpolation 1 px.
_ACROSS = np.arange(-1.75, 1.76, 0.5)
# Near corners and nodes other edges stand in the sum, px.
_NEAR = 1.0
# An edge of this contrast counts in full, one of less by the square: its displacement is that much less certain.
_CONTRAST = 64.0


def _displacements(
    difference: NDArray[np.float32], beziers: Floats, line: NDArray[np.bool_], contrast: Floats, u: Floats
) -> Floats:
    """(S, K) px to the right hand, at parameters u, (S, K); contrast: (S, 4), the left colour less the right."""
    normal = normals(beziers, line, u)
    at = places(beziers, line, u) - 0.5
    share = contrast / np.maximum((contrast**2).sum(axis=1, keepdims=True), 1e-9)
    total = np.zeros(u.shape)
    for t in _ACROSS:
        x, y = np.moveaxis((at + t * normal).astype(np.float32), 2, 0)
        seen = cv2.remap(difference, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        total += np.einsum("skc,sc->sk", seen, share)
    return np.asarray(np.clip(total * (_ACROSS[1] - _ACROSS[0]), -1, 1))


def stepped(
    curves: Curves,
    closed: NDArray[np.bool_],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    colors: NDArray[np.float32],
    source: Pixels,
    rendered: Pixels,
    held: NDArray[np.bool_] | None = None,
) -> Curves:
    """The curves after one Gauss–Newton step towards the source; segments in held, (S,) bool, stay.

    closed, left, right: (A,), of the arcs, labels as rows of colors, (L, 4), premultiplied, 0–255; a negative label is
    the outside, and arcs along it stay. source, rendered: (h, w, 4) uint8, premultiplied. G1 joints, corners, shared
    nodes and exact horizontals and verticals stay such; no joint moves more than 1 px. Whether the step was good is
    for the caller to see in a new rendering.
    """
    k = links(curves, closed)
    arc = np.repeat(np.arange(len(closed)), np.diff(curves.offsets))
    inner = (left >= 0) & (right >= 0)
    contrast = (colors[left] - colors[right]).astype(np.float64)[arc] * inner[arc, None]
    difference = source.astype(np.float32) - rendered
    u = samples(len(arc))
    offset = _displacements(difference, curves.beziers, k.line, contrast, u)
    weight = _weights(curves, k.corner, k.after, u, places(curves.beziers, k.line, u), contrast)
    middle, moved, summed = binned(u, offset, weight)
    held = np.zeros(len(arc), bool) if held is None else held
    summed[held] = 0
    fixed = np.repeat(held[:, None] | ~inner[arc, None], 2, axis=1)
    return replace(curves, beziers=relaxed(curves.beziers, k, middle, moved, summed, fixed, held))


# Points of a segment at which is asked whether the error near it rose.
_ASKED = 9


def risen(beziers: Floats, source: Pixels, before: Pixels, after: Pixels) -> NDArray[np.bool_]:
    """(S,) segments along which the squared error, summed over 3×3 px, is greater in one rendering than in another.

    beziers: (S, 4, 2). source, before, after: (h, w, 4) uint8.
    """
    change = cv2.absdiff(source, after).astype(np.float32) ** 2 - cv2.absdiff(source, before).astype(np.float32) ** 2
    near = cv2.boxFilter(change.sum(axis=2), -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    u = np.broadcast_to(np.linspace(0, 1, _ASKED), (len(beziers), _ASKED))
    x, y = np.moveaxis(places(beziers, (beziers[:, 0] == beziers[:, 1]).all(axis=1), u).astype(np.int64), 2, 0)
    seen = near[np.clip(y, 0, near.shape[0] - 1), np.clip(x, 0, near.shape[1] - 1)]
    return np.asarray(seen.mean(axis=1) > 0)


def _weights(
    curves: Curves, corner: NDArray[np.bool_], after: NDArray[np.int64], u: Floats, at: Floats, contrast: Floats
) -> Floats:
    """(S, K) of samples `at`, in px of curve, less where the contrast is weak, none near corners and nodes."""
    b = curves.beziers
    step = np.linalg.norm(np.diff(at, axis=1), axis=2)
    length = step.sum(axis=1) * u.shape[1] / (u.shape[1] - 1)
    strength = np.minimum(1, np.linalg.norm(contrast, axis=1) / _CONTRAST) ** 2
    weight = np.repeat((length / u.shape[1] * strength)[:, None], u.shape[1], axis=1)
    sharp = corner, np.where(after >= 0, corner[after], True)
    for end, cut in zip((b[:, :1], b[:, 3:]), sharp, strict=True):
        weight[(np.linalg.norm(at - end, axis=2) < _NEAR) & cut[:, None]] = 0
    return weight
