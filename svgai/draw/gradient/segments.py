"""Regions made clean: slivers of anti-aliasing dissolved, every border pixel with the region it shows more of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.draw.contour.components import components
from svgai.draw.gradient import regions, surfaces
from svgai.draw.gradient.mixing import mix, near_borders
from svgai.draw.gradient.settle import settled
from svgai.draw.gradient.surfaces import Floats
from svgai.draw.gradient.watershed import Colors, Labels, Plane

# A region of border pixels alone that mixes of its neighbours explain to this RMS (grey levels) is their edge.
SLIVER = 9.0
# Bytes of a small region as written: outline and colour.
REGION_BYTES = 70.0
SWEEPS = 2
# A border pixel goes to the side that explains it better only where the sides differ by this much (grey levels):
# below, noise would draw the border.
DISTINCT = 16.0
# Scraps of a region smaller than this (px) join what surrounds them.
SCRAP = 4


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Labels with their mix along borders.

    labels: (h, w) int32, 0 … n − 1; other: (h, w) int32, the region mixed in, the label itself where none is;
    share: (h, w) float32, 0.5–1, of the label; interior: (h, w) float32 weights for fitting colours.
    """

    labels: Labels
    other: Labels
    share: Plane
    interior: Plane

    @property
    def count(self) -> int:
        return int(self.labels.max()) + 1


def _compact(labels: NDArray[np.integer]) -> Labels:
    used = np.bincount(labels.ravel()) > 0
    return np.asarray((np.cumsum(used) - 1)[labels], np.int32)


def _slivers(colors: Colors, labels: Labels, shapes: Floats, price: float) -> NDArray[np.bool_]:
    """(n,): which regions are nothing but the edge between others, or cost more than they explain."""
    size = len(shapes)
    at = near_borders(labels)
    own = labels.ravel()[at]
    total = np.bincount(labels.ravel(), minlength=size)
    bordering = np.bincount(own, minlength=size)
    foreign = mix(colors, labels, shapes, at, foreign=True)
    error = np.bincount(own, np.minimum(foreign.error, 1e5), size)
    alone = (bordering == total) & (total > 0)
    return alone & ((error < SLIVER**2 * total) | (error < price * REGION_BYTES))


def _scraps(labels: Labels) -> NDArray[np.bool_]:
    """(h, w): pixels of components under SCRAP px that are not all of their region."""
    start, length, component = components(labels.astype(np.int16))
    area = np.bincount(component, length)
    whole = np.bincount(labels.ravel())[labels.ravel()[start]]
    scrap = (area[component] < SCRAP) & (area[component] < whole)
    return np.asarray(np.repeat(scrap, length).reshape(labels.shape))


def _without(colors: Colors, labels: Labels, shapes: Floats, gone: NDArray[np.bool_]) -> Labels:
    """Labels with the pixels `gone` given to the neighbours that explain them; in rounds, from the rim inwards."""
    out = np.where(gone, -1, labels).astype(np.int32)
    while True:
        at = np.flatnonzero(out.ravel() < 0)
        if not len(at):
            return out
        best = mix(colors, out, shapes, at)
        reached = best.label >= 0
        if not reached.any():
            return labels
        out.ravel()[at[reached]] = best.label[reached]


def segment(colors: Colors, noise: float, price: float) -> Segments:
    """The smooth regions of a picture.

    price: squared grey levels × pixels that a byte must save.
    """
    labels, weights, strength = regions.find(colors, noise)
    labels = settled(colors, labels, strength, weights)
    labels = _compact(labels)
    for _ in range(SWEEPS):
        shapes, _ = surfaces.fit(surfaces.measure(colors, labels, weights, int(labels.max()) + 1))
        labels = _without(colors, labels, shapes, _slivers(colors, labels, shapes, price)[labels])
        best = mix(colors, labels, shapes, near_borders(labels))
        clear = best.contrast >= DISTINCT**2
        labels.ravel()[best.at[clear]] = best.label[clear]
        labels = _compact(_without(colors, labels, shapes, _scraps(labels)))
    return _mixed(colors, labels, weights)


def _mixed(colors: Colors, labels: Labels, weights: Plane) -> Segments:
    shapes, _ = surfaces.fit(surfaces.measure(colors, labels, weights, int(labels.max()) + 1))
    best = mix(colors, labels, shapes, near_borders(labels))
    other, share = labels.copy(), np.ones(labels.shape, np.float32)
    swapped = best.label != labels.ravel()[best.at]
    other.ravel()[best.at] = np.where(swapped, best.label, best.other)
    share.ravel()[best.at] = np.where(swapped, 0.5, best.share)
    return Segments(labels, other, share, weights)
