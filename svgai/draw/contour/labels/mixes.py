"""Pixels as mixes of two palette colours near them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Index, Labels, Mask, Pixels, freeze_fields
from svgai.draw.contour.labels.distance import Metric
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.outline.mixes import Nearby, best_pairs, nearby_labels
from svgai.records import Record

# Palette colours are looked for within 2 px of a pixel; 3 and 5 px only for pixels that nearer ones do not explain,
# since a far colour that explains an edge by chance makes a halo. By eye.
RADII = (2, 3, 5)
# Pixels that 5 px do not explain are looked at once more within 8 px, at the end: along a border of the picture that
# a shape touches, all pixels within 5 px can be edges. By eye.
LAST_RADIUS = 8
# The arrays that a Mix is made of, by name.
FIELDS = ("label", "other", "share", "error")


class Mix(Record):
    """The best two-colour explanation of n pixels.

    label, other: (n,) int16, the larger share's colour and the smaller's. share: (n,) float32, 0.5–1, of `label`.
    error: (n,) float32, distance that remains, grey levels.
    """

    label: NDArray[np.int16]
    other: NDArray[np.int16]
    share: NDArray[np.float32]
    error: NDArray[np.float32]

    def __post_init__(self) -> None:
        freeze_fields(self)

    def take(self, rows: Index) -> Mix:
        """The explanations of some of the pixels."""
        return Mix(self.label[rows], self.other[rows], self.share[rows], self.error[rows])

    def replaced(self, rows: Index, by: Mix) -> Mix:
        """The explanations, with those of some pixels, (m,) indices, replaced by others, m of them."""
        fields = {name: getattr(self, name).copy() for name in FIELDS}
        for name, values in fields.items():
            values[rows] = getattr(by, name)
        return Mix(**fields)

    def improved(self, rows: Index, by: Mix) -> Mix:
        """The explanations, with those of some pixels, (m,) indices, replaced by others where these err less."""
        better = np.flatnonzero(by.error < self.error[rows])
        return self.replaced(rows[better], by.take(better))


class EdgePixels(Record):
    """The n pixels of a picture that are to be explained by palette colours near them.

    labels: (h, w) int16, the palette colour of each pixel that surely has one, −1 elsewhere. at: (n,) flat indices.
    features: (n, 4) float32, the pixels' colours on the metric's axes. colors: (K, 4) float32, the palette's likewise.
    """

    labels: Labels
    at: Index
    features: Colors
    colors: Colors
    metric: Metric

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, labels: Labels, at: Index, premultiplied: Pixels, palette: Palette, metric: Metric) -> EdgePixels:
        """Pixels of a picture, (h, w, 4), at flat indices."""
        seen = premultiplied.reshape(-1, 4)[at].astype(np.float32)
        return cls(labels.copy(), at, metric.features(seen), metric.features(palette.premultiplied), metric)

    def take(self, rows: Index) -> EdgePixels:
        """Some of the pixels."""
        return EdgePixels(self.labels, self.at[rows], self.features[rows], self.colors, self.metric)

    def nearby(self, radius: int) -> Nearby[np.int16]:
        """The palette colours nearest to each pixel within a radius, px."""
        return nearby_labels(self.labels, self.at, radius, own=False)

    def labelled(self, mix: Mix) -> Labels:
        """(h, w): the labels, with these pixels in the colours that a mix gives them."""
        labels = self.labels.copy()
        labels.ravel()[self.at] = mix.label
        return labels


def mixed(features: Colors, colors: Colors, near: Nearby[np.int16], overshoot: float = 0.0) -> Mix:
    """The pair among each pixel's candidates whose mix comes nearest to its colour, (n, c).

    colors: (K, c) of the palette. A pixel without candidates gets label 0 and an infinite error.
    """

    def shown_by(candidate: int, rows: Index) -> Colors:
        return np.asarray(colors[near.labels[rows, candidate]])

    best = best_pairs(features, shown_by, near, overshoot)
    label, other = np.maximum(best.label, 0), np.maximum(best.other, 0)
    return Mix(label, other, np.asarray(best.share, np.float32), np.asarray(np.sqrt(best.error), np.float32))


def explain(pixels: EdgePixels) -> Mix:
    """Mixes of the colours within 2 px of each pixel; for those that this does not explain, within 3, then 5."""
    mix = mixed(pixels.features, pixels.colors, pixels.nearby(RADII[0]), pixels.metric.overshoot)
    for radius in RADII[1:]:
        mix = explain_further(pixels, mix, radius)
    return mix


def explain_further(pixels: EdgePixels, mix: Mix, radius: int) -> Mix:
    """The mix, with colours within a radius, px, for those unexplained pixels that they explain better."""
    rows = np.flatnonzero(unexplained(pixels, mix))
    left = pixels.take(rows)
    return mix.improved(rows, mixed(left.features, left.colors, left.nearby(radius), left.metric.overshoot))


def unexplained(pixels: EdgePixels, mix: Mix) -> Mask:
    """(n,) which pixels are farther from their mix than the metric allows."""
    return np.asarray(mix.error > pixels.metric.explained)
