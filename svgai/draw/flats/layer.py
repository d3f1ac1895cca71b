"""A mixed picture → its photograph, as if nothing lay over it, and the flat parts' shapes to lay over it again."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from svgai.arrays import Colors, Mask, Plane
from svgai.draw.contour.engine import draw
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.layer import Layer
from svgai.draw.marks.layer import taken_apart as marks_apart
from svgai.drawing import Declined
from svgai.picture.flats import nearest
from svgai.picture.parts import Parts, parts
from svgai.picture.raster import Raster

# Of a photograph's pixels those beside a flat part may hold some of its ink; in a coded picture those up to 2 px away.
EDGE, EDGE_CODED = 1.5, 2.3
# Less ink than 8 % is the photograph's own, more than 92 % is all ink (by eye).
LEAST, MOST = 0.08, 0.92
# σ of the averages, px, that carry a photograph on where it ends: the finest with a thousandth of its weight there.
REACHES, LEAST_PART = (2.0, 6.0, 20.0, 80.0), 1e-3
# The photograph goes on for 12 px beneath flat parts.
# Where a quarter of the picture and more lies deeper, that is left clear (of a slide 46 kB of photograph in place of
# 78); less of it, filled, costs fewer bytes than an outline does.
UNDER, CLEAR = 12, 0.25


def taken_apart(raster: Raster) -> Layer:
    """A picture's photograph, and its flat parts; all of it is ground where it is not mixed."""
    found = parts(raster)
    return Layer(raster, ()) if found is None else _apart(raster, found)


def _apart(raster: Raster, found: Parts) -> Layer:
    colors = raster.pixels[..., :3].astype(np.float32)
    away, _ = nearest(~found.photograph)
    edge = found.photograph & (away <= (EDGE_CODED if raster.noise else EDGE))
    behind = _carried_on(colors, found.photograph & ~edge)
    share, ink = _shares(colors, behind, edge, found)
    flat = np.dstack([np.where(found.photograph[..., None], ink, colors), 255 * share])
    layer = marks_apart(replace(raster, pixels=np.rint(flat).astype(np.uint8)))
    drawn = draw(layer.ground, ContourPlan())
    if isinstance(drawn, Declined):
        return Layer(raster, ())
    depth, _ = nearest(found.photograph)
    hidden = depth > UNDER
    alpha = np.where(hidden & (hidden.mean() > CLEAR), 0, 255)
    ground = np.dstack([np.where((share > 0)[..., None], behind, colors), alpha])
    return Layer(replace(raster, pixels=np.rint(ground).astype(np.uint8)), layer.over(drawn).shapes)


def _carried_on(colors: Colors, known: Mask) -> Colors:
    """(h, w, 3): colours where they are known, and elsewhere averages of the nearest known ones."""
    result = np.where(known[..., None], colors, np.float32(0))
    sums, weight, missing = result.copy(), known.astype(np.float32), ~known
    for sigma in REACHES:
        total, part = _soft(sums, sigma), _soft(weight, sigma)
        here = missing & (part > LEAST_PART)
        result[here] = total[here] / part[here][:, None]
        missing &= ~here
    result[missing] = colors[known].mean(axis=0) if known.any() else 0
    return result


def _soft(plane: Colors | Plane, sigma: float) -> Colors:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), np.float32)


def _shares(colors: Colors, behind: Colors, edge: Mask, found: Parts) -> tuple[Plane, Colors]:
    """(h, w): how much of each pixel is flat, 0–1, and (h, w, 3) the ink of those that are in part."""
    share = np.where(found.photograph, 0, 1).astype(np.float32)
    ink = np.zeros_like(colors)
    if not (found.ink >= 0).any():
        return share, ink
    _, place = nearest(found.ink >= 0)
    ink[edge] = found.inks[found.ink.ravel()[place[edge]]]
    way = ink[edge] - behind[edge]
    part = ((colors[edge] - behind[edge]) * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1)
    part = np.where(part < LEAST, 0, np.where(part > MOST, 1, part))
    share[edge] = part
    return share, ink
