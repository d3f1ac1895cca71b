"""Strokes moved to the middle between the outlines of what they stand for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.arrays import Floats, Index, Mask, Points, freeze_fields
from svgai.draw.contour.strokes.stroke import Stroke
from svgai.draw.outline.curves.cubics import project
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.curves.gauss_newton import Links, links, places, relaxed, samples
from svgai.draw.outline.curves.normal_equations import normals
from svgai.draw.ragged import offsets_of
from svgai.records import Record

# Strokes take 4 steps to where the outline wants them. By eye.
STEPS = 4
# Each segment is moved by what 16 parts of it lack.
PARTS = 16
# A point of the outline belongs to the line's side if it lies as far from its middle as that, to 20 % and 0.3 px; the
# way there is upright on the line to a sine of 0.2. By eye.
STRAY, NOISE, UPRIGHT = 0.2, 0.3, 0.2
# A step moves an end by 1 px at most. By eye.
SLIDE = 1.0


class _Feet(Record):
    """Where the N points of an outline stand on strokes.

    segment: (N,); share: (N,) along it. away: (N, 2) px, from there to the point; off: (N,) px beyond the stroke's
    side. right: (N,) px, the way to the right hand.
    """

    segment: Index
    share: Floats
    away: Points
    off: Floats
    right: Floats
    side: Mask

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, beziers: Points, line: Mask, outline: Points, width: float) -> _Feet:
        share = samples(len(beziers))
        middle = places(beziers, line, share).reshape(-1, 2)
        nearest = ((middle**2).sum(axis=1) - 2 * outline @ middle.T).argmin(axis=1)
        segment = nearest // share.shape[1]
        own, straight = beziers[segment], line[segment]
        even = own[:, :1] + np.arange(4)[:, None] / 3 * (own[:, 3:] - own[:, :1])
        handled = np.where(straight[:, None, None], even, own)
        at = project(handled, outline[:, None], share.ravel()[nearest][:, None])
        away = outline - places(own, straight, at)[:, 0]
        normal = normals(own, straight, at)[:, 0]
        distance, right = np.linalg.norm(away, axis=1), (away * normal).sum(axis=1)
        upright = right**2 >= (1 - UPRIGHT**2) * distance**2
        side = upright & (np.abs(distance - width / 2) <= STRAY * width + NOISE)
        return cls(segment, at[:, 0], away, distance - width / 2, right, side)


def settled(strokes: list[Stroke], outline: Points) -> list[Stroke]:
    """The strokes of one width, their middles, width and round ends where the points of an outline, (N, 2), want."""
    offsets = offsets_of(np.array([len(stroke.beziers) for stroke in strokes]))
    closed = np.array([stroke.closed for stroke in strokes])
    corner = np.concatenate([stroke.corner for stroke in strokes])
    beziers, width = np.concatenate([stroke.beziers for stroke in strokes]), strokes[0].width
    for _ in range(STEPS):
        linked = links(Curves(beziers, offsets, corner), closed)
        feet = _Feet.of(beziers, linked.line, outline, width)
        width += 2 * float(feet.off[feet.side].mean()) if feet.side.any() else 0.0
        beziers = _slid(_moved(beziers, linked, feet), linked, feet)
    pieces = np.split(beziers, offsets[1:-1])
    return [replace(stroke, beziers=piece, width=width) for stroke, piece in zip(strokes, pieces, strict=True)]


def _moved(beziers: Points, linked: Links, feet: _Feet) -> Points:
    """The segments moved sideways by what the points at their sides lack."""
    share, wanted = feet.share[feet.side], (np.sign(feet.right) * feet.off)[feet.side]
    part = feet.segment[feet.side] * PARTS + np.minimum((share * PARTS).astype(np.int64), PARTS - 1)
    count = len(beziers) * PARTS
    weight = np.bincount(part, minlength=count).astype(np.float64)
    means = [np.bincount(part, values, count) / np.maximum(weight, 1) for values in (share, wanted)]
    at, by, weight = (values.reshape(-1, PARTS) for values in (*means, weight))
    return relaxed(beziers, linked, at, by, weight, np.zeros((len(beziers), 2), bool))


def _slid(beziers: Points, linked: Links, feet: _Feet) -> Points:
    """The segments with loose ends moved along by what the points around them lack."""
    result = beziers.copy()
    for end, loose in ((0, linked.before < 0), (3, linked.after < 0)):
        for number in np.flatnonzero(loose).tolist():
            bezier = result[number]
            arm = bezier[end] - bezier[3 - end] if linked.line[number] else bezier[end] - bezier[2 if end else 1]
            ahead = arm / max(float(np.linalg.norm(arm)), 1e-9)
            mine = (feet.segment == number) & (feet.share == end / 3)
            cosine = (feet.away[mine] @ ahead) / np.maximum(np.linalg.norm(feet.away[mine], axis=1), 1e-9)
            by = (feet.off[mine] * cosine).sum() / max((cosine**2).sum(), 1.0)
            bezier[end] += np.clip(by, -SLIDE, SLIDE) * ahead
            if linked.line[number]:
                bezier[2 if end else 1] = bezier[end]
    return result


def misfit(strokes: list[Stroke], outline: Points) -> Floats:
    """(N,) px: how far the outline, (N, 2), is from the sides of the strokes with round ends and corners."""
    beziers = np.concatenate([stroke.beziers for stroke in strokes])
    curves = Curves(beziers, np.array([0, len(beziers)]), np.zeros(len(beziers), bool))
    line = links(curves, np.zeros(1, bool)).line
    return np.asarray(np.abs(_Feet.of(beziers, line, outline, strokes[0].width).off))
