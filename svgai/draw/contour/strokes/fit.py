"""Lines → strokes: their points as straight segments and cubics."""

from __future__ import annotations

import numpy as np

from svgai.draw.contour.strokes.line import Line, step_of
from svgai.draw.contour.strokes.stroke import Stroke
from svgai.draw.contour.strokes.style import HAIR
from svgai.draw.outline.fit.fit import fit
from svgai.draw.outline.planar.arcs import Arcs
from svgai.draw.ragged import offsets_of

# A stroke is fitted to 0.05 of the distance between its points at least, whatever the tolerance: they are no more
# exact. By eye.
TIGHTEST = 0.05


def fitted(lines: list[Line], tolerance: float) -> list[Stroke]:
    """Each line as the straight segments and cubics that hold the tolerance, px, of its points."""
    if not lines:
        return []
    steps = [step_of(line.width) for line in lines]
    points = [line.points / step for line, step in zip(lines, steps, strict=True)]
    none = np.zeros(len(lines), np.int64)
    closed = np.array([line.closed for line in lines])
    allowed = np.array([_allowed(line, tolerance / step) for line, step in zip(lines, steps, strict=True)])
    arcs = Arcs(np.concatenate(points), offsets_of(np.array([len(p) for p in points])), closed, none, none, allowed)
    curves = fit(arcs)
    strokes = []
    for line, step, start, stop in zip(lines, steps, curves.offsets[:-1], curves.offsets[1:], strict=True):
        beziers, corner = curves.beziers[start:stop] * step, curves.corner[start:stop]
        strokes.append(Stroke(beziers, corner, line.closed, line.width, line.color, line.ground))
    return strokes


def _allowed(line: Line, tolerance: float) -> float:
    """How far the fit may stray, in distances between points: half as far from lines that are seen well."""
    return max(tolerance / (1 if line.width < HAIR else 2), TIGHTEST)
