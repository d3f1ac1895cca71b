"""Small components that the picture does not need, given to their neighbours."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Labels, Mask, Pixels
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.mixes import LAST_RADIUS, EdgePixels, Mix, explain, mixed
from svgai.draw.contour.labels.palette import Seeds
from svgai.draw.outline.planar.components import components

# A component is questioned up to 8 px, in coded pictures up to 60 px: ringing leaves larger ones. By eye.
LARGEST, LARGEST_CODED = 8, 60
# A component stays if without it the picture is less likely by a factor of e⁴. In coded pictures by e¹², and by e to
# twice the fourth root of its area more, about the root of its perimeter: ringing makes large ones too. By eye.
PRICE, PRICE_CODED = 4.0, 12.0


def sure_seeds(seeds: Seeds, premultiplied: Pixels, metric: Metric) -> Labels:
    """(h, w): the labels of the seeds but, in a coded picture, for the small components that ringing explains."""
    if not metric.noise:
        return seeds.labels.copy()
    group = _small_seeds(seeds.labels)
    at = np.flatnonzero(group >= 0)
    own = seeds.labels.ravel()[at]
    sure = seeds.labels.copy()
    sure.ravel()[at] = -1
    pixels = EdgePixels.of(sure, at, premultiplied, seeds.palette, metric)
    own_error = np.linalg.norm(pixels.features - pixels.colors[own], axis=1)
    needed = ~_cheap(explain(pixels).error.astype(np.float64) ** 2 - own_error**2, group[at], metric)
    sure.ravel()[at[needed]] = own[needed]
    return sure


def _small_seeds(labels: Labels) -> Index:
    """(h·w,): the component of each pixel that is one of LARGEST_CODED px at most and has a label, −1 for others."""
    start, size, component = components(labels)
    small = np.bincount(component, size)[component] <= LARGEST_CODED
    return np.repeat(np.where(small & (labels.ravel()[start] >= 0), component, -1), size)


def _cheap(added: Floats, component: Index, metric: Metric) -> Mask:
    """(n,) which pixels belong to components that do without their own colour for less than their price.

    added: (n,) by how much each pixel's squared error, (grey levels)², grows without it. component: (n,) of each.
    """
    _, group = np.unique(component, return_inverse=True)
    area = np.bincount(group)
    price = PRICE_CODED + 2 * area**0.25 if metric.noise else np.full(len(area), PRICE)
    return np.asarray((np.bincount(group, added / (2 * metric.misfit**2)) < price)[group])


def _small(labels: Labels, at: Index, limit: int) -> tuple[Index, Index]:
    """Indices into `at` of pixels in components up to `limit` px that hold no other pixels, and their component."""
    start, size, component = components(labels)
    area = np.bincount(component, size)
    own = component[np.searchsorted(start, at, "right") - 1]
    questioned = (area <= limit) & (np.bincount(own, minlength=len(area)) == area)
    rows = np.flatnonzero(questioned[own])
    return rows, own[rows]


def without_speckles(pixels: EdgePixels, mix: Mix) -> Mix:
    """The mix, with other colours for the components whose pixels other nearby colours explain nearly as well."""
    metric = pixels.metric
    rows, component = _small(pixels.labelled(mix), pixels.at, LARGEST_CODED if metric.noise else LARGEST)
    if not len(rows):
        return mix
    speckles, own = pixels.take(rows), mix.take(rows)
    near = speckles.nearby(LAST_RADIUS)
    others = mixed(speckles.features, pixels.colors, near.without(near.labels == own.label[:, None]))
    merged = np.flatnonzero(_cheap(others.error.astype(np.float64) ** 2 - own.error**2, component, metric))
    return mix.replaced(rows[merged], others.take(merged))
