"""Small components that the picture does not need, given to their neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Pixels
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.mixes import LAST_RADIUS, Mix, explain, mix, nearby_colors
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.outline.planar.components import components

# Components up to this many pixels are questioned, in coded pictures and in others.
LARGEST_CODED, LARGEST = 60, 8
# What a component must save in likelihood to stay: this, and in coded pictures the root of its perimeter besides.
PRICE_CODED, PRICE = 12.0, 4.0


def sure_seeds(
    labels: NDArray[np.int16], premultiplied: Pixels, palette: Palette, metric: Metric
) -> NDArray[np.int16]:
    """Seeds, (h, w) with -1 where none, but for those of a coded picture that ringing explains: small components."""
    if not metric.noise:
        return labels.copy()
    start, size, component = components(labels)
    group = np.where((np.bincount(component, size)[component] <= LARGEST_CODED), component, -1)
    group[labels.ravel()[start] < 0] = -1
    of_pixel = np.repeat(group, size)
    at = np.flatnonzero(of_pixel >= 0)
    sure = labels.copy()
    sure.ravel()[at] = -1
    x = metric.features(premultiplied.reshape(-1, 4)[at].astype(np.float32))
    colors = metric.features(palette.premultiplied)
    by_others = explain(sure, at, x, colors, metric)
    own = np.linalg.norm(x - colors[labels.ravel()[at]], axis=1)
    loss = (by_others.error.astype(np.float64) ** 2 - own**2) / (2 * metric.misfit**2)
    _, index = np.unique(of_pixel[at], return_inverse=True)
    needed = np.bincount(index, loss) >= _price(np.bincount(index), metric)
    sure.ravel()[at[needed[index]]] = labels.ravel()[at[needed[index]]]
    return sure


def _price(area: Index, metric: Metric) -> NDArray[np.float64]:
    """What components of so many pixels must save to stay."""
    return np.asarray(PRICE_CODED + 2 * area**0.25) if metric.noise else np.full(len(area), PRICE)


def _small(labels: NDArray[np.int16], at: Index, limit: int) -> tuple[Index, Index]:
    """Indices into `at` of pixels in components up to `limit` px that hold no other pixels, and their component."""
    start, size, component = components(labels)
    area = np.bincount(component, size)
    own = component[np.searchsorted(start, at, "right") - 1]
    questioned = (area <= limit) & (np.bincount(own, minlength=len(area)) == area)
    rows = np.flatnonzero(questioned[own])
    return rows, np.unique(own[rows], return_inverse=True)[1].astype(np.int64)


def _without(found: NDArray[np.int16], distance: NDArray[np.float32], own: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Strike each pixel's own label from its candidates, in place; which pixels have others."""
    found[found == own[:, None]] = -1
    order = np.argsort(found < 0, axis=1, kind="stable")
    found[:] = np.take_along_axis(found, order, axis=1)
    distance[:] = np.take_along_axis(distance, order, axis=1)
    return np.asarray(found[:, 0] >= 0)


def merge_speckles(
    labels: NDArray[np.int16],
    seeds: NDArray[np.int16],
    at: Index,
    x: NDArray[np.float32],
    colors: NDArray[np.float32],
    m: Mix,
    metric: Metric,
) -> None:
    """Relabel, in `labels` and m, components whose pixels other nearby colours explain nearly as well.

    at, x: the pixels that m explains and their features; colors: (K, 4) features of the palette.
    """
    rows, group = _small(labels, at, LARGEST_CODED if metric.noise else LARGEST)
    if not len(rows):
        return
    found, distance = nearby_colors(seeds, at[rows], LAST_RADIUS)
    possible = _without(found, distance, m.label[rows])
    other = mix(x[rows], colors, np.maximum(found, np.where(np.arange(found.shape[1]) == 0, 0, -1)), distance)
    loss = (other.error.astype(np.float64) ** 2 - m.error[rows] ** 2) / (2 * metric.misfit**2)
    loss[~possible] = np.inf
    merged = (np.bincount(group, loss) < _price(np.bincount(group), metric))[group]
    m.put(rows, other, merged)
    use = rows[merged]
    labels.ravel()[at[use]] = m.label[use]
