"""Quadratic colour surfaces from sufficient statistics: fitted, compared and merged without touching a pixel again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Floats, Index, Plane, RegionLabels, freeze_fields
from svgai.records import Record

# Exponents (of x, of y) of the basis 1, x, y, x², xy, y².
BASIS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))
# The 15 exponents (of x, of y) of the products of any two of the basis, by degree.
_PRODUCTS = tuple((i, degree - i) for degree in range(5) for i in range(degree, -1, -1))
# [i, j]: the place among the products of basis i × basis j.
_GRAM = np.array([[_PRODUCTS.index((a + c, b + d)) for c, d in BASIS] for a, b in BASIS])
# Slope and curvature are pulled to 0 as by 3 pixels without any: regions of a few pixels stay flat. By eye.
RIDGE = 3.0
# The surface of a region is fitted to about 3000 of its pixels, scattered, for the time's sake. By eye.
THIN = 3000
# 131,072 pixels are looked at together, for the memory's sake.
BLOCK = 1 << 17


class Moments(Record):
    """Weighted sums over n regions, in pixels from the picture's centre; two regions' sums add.

    gram: (n, 15) sums of x^i y^j. cross: (n, 6, c) sums of basis × colour. squares: (n,) sum of colour².
    """

    gram: Floats
    cross: Floats
    squares: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def count(self) -> Floats:
        """(n,): the sum of weights."""
        return self.gram[:, 0]

    def __getitem__(self, regions: Index) -> Moments:
        return Moments(self.gram[regions], self.cross[regions], self.squares[regions])

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.gram + other.gram, self.cross + other.cross, self.squares + other.squares)

    def pooled(self, group: Index, size: int) -> Moments:
        """The sums of regions taken together: region k goes to group[k] < size."""

        def total(values: Floats) -> Floats:
            flat = values.reshape(len(values), -1)
            sums = [np.bincount(group, column, size) for column in flat.T]
            return np.stack(sums, axis=1, dtype=np.float64).reshape(size, *values.shape[1:])

        return Moments(total(self.gram), total(self.cross), total(self.squares))


def _powers(x: Floats, y: Floats, degree: int) -> dict[tuple[int, int], Floats]:
    """x^i y^j for all i + j ≤ degree, by products: ten times faster than by powers."""
    powers = {(0, 0): np.ones_like(x)}
    for total in range(1, degree + 1):
        for i in range(total + 1):
            powers[i, total - i] = powers[i - 1, total - i] * x if i else powers[0, total - 1] * y
    return powers


def _thinned(flat: NDArray[np.int32], size: int) -> Index:
    """Indices of all pixels of small regions and about THIN scattered ones of each larger; flat: (n,) their labels."""
    share = np.minimum(1.0, THIN / np.maximum(np.bincount(flat, minlength=size), 1))
    # Knuth's multiplicative hash: the same pixels every time, and no lattice.
    scatter = (np.arange(flat.size, dtype=np.uint32) * np.uint32(2654435761)).astype(np.float64) / 2**32
    return np.flatnonzero(scatter < share[flat])


def measure(colors: Colors, labels: RegionLabels, weights: Plane, size: int) -> Moments:
    """The moments of `size` regions of a picture, (h, w, c); large regions' from a part of their pixels, scaled up."""
    flat, weight = labels.ravel(), weights.ravel()
    at = _thinned(flat, size)
    whole, part = np.bincount(flat, weight, size), np.bincount(flat[at], weight[at], size)
    scale = whole / np.maximum(part, 1e-12)
    starts = range(0, max(len(at), 1), BLOCK)
    blocks = [_measured(colors, labels, weight, scale, at[start : start + BLOCK]) for start in starts]
    return sum(blocks[1:], blocks[0])


def _measured(colors: Colors, labels: RegionLabels, weights: Plane, scale: Floats, at: Index) -> Moments:
    """The moments of the pixels `at`, flat indices, their weights, (h·w,), scaled by region, (k,)."""
    height, width = labels.shape
    flat = labels.ravel()[at]
    weight = weights[at] * scale[flat]

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(flat, values * weight, len(scale)), np.float64)

    y, x = np.divmod(at, width)
    powers = _powers(x - width / 2, y - height / 2, 4)
    planes = colors.reshape(-1, colors.shape[2])[at].astype(np.float64).T
    gram = np.stack([total(powers[exponents]) for exponents in _PRODUCTS], axis=1)
    cross = [np.stack([total(powers[exponents] * plane) for plane in planes], axis=1) for exponents in BASIS]
    return Moments(gram, np.stack(cross, axis=1), total(np.sum([plane * plane for plane in planes], axis=0)))


def _local(moments: Moments) -> tuple[Floats, Floats, Floats]:
    """Basis change to each region's own centre and spread: (n, 6, 6) with local = T @ raw; its Gram and cross sums.

    In it the numbers of a small region far from the picture's centre are of one size, and solving loses no digits.
    """
    count = np.maximum(moments.count, 1e-9)
    cx, cy = moments.gram[:, 1] / count, moments.gram[:, 2] / count
    spread = (moments.gram[:, 3] + moments.gram[:, 5]) / count - cx**2 - cy**2
    s = 1 / np.sqrt(np.maximum(spread, 0.25))  # no region is narrower than half a pixel
    change = np.zeros((len(count), 6, 6))
    change[:, 0, 0] = 1
    change[:, 1, 0], change[:, 1, 1] = -cx * s, s
    change[:, 2, 0], change[:, 2, 2] = -cy * s, s
    ss = s * s
    change[:, 3, 0], change[:, 3, 1], change[:, 3, 3] = cx * cx * ss, -2 * cx * ss, ss
    change[:, 4, 0], change[:, 4, 1], change[:, 4, 2], change[:, 4, 4] = cx * cy * ss, -cy * ss, -cx * ss, ss
    change[:, 5, 0], change[:, 5, 2], change[:, 5, 5] = cy * cy * ss, -2 * cy * ss, ss
    gram = change @ moments.gram[:, _GRAM] @ change.transpose(0, 2, 1)
    return change, gram, change @ moments.cross


def fit(moments: Moments) -> tuple[Floats, Floats]:
    """Least-squares surfaces: (n, 6, c) coefficients on BASIS in pixels from the picture's centre, and (n,) errors.

    The error is the weighted sum of squared residuals over all channels, with the ridge's own share.
    """
    change, gram, cross = _local(moments)
    damped = gram + np.diag([1e-9, *[RIDGE] * 5])
    solution = np.linalg.solve(damped, cross)
    error = moments.squares - np.einsum("nij,nij->n", solution, cross)
    return change.transpose(0, 2, 1) @ solution, np.maximum(error, 0)


def error_under(moments: Moments, surfaces: Floats) -> Floats:
    """(n,): each region's sum of squared residuals under a given surface each, (n, 6, c)."""
    quadratic = np.einsum("nic,nij,njc->n", surfaces, moments.gram[:, _GRAM], surfaces)
    return np.asarray(moments.squares - 2 * np.einsum("nic,nic->n", surfaces, moments.cross) + quadratic)


def evaluate(surfaces: Floats, labels: NDArray[np.integer], x: Floats, y: Floats) -> Floats:
    """(n, c): the surface of each pixel's label at x, y (pixels from the picture's centre)."""
    basis = _powers(x, y, 2)
    terms = (basis[exponents][:, None] * surfaces[labels, k] for k, exponents in enumerate(BASIS))
    return np.asarray(sum(terms))


def interior_weights(strength: Plane, labels: RegionLabels, spread: float = 4.0) -> Plane:
    """(h, w) in (0, 1]: near 1 where a pixel is as calm as its basin's calmest, small on anti-aliased edges.

    strength: (h, w) of edges, grey levels a pixel. spread: so many above the calmest a weight is 1/e (4: by eye).
    """
    size = int(labels.max()) + 1
    calmest = np.full(size, np.inf, np.float32)
    np.minimum.at(calmest, labels.ravel(), strength.ravel())
    above = (strength - calmest[labels]) / spread
    return np.asarray(np.maximum(np.exp(-above * above), 1e-3), np.float32)
