"""Regions made clean: slivers of anti-aliasing dissolved, every border pixel with the region it shows more of."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Plane, RegionLabels
from svgai.draw.gradient.regions.edge_colors import Sides, sides
from svgai.draw.gradient.regions.find import TOLERANCE, find
from svgai.draw.gradient.regions.mixes import mix, near_borders
from svgai.draw.gradient.regions.seams import settled
from svgai.draw.gradient.regions.watershed import CALM, basins, calmed, edge_strength
from svgai.draw.outline.planar.components import components
from svgai.drawing import Declined

# A region of border pixels alone that mixes of its neighbours explain to this RMS (grey levels) is their edge.
SLIVER = 9.0
# The same for coding noise, in its σ; and how much more in what is smaller than SCRAP: ringing leaves dots.
RIPPLE, DOT = 3.0, 4.0
# Chroma at half the resolution (4:2:0) takes an edge this share of its contrast off the line between its sides.
BLEED = 0.2
# Bytes of a small region as written: outline and colour.
REGION_BYTES = 70.0
SWEEPS = 2
# Basins a pixel from which on a picture is a photograph (they have 0.05 and more, shaded art 0.012 at most), beside
# the FEW that a small icon may have; and the most that are merged in reasonable time.
TEXTURED, FEW, MOST = 0.02, 300, 12000
# Shaded art has 150 regions at most (in the corpus); each costs some 10 ms of fitting.
MOST_REGIONS = 400
# A border pixel goes to the side that explains it better only where the sides differ by this much (grey levels):
# below, noise would draw the border.
DISTINCT = 16.0
# Scraps of a region smaller than this (px) join what surrounds them.
SCRAP = 4


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Regions. labels: (h, w) int32, 0 … n − 1; interior: (h, w) float32 in (0, 1], weights for fitting colours;
    strength: (h, w) float32, of edges.
    """

    labels: RegionLabels
    interior: Plane
    strength: Plane

    @property
    def count(self) -> int:
        return int(self.labels.max()) + 1


def _compact(labels: NDArray[np.integer]) -> RegionLabels:
    used = np.bincount(labels.ravel()) > 0
    return np.asarray((np.cumsum(used) - 1)[labels], np.int32)


def _slivers(colors: Colors, labels: RegionLabels, known: Sides, price: float, noise: float) -> NDArray[np.bool_]:
    """(n,): which regions are nothing but the edge between others, or cost more than they explain."""
    size = len(known.shapes)
    at = near_borders(labels)
    total = np.bincount(labels.ravel(), minlength=size)
    alone = (np.bincount(labels.ravel()[at], minlength=size) == total) & (total > 0)
    at = at[alone[labels.ravel()[at]]]
    own = labels.ravel()[at]
    # By larger ones only: two windows of a row explain each other, and both would go.
    rank = np.argsort(np.argsort(total, kind="stable"), kind="stable")
    foreign = mix(colors, labels, known, at, rank)
    error = np.bincount(own, np.minimum(foreign.error, 1e5), size)
    edge = SLIVER**2 * total
    if noise:
        bled = np.bincount(own, BLEED**2 * foreign.widest, size)
        edge += np.where(total < SCRAP, DOT**2, 1) * ((RIPPLE * noise) ** 2 * total + bled)
    return np.asarray(alone & ((error < edge) | (error < price * REGION_BYTES)))


def _scraps(labels: RegionLabels) -> NDArray[np.bool_]:
    """(h, w): pixels of components under SCRAP px that are not all of their region."""
    start, length, component = components(labels.astype(np.int16))
    area = np.bincount(component, length)
    whole = np.bincount(labels.ravel())[labels.ravel()[start]]
    scrap = (area[component] < SCRAP) & (area[component] < whole)
    return np.asarray(np.repeat(scrap, length).reshape(labels.shape))


def _without(colors: Colors, labels: RegionLabels, known: Sides, gone: NDArray[np.bool_]) -> RegionLabels:
    """Labels with the pixels `gone` given to the neighbours that explain them; in rounds, from the rim inwards."""
    out = np.where(gone, -1, labels).astype(np.int32)
    while True:
        at = np.flatnonzero(out.ravel() < 0)
        if not len(at):
            return out
        best = mix(colors, out, known, at)
        reached = best.label >= 0
        if not reached.any():
            return labels
        out.ravel()[at[reached]] = best.label[reached]


def segment(colors: Colors, noise: float, price: float) -> Segments | Declined:
    """The smooth regions of a picture, or why it has none.

    noise: σ of the coding noise (grey levels). price: squared grey levels × pixels that a byte must save.
    """
    if noise:
        colors = calmed(colors, noise)
    strength = edge_strength(colors)
    start = basins(strength, colors, CALM + noise)
    count = int(start.max()) + 1
    if count > FEW + min(start.size * TEXTURED, MOST):
        return Declined(f"a photograph or a texture: {count} pieces in {start.size} pixels before any merge")
    strength = np.maximum(strength - noise, 0)  # what ripples make is no edge
    found = find(colors, start, strength, math.hypot(TOLERANCE, noise))
    labels, weights = _compact(settled(colors, found)), found.weights
    for _ in range(SWEEPS):
        known = sides(colors, labels, weights)
        labels = _without(colors, labels, known, _slivers(colors, labels, known, price, noise)[labels])
        best = mix(colors, labels, known, near_borders(labels))
        clear = best.contrast >= DISTINCT**2
        labels.ravel()[best.at[clear]] = best.label[clear]
        labels = _compact(_without(colors, labels, known, _scraps(labels)))
    if noise:
        known = sides(colors, labels, weights)
        labels = _compact(_without(colors, labels, known, _slivers(colors, labels, known, price, noise)[labels]))
    found_count = int(labels.max()) + 1
    if found_count > MOST_REGIONS:
        return Declined(f"a texture: {found_count} regions that no smooth surface joins")
    return Segments(labels, weights, strength)
