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

# Of a photograph's pixels those up to 2 px from a flat part may hold some of its ink; in a coded picture up to 3 px.
EDGE, EDGE_CODED = 2.3, 3.3
# Less ink than 8 % is the photograph's own, more than 92 % is all ink (by eye).
LEAST, MOST = 0.08, 0.92
# σ of the averages, px, that go on where the photograph ends: the finest that reaches.
REACHES = (2.0, 6.0, 20.0, 80.0)
# The photograph goes on for 12 px beneath flat parts.
UNDER = 12


def taken_apart(raster: Raster) -> Layer:
    """A picture's photograph, and its flat parts; all of it is ground where it is not mixed."""
    found = parts(raster)
    if found is None:
        return Layer(raster, ())
    return composed(raster, found)


def composed(raster: Raster, found: Parts) -> Layer:
    colors = raster.pixels[..., :3].astype(np.float32)
    away, _ = nearest(~found.photograph)
    edge = found.photograph & (away <= (EDGE_CODED if raster.noise else EDGE))
    behind = went_on(colors, found.photograph & ~edge)
    share, ink = _shares(colors, behind, edge, found)
    flat = np.dstack([np.where(found.photograph[..., None], ink, colors), 255 * share])
    above = replace(raster, pixels=np.rint(flat).astype(np.uint8))
    below = np.where((share > 0)[..., None], behind, colors)
    layer = marks_apart(above)
    drawn = draw(layer.ground, ContourPlan())
    if isinstance(drawn, Declined):
        return Layer(raster, ())
    under, _ = nearest(found.photograph)
    seen = np.where(under <= UNDER, 255, 0).astype(np.uint8)
    ground = replace(raster, pixels=np.dstack([np.rint(below).astype(np.uint8), seen]))
    return Layer(ground, layer.over(drawn).shapes)


def went_on(colors: Colors, known: Mask) -> Colors:
    """(h, w, 3): colours where they are known, and elsewhere averages of the nearest known ones."""
    result = np.where(known[..., None], colors, np.float32(0))
    weight = known.astype(np.float32)
    held, missing = result.copy(), ~known
    for sigma in REACHES:
        total, part = cv2.blur(held, (3, 3)), weight
        total = _soft(held, sigma)
        part = _soft(weight, sigma)
        here = missing & (part > 1e-3)
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
