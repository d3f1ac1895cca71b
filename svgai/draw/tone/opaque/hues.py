"""Pixels → a few hues, and where each of them is."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Colors, Floats, Index, Mask, freeze_fields
from svgai.draw.tone.base.targets import luma
from svgai.records import Record

# Hues of a picture: 8 cost 0.12 of ΔE00 and save 16 % of the bytes, 16 save 0.07 and cost 14 % (four photographs).
HUES = 12
# A step of luma counts a fifth of one of chroma: hues of light and dark parts differ too, but tones are drawn anyway.
LUMA_SHARE = 0.2
# Colours of pixels are averaged over σ 1 px before they are sorted, and places of hues over σ 2 px of the copy.
CALM, SMOOTH = 1.0, 2.0
# The farthest half per cent of the pixels begin no hue of their own.
SPECKS = 0.005
# Rounds of Lloyd's algorithm; later ones move no centre by a level.
ROUNDS = 12
# Tones at which a hue's colour is known; between them it is interpolated.
KNOTS = 16


class Hues(Record):
    """number: (h, w) int64, each pixel's hue, the commonest 0. colors: (k, KNOTS, 3), the colour of each hue at evenly
    spaced lumas from 0 to 255."""

    number: Index
    colors: Floats

    def __post_init__(self) -> None:
        freeze_fields(self)

    def shown(self, hue: int, tone: float) -> Floats:
        """(3,): a hue's colour at a luma of 0–255."""
        at = np.linspace(0, 255, KNOTS)
        return np.array([np.interp(tone, at, channel) for channel in self.colors[hue].T])


def hues(colors: Colors, seen: Mask) -> Hues:
    """The hues of a picture, (h, w, 3). seen: (h, w), the pixels that count."""
    calm: Colors = np.asarray(cv2.GaussianBlur(colors, (0, 0), CALM, borderType=cv2.BORDER_REFLECT), np.float32)
    y = luma(calm)
    features = np.stack([y * np.float32(LUMA_SHARE), calm[..., 2] - y, calm[..., 0] - y], axis=2).reshape(-1, 3)
    points = features[seen.ravel()] if seen.any() else features
    centers = _centers(points)
    number = _nearest(features, centers).reshape(y.shape)
    smooth = np.stack([_soft(number == k) for k in range(len(centers))]).argmax(axis=0)
    order = np.argsort(-np.bincount(smooth[seen], minlength=len(centers)), kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    smooth = rank[smooth]
    return Hues(smooth, np.stack([_curve(colors[(smooth == k) & seen]) for k in range(len(centers))]))


def _soft(mask: Mask) -> Floats:
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), SMOOTH, borderType=cv2.BORDER_REFLECT)
    return np.asarray(soft, np.float64)


def _nearest(points: Colors, centers: Floats) -> Index:
    """(n,): the nearest of the centres, (k, 3), to each point, (n, 3)."""
    distance = (centers**2).sum(axis=1) - 2 * points @ centers.T.astype(np.float32)
    return np.asarray(distance.argmin(axis=1), np.int64)


def _centers(points: Colors) -> Floats:
    """(k, 3): by Lloyd's algorithm (S. Lloyd, IEEE Trans. Information Theory 28, 1982) from points far apart."""
    sample = points[:: max(1, len(points) // 20_000)].astype(np.float64)
    centers = sample.mean(axis=0)[None]
    away = ((sample - centers[0]) ** 2).sum(axis=1)
    while len(centers) < HUES and away.max() > 1:
        # Not the farthest of all: no single speck becomes a hue.
        far = sample[np.argsort(away, kind="stable")[int(len(sample) * (1 - SPECKS))]]
        centers = np.vstack([centers, far])
        away = np.minimum(away, ((sample - far) ** 2).sum(axis=1))
    for _ in range(ROUNDS):
        own = _nearest(sample.astype(np.float32), centers)
        total = np.bincount(own, minlength=len(centers))
        sums = np.stack([np.bincount(own, channel, len(centers)) for channel in sample.T], axis=1)
        centers = np.where(total[:, None] > 0, sums / np.maximum(total, 1)[:, None], centers)
    return np.asarray(centers)


def _curve(colors: Colors) -> Floats:
    """(KNOTS, 3): mean colours of pixels, (n, 3), of about each luma, moved to it."""
    at = np.linspace(0, 255, KNOTS)
    if not len(colors):
        return np.repeat(at[:, None], 3, axis=1)
    y = luma(colors[None])[0].astype(np.float64)
    near = np.exp(-(((y[:, None] - at) / (255 / KNOTS)) ** 2)) + 1e-9
    mean = (near.T @ colors) / near.sum(axis=0)[:, None]
    tone = (near.T @ y) / near.sum(axis=0)
    return np.asarray(_moved(mean, tone, at))


def _moved(colors: Floats, tone: Floats, wanted: Floats) -> Floats:
    """Colours of one luma at another: mixed with black or white."""
    darker = np.clip(wanted / np.maximum(tone, 1e-6), 0, 1)[:, None]
    lighter = np.clip((wanted - tone) / np.maximum(255 - tone, 1e-6), 0, 1)[:, None]
    return colors * darker * (1 - lighter) + 255 * lighter
