"""Regions made clean: slivers of anti-aliasing dissolved, every border pixel with the region it shows more of."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Mask, Plane, RegionLabels, freeze_fields
from svgai.draw.budget import affords, spend
from svgai.draw.gradient.regions.edge_colors import EdgeColors, edge_colors_of
from svgai.draw.gradient.regions.find import TOLERANCE, Regions, find_regions
from svgai.draw.gradient.regions.mixes import best_pairs, near_borders
from svgai.draw.gradient.regions.seams import seams_moved
from svgai.draw.gradient.regions.watershed import CALM, basins, calmed, edge_strength
from svgai.draw.outline.planar.components import components
from svgai.drawing import Declined
from svgai.records import Record

# A region of border pixels alone is an edge if mixes of its neighbours explain it to an RMS of 9 grey levels. By eye.
SLIVER = 9.0
# In coded pictures noise adds 3 σ to that RMS, and 4 times as much in regions under SCRAP px: ringing leaves dots.
# By eye.
RIPPLE, DOT = 3.0, 4.0
# Chroma at half the resolution (4:2:0) takes a coded edge 20 % of its contrast off the line between its sides. By eye.
BLEED = 0.2
# A small region takes 70 bytes as written, outline and colour.
REGION_BYTES = 70.0
# Regions are cleaned twice: what dissolves moves the surfaces of its neighbours. By eye.
SWEEPS = 2
# Basins take 0.3 µs a pixel, merging them 0.5 µs a pixel and 300 µs a basin, cleaning regions 3 µs a pixel near
# borders and 500 µs a region each time (benchmarks/work.py).
_BASINS, _MERGING, _MERGING_ONE, _SWEEPING, _SWEEPING_ONE = 3e-7, 5e-7, 3e-4, 3e-6, 5e-4
# A picture is a photograph from 300 basins and 2 % of its pixels more on, 12,000 at most: photographs have 5 % and
# more, shaded art 1.2 % at most (corpus), a small icon may have 300, and 12,000 merge in reasonable time.
TEXTURED, FEW, MOST = 0.02, 300, 12000
# A picture has at most 400 regions: shaded art has 150 at most (corpus), and each costs some 10 ms of fitting.
MOST_REGIONS = 400
# A border pixel goes to the side that explains it better only where the sides are 16 grey levels apart or more: below,
# noise would draw the border. By eye.
DISTINCT = 16.0
# Scraps of a region under 4 px join what surrounds them. By eye.
SCRAP = 4


class CleanRegions(Record):
    """Regions whose borders are edges of the picture or seams that do not show.

    labels: (h, w) int32, 0 … n − 1. interior: (h, w) float32 in (0, 1], weights for fitting colours. strength: (h, w)
    float32, of edges, grey levels a pixel.
    """

    labels: RegionLabels
    interior: Plane
    strength: Plane

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def count(self) -> int:
        """How many regions there are."""
        return int(self.labels.max()) + 1


def clean_regions(colors: Colors, noise: float, price: float) -> CleanRegions | Declined:
    """The smooth regions of a picture, (h, w, c), or why it has none.

    noise: σ of the coding noise (grey levels). price: squared grey levels × pixels that a byte must save.
    """
    if noise:
        colors = calmed(colors, noise)
    found = _found(colors, noise)
    if isinstance(found, Declined):
        return found
    labels = _compact(seams_moved(colors, found))
    for _ in range(SWEEPS):
        work = _SWEEPING * len(near_borders(labels)) + _SWEEPING_ONE * int(labels.max())
        if not affords(work):
            break
        spend(work)
        labels = _swept(colors, replace(found, labels=labels), price, noise)
    if noise:
        labels = _without_slivers(colors, labels, edge_colors_of(colors, labels, found.weights), price, noise)
    regions = CleanRegions(_compact(labels), found.weights, found.strength)
    if regions.count > MOST_REGIONS:
        return Declined(f"a texture: {regions.count} regions that no smooth surface joins")
    return regions


def _found(colors: Colors, noise: float) -> Regions | Declined:
    """The smooth regions as the watershed and merges find them."""
    spend(_BASINS * colors.shape[0] * colors.shape[1])
    strength = edge_strength(colors)
    start = basins(strength, colors, CALM + noise)
    count = int(start.max()) + 1
    if count > FEW + min(start.size * TEXTURED, MOST):
        return Declined(f"a photograph or a texture: {count} pieces in {start.size} pixels before any merge")
    work = _MERGING * start.size + _MERGING_ONE * count
    if not affords(work):
        return Declined(f"{count} pieces before any merge: more than its time allows")
    spend(work)
    strength = np.maximum(strength - noise, 0)  # what ripples make is no edge
    return find_regions(colors, start, strength, math.hypot(TOLERANCE, noise))


def _swept(colors: Colors, regions: Regions, price: float, noise: float) -> RegionLabels:
    """Labels without slivers and scraps, border pixels with the side they show more of."""
    labels = regions.labels
    known = edge_colors_of(colors, labels, regions.weights)
    labels = _without_slivers(colors, labels, known, price, noise)
    at = near_borders(labels)
    best = best_pairs(colors, labels, known, at)
    clear = best.contrast >= DISTINCT**2
    labels.ravel()[at[clear]] = best.label[clear]
    return _compact(_dissolved(colors, labels, known, _scraps(labels)))


def _compact(labels: NDArray[np.integer]) -> RegionLabels:
    """The labels numbered anew without gaps."""
    used = np.bincount(labels.ravel()) > 0
    return np.asarray((np.cumsum(used) - 1)[labels], np.int32)


def _without_slivers(
    colors: Colors, labels: RegionLabels, known: EdgeColors, price: float, noise: float
) -> RegionLabels:
    """Labels, a copy, with the pixels of slivers given to their neighbours."""
    return _dissolved(colors, labels, known, _slivers(colors, labels, known, price, noise)[labels])


def _slivers(colors: Colors, labels: RegionLabels, known: EdgeColors, price: float, noise: float) -> Mask:
    """(n,): which regions are nothing but the edge between others, or cost more than they explain."""
    size = len(known.shapes)
    at = near_borders(labels)
    total = np.bincount(labels.ravel(), minlength=size)
    alone = (np.bincount(labels.ravel()[at], minlength=size) == total) & (total > 0)
    at = at[alone[labels.ravel()[at]]]
    own = labels.ravel()[at]
    # By larger ones only: two windows of a row explain each other, and both would go.
    rank = np.argsort(np.argsort(total, kind="stable"), kind="stable")
    foreign = best_pairs(colors, labels, known, at, rank)
    error = np.bincount(own, np.minimum(foreign.error, 1e5), size)  # 1e5: more than any edge has, and no inf
    edge = SLIVER**2 * total
    if noise:
        bled = np.bincount(own, BLEED**2 * foreign.widest, size)
        edge += np.where(total < SCRAP, DOT**2, 1) * ((RIPPLE * noise) ** 2 * total + bled)
    return np.asarray(alone & ((error < edge) | (error < price * REGION_BYTES)))


def _scraps(labels: RegionLabels) -> Mask:
    """(h, w): pixels of components under SCRAP px that are not all of their region."""
    start, length, component = components(labels.astype(np.int16))
    area = np.bincount(component, length)
    whole = np.bincount(labels.ravel())[labels.ravel()[start]]
    scrap = (area[component] < SCRAP) & (area[component] < whole)
    return np.asarray(np.repeat(scrap, length).reshape(labels.shape))


def _dissolved(colors: Colors, labels: RegionLabels, known: EdgeColors, gone: Mask) -> RegionLabels:
    """Labels, a copy, with the pixels `gone` given to neighbours that explain them; in rounds, from the rim inwards.

    As they are where some of these pixels have no neighbours at all.
    """
    left = np.where(gone, -1, labels).astype(np.int32)
    while True:
        at = np.flatnonzero(left.ravel() < 0)
        if not len(at):
            return left
        best = best_pairs(colors, left, known, at)
        reached = best.label >= 0
        if not reached.any():
            return labels.copy()
        left.ravel()[at[reached]] = best.label[reached]
