"""What kind of picture this is: a few numbers measured on the pixels, and a table of rules over them.

Simple is flat art, medium is shading, complex is a photograph, texture or noise. What tells them apart is
less the edges, which all of them have, than what lies between: one colour, a ramp, or grain.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from enum import IntEnum
from functools import reduce
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Mask, Pixels
from svgai.picture.alpha import premultiply
from svgai.picture.noise import flat_range
from svgai.picture.raster import Raster
from svgai.records import Value

# A picture of more than 2,000,000 pixels is averaged down by a whole factor first, for time.
_MEASURED_AREA = 2_000_000
_LEVELS = 256
# An edge is faint where it spans at most 36 grey levels more than a flat neighbourhood may (on the labelled pictures).
_FAINT = 36
# The commonest level of a channel is left out with 4 levels and 2 σ to either side; what remains tells of peaks and
# tones where it is 16 pixels and 0.005 of the picture at least (by eye).
_MODE, _MODE_NOISE, _LEAST_COUNT, _LEAST_SHARE = 4, 2, 16, 0.005
# Peaks are told by how many pixels lie within 3 levels of their own among those within 24: 1/7 where all levels are
# alike. Tones are told by those of their very level among those within 8.
_PEAK, _PEAK_AROUND, _TONE_AROUND = 3, 24, 8


class Tier(IntEnum):
    """How hard a picture is to draw in vectors."""

    SIMPLE = 1
    MEDIUM = 2
    COMPLEX = 3


class Features(Value):
    """What the classifier knows of a picture. Shares are of all its pixels, each in [0, 1].

    flat: share of pixels whose eight neighbours have the very same colour.
    shaded: share that lies off edges and yet varies within 5×5: gradients, blur, grain, JPEG ringing.
    edges: share whose 3×3 neighbourhood spans more than 12 levels (more under JPEG noise).
    faint: share on edges that span at most 36 levels more: texture, soft light; not flat art.
    peaked: how far the levels off edges, the commonest aside, stand in peaks, [0, 1]: 1 a few
        flat colours, 0 all levels alike; the worst of the channels.
    tones: how many of the 17 levels around a pixel's own (±8) are in use: 1 flat colours, 17 ramps.
    common: share at the ten commonest levels of a channel, mean over the channels.
    grain: mean second difference off edges in grey levels, 0–127: ramps ~0.1, photographs 0.3 and more.
    noise: σ of the coding noise in grey levels, from the file (Raster.noise).
    """

    flat: float
    shaded: float
    edges: float
    faint: float
    peaked: float
    tones: float
    common: float
    grain: float
    noise: float


class Classification(Value):
    """A tier and why; forced where the user chose it against or without the rules."""

    tier: Tier
    reasons: tuple[str, ...]
    features: Features
    forced: bool = False


def _reduced(pixels: Pixels) -> Pixels:
    """Averaged down to _MEASURED_AREA or less, premultiplied; an opaque picture loses its alpha."""
    height, width = pixels.shape[:2]
    factor = math.ceil(math.sqrt(height * width / _MEASURED_AREA))
    if factor > 1:
        rows, columns = min(factor, height), min(factor, width)
        size = width // columns, height // rows
        whole = pixels[: size[1] * rows, : size[0] * columns]
        pixels = _uint8(cv2.resize(whole, size, interpolation=cv2.INTER_AREA))
    opaque = pixels[..., 3].min() == 255
    return np.ascontiguousarray(pixels[..., :3]) if opaque else premultiply(pixels)


def _uint8(array: NDArray[Any]) -> Pixels:
    return array.astype(np.uint8, copy=False)  # OpenCV's stubs forget the type


def _channels(pixels: Pixels) -> list[Pixels]:
    return [_uint8(channel) for channel in cv2.split(pixels)]


def _span(low: Pixels, high: Pixels, size: int) -> Pixels:
    """Per pixel the greatest, over the channels, of max(high) − min(low) within size × size."""
    kernel = np.ones((size, size), np.uint8)
    spans = cv2.subtract(cv2.dilate(high, kernel), cv2.erode(low, kernel))
    return _uint8(reduce(np.maximum, cv2.split(spans)))


def _share(mask: Mask) -> float:
    return float(np.count_nonzero(mask) / mask.size)


def _shaded(pixels: Pixels, smooth: Mask) -> float:
    masks = cv2.merge([smooth.astype(np.uint8) * 255] * pixels.shape[2]).reshape(pixels.shape)
    low, high = cv2.bitwise_or(pixels, cv2.bitwise_not(masks)), cv2.bitwise_and(pixels, masks)
    span = _span(_uint8(low), _uint8(high), 5)
    return _share((span > 0) & smooth)


def _histogram(channel: Pixels, mask: Pixels | None) -> Floats:
    return cv2.calcHist([channel], [0], mask, [_LEVELS], [0, _LEVELS]).ravel().astype(np.float64)


def _concentration(counts: Floats, near: int, around: int) -> float:
    """Mean over the pixels of how many lie within ± near levels of their own, among those within ± around."""
    total = np.concatenate([[0.0], counts.cumsum()])
    level = np.arange(_LEVELS)

    def within(radius: int) -> Floats:
        upper, lower = np.minimum(level + radius + 1, _LEVELS), np.maximum(level - radius, 0)
        return np.asarray(total[upper] - total[lower], np.float64)

    return float((counts * within(near) / np.maximum(within(around), 1)).sum() / counts.sum())


def _levels(pixels: Pixels, noise: float) -> tuple[float, float]:
    """(peaked, tones) off edges, once a 5×5 median has taken ringing, grain and thin lines away."""
    calm = _uint8(cv2.medianBlur(pixels, 5).reshape(pixels.shape))
    mask = (_span(calm, calm, 3) <= flat_range(noise)).astype(np.uint8)
    peaks, tones = [1.0], []
    for channel in _channels(calm):
        counts = _histogram(channel, mask)
        mode = int(counts.argmax())
        reach = round(_MODE + _MODE_NOISE * noise)
        counts[max(mode - reach, 0) : mode + reach + 1] = 0
        if counts.sum() >= max(_LEAST_COUNT, _LEAST_SHARE * mask.size):
            peaks.append((_concentration(counts, _PEAK, _PEAK_AROUND) - 1 / 7) * 7 / 6)
            tones.append(1 / _concentration(counts, 0, _TONE_AROUND))
    return max(min(peaks), 0.0), float(np.mean(tones)) if tones else 1.0


def _grain(pixels: Pixels, smooth: Mask) -> float:
    bend = cv2.convertScaleAbs(cv2.Laplacian(pixels, cv2.CV_16S), alpha=0.25)
    where = smooth.astype(np.uint8) if smooth.any() else None
    return float(np.mean(cv2.mean(bend, where)[: pixels.shape[2]]))


def measure(raster: Raster) -> Features:
    """The features of a picture of any size, the same turned, mirrored or with its channels swapped."""
    pixels = _reduced(raster.pixels)
    span = _span(pixels, pixels, 3)
    bar = flat_range(raster.noise)
    smooth = span <= bar
    peaked, tones = _levels(pixels, raster.noise)
    tops = [np.sort(_histogram(channel, None))[-10:].sum() for channel in _channels(pixels)]
    return Features(
        flat=_share(span == 0),
        shaded=_shaded(pixels, smooth),
        edges=_share(~smooth),
        faint=_share(~smooth & (span <= bar + _FAINT)),
        peaked=peaked,
        tones=tones,
        common=float(np.mean(tops) / span.size),
        grain=_grain(pixels, smooth),
        noise=raster.noise,
    )


class _Rule(Value):
    tier: Tier
    holds: Callable[[Features], bool]
    reason: str  # a format string over the fields of Features


# Ringing covers 16 / 3 of the share of edges at most: it reaches one block, 8 px, to either side of an edge 3 px wide.
_RINGING = 5.33
# Shading is rough where its mean second difference is above 0.4 grey levels times its share: a clean ramp hardly bends
# (on the labelled pictures).
_ROUGH = 0.4


def _ringing(has: Features) -> bool:
    """Whether JPEG ringing can account for all the shading.

    A file without a JPEG's tables counts only where the shading is rough: a clean ramp hardly bends.
    """
    return has.shaded < _RINGING * has.edges and (has.noise > 0 or has.grain > _ROUGH * has.shaded)


# The first rule that holds decides; where none does the picture is medium. The numbers were set on one half of a
# thousand labelled pictures: emoji, logos, flags, clip art, photographs, paper; PNG and JPEG q75–95.
_RULES = (
    _Rule(
        Tier.SIMPLE,
        lambda has: has.shaded <= 0.002 and has.common > 0.5,
        "nothing between the edges varies ({flat:.0%} of the picture is exactly flat)",
    ),
    _Rule(
        Tier.COMPLEX,
        lambda has: has.common < 0.5 and has.tones > 6 and (has.grain > 0.2 or has.faint > 0.08),
        "continuous tones ({tones:.0f} of 17 neighbouring levels in use) with grain of {grain:.2f} levels",
    ),
    _Rule(
        Tier.COMPLEX,
        lambda has: has.common < 0.5 and has.edges > 0.6,
        "edges over {edges:.0%} of the picture, in no few colours",
    ),
    _Rule(
        Tier.COMPLEX,
        lambda has: has.peaked < 0.05 and has.faint > 0.08,
        "faint edges over {faint:.0%} of the picture and no colour that stands out",
    ),
    _Rule(
        Tier.COMPLEX,
        lambda has: has.flat < 0.03 and has.faint > 0.04 and has.tones > 8,
        "only {flat:.1%} flat, and {tones:.0f} of 17 neighbouring levels in use",
    ),
    _Rule(
        Tier.COMPLEX,
        lambda has: has.flat < 0.02 and has.grain > 0.5 and has.faint >= 0.9 * has.edges,
        "grain of {grain:.2f} levels all over and no outline",
    ),
    _Rule(
        Tier.COMPLEX,
        lambda has: has.flat < 0.01 and has.faint > 0.25,
        "faint edges over {faint:.0%} of the picture and nothing flat",
    ),
    _Rule(
        Tier.COMPLEX,
        lambda has: has.flat < 0.005 and has.grain > 1 and has.faint > 0.15,
        "grain of {grain:.2f} levels and nothing flat",
    ),
    _Rule(
        Tier.SIMPLE,
        lambda has: has.peaked > 0.35 and has.common > 0.6 and _ringing(has),
        "few flat colours ({common:.0%} at the ten commonest levels), shading only close to edges",
    ),
    _Rule(
        Tier.SIMPLE,
        lambda has: has.peaked > 0.93 and has.common > 0.9 and has.shaded < 0.05,
        "few flat colours ({common:.0%} at the ten commonest levels) with soft edges",
    ),
)


def decide(features: Features) -> Classification:
    """The tier of a picture with these features, and every rule that speaks for it."""
    speaking = [rule for rule in _RULES if rule.holds(features)]
    if not speaking:
        reason = "{shaded:.0%} of the picture is shading, {flat:.0%} exactly flat"
        return Classification(Tier.MEDIUM, (_filled(reason, features),), features)
    tier = speaking[0].tier
    reasons = tuple(_filled(rule.reason, features) for rule in speaking if rule.tier is tier)
    return Classification(tier, reasons, features)


def _filled(reason: str, features: Features) -> str:
    return reason.format(**asdict(features))
