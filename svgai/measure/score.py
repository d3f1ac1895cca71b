"""How close a rendering is to its source: one definition for the whole program.

SSIM: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error visibility to structural similarity",
IEEE TIP 13(4), 2004, on BT.601 luma, Gaussian 11×11 window of σ 1.5, population covariance, data range 255, mean
over the pixels whose window lies inside the picture. Equal to scikit-image's structural_similarity with
gaussian_weights, sigma=1.5, use_sample_covariance=False, data_range=255 (tests/test_score.py), at a fraction of its
time. Pictures under 11 px in either direction have no such pixel: there the mean is over all pixels, the picture
mirrored at its border. With transparency on either side it is the lower of the SSIM over white and over black.

SSIM alone is fooled by small subjects, by flat ramps and by swapped colours: a Score has three more numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Mask, Pixels, Plane
from svgai.measure.color import ciede2000, lab
from svgai.picture.alpha import over
from svgai.picture.raster import Raster
from svgai.records import Value

# Wang et al.: K1 = 0.01 and K2 = 0.03 of the data range; a Gaussian of σ 1.5 px within 5 px.
_C1, _C2 = np.float32((0.01 * 255) ** 2), np.float32((0.03 * 255) ** 2)
_RADIUS, _SIGMA = 5, 1.5
_WHITE, _BLACK = 255, 0
# Rows are scored in bands of about 1,048,576 pixels, so that memory does not grow with the picture.
_BAND = 1 << 20
# The mean colour difference is taken on at most 262,144 pixels, for time.
_COLOR_PIXELS = 1 << 18


class Score(Value):
    """What was measured of one rendering against its source.

    ssim: −1 to 1. floor: the SSIM that the best single colour, or an empty picture, would reach. delta_e: mean
    CIEDE2000 (over white or over black, the larger; of a larger picture one pixel in each of 262,144 cells, by lot).
    alpha_error: mean absolute difference of alpha, 0 to 1.
    """

    ssim: float
    floor: float
    delta_e: float
    alpha_error: float

    def __post_init__(self) -> None:
        for f in fields(self):
            if not math.isfinite(getattr(self, f.name)):
                raise ValueError(f"{f.name} was not measured: {getattr(self, f.name)}")


class Reference:
    """A source to score renderings against; what every comparison needs again is computed once."""

    def __init__(self, source: Raster) -> None:
        self.source = source
        self._sides = {b: _Side(source.pixels, b) for b in ((_WHITE,) if source.opaque else (_WHITE, _BLACK))}
        self._floor = _floor(list(self._sides.values()))

    def score(self, other: Raster) -> Score:
        """Score a rendering of the source's size. Raises ValueError where the sizes differ."""
        source = self.source
        if source.pixels.shape != other.pixels.shape:
            raise ValueError(f"sizes differ: {source.width}x{source.height} and {other.width}x{other.height}")
        if source.opaque and not other.opaque and _BLACK not in self._sides:
            self._sides[_BLACK] = _Side(source.pixels, _BLACK)
        backgrounds = (_WHITE,) if source.opaque and other.opaque else (_WHITE, _BLACK)
        x, y = _scattered(source.pixels, other.pixels)
        return Score(
            ssim=min(self._sides[b].ssim(other.pixels) for b in backgrounds),
            floor=self._floor,
            delta_e=max(_mean_delta_e(over(x, b), over(y, b)) for b in backgrounds),
            alpha_error=_alpha_error(source.pixels, other.pixels),
        )


def compare(source: Raster, other: Raster) -> Score:
    """Score `other` against `source`. Raises ValueError where their sizes differ."""
    return Reference(source).score(other)


class _Moments(NamedTuple):
    """Luma, its local mean and its local variance, (h, w) each."""

    luma: Plane
    mean: Plane
    variance: Plane


class _Side:
    """The source over one background: its luma, local mean and variance, band by band."""

    def __init__(self, source: Pixels, background: int) -> None:
        self.background = background
        self._source = source
        self._margin = _RADIUS if min(source.shape[:2]) > 2 * _RADIUS else 0
        bands = list(self._bands())
        # One band is kept, more are computed again: memory stays that of one band.
        self._kept = self._moments(source[bands[0][0]]) if len(bands) == 1 else None

    def _bands(self) -> Iterator[tuple[slice, slice]]:
        """Rows to read, and of those the rows to count."""
        height, width = self._source.shape[:2]
        rows = max(4 * _RADIUS, _BAND // width)
        for top in range(self._margin, height - self._margin, rows):
            bottom = min(top + rows, height - self._margin)
            read = slice(max(0, top - _RADIUS), min(height, bottom + _RADIUS))
            yield read, slice(top - read.start, bottom - read.start)

    def _luma(self, pixels: Pixels) -> Plane:
        return cv2.cvtColor(over(pixels, self.background), cv2.COLOR_RGBA2GRAY).astype(np.float32)

    def _moments(self, pixels: Pixels) -> _Moments:
        """The moments of some rows, in float64 until the difference of squares is taken."""
        luma = self._luma(pixels)
        wide = luma.astype(np.float64)
        mean = _blur(wide)
        variance = _blur(wide * wide) - mean * mean
        return _Moments(luma, mean.astype(np.float32), variance.astype(np.float32))

    def moments(self) -> Iterator[tuple[slice, slice, _Moments]]:
        """Band by band: rows to read, of those the rows to count, and what was measured on the rows read."""
        for read, rows in self._bands():
            yield read, rows, self._kept or self._moments(self._source[read])

    def inner(self, plane: Plane, rows: slice) -> Plane:
        """The counted part of a band: `rows`, and the columns whose window lies inside the picture."""
        return plane[rows, self._margin : plane.shape[1] - self._margin]

    def ssim(self, other: Pixels) -> float:
        """SSIM in terms of the error w = y − x of y, the other: exactly 1 where nothing within the window differs.

        Var(y) = Var(x) + Var(w) + 2 Cov(x, w), hence 2 Cov(x, y) + C2 = (Var(x) + Var(y) + C2) − Var(w), and the
        same for the means. Only the box that differs is computed.
        """
        loss, count = 0.0, 0
        for read, rows, moments in self.moments():
            counted = (rows, slice(self._margin, other.shape[1] - self._margin))
            count += (rows.stop - rows.start) * (counted[1].stop - counted[1].start)
            error = self._luma(other[read]).astype(np.float64) - moments.luma
            if error.any():
                box = tuple(_differing(np.asarray(error.any(axis=1 - axis))) for axis in (0, 1))
                kept = tuple(_within(part, side) for part, side in zip(counted, box, strict=True))
                loss += float(_loss(_Moments(*(plane[box] for plane in moments)), error[box])[kept].sum())
        return 1 - loss / count


def _differing(flags: Mask) -> slice:
    """From the first to the last True, two window radii wider: beyond, mirroring at the cut would reach them."""
    at = np.flatnonzero(flags)
    return slice(max(0, int(at[0]) - 2 * _RADIUS), int(at[-1]) + 1 + 2 * _RADIUS)


def _within(part: slice, box: slice) -> slice:
    """`part`, in coordinates of `box`."""
    return slice(max(0, part.start - box.start), max(0, part.stop - box.start))


def _loss(source: _Moments, error: Floats) -> Floats:
    """1 − SSIM of each pixel, from the source's moments and the error. In float64: variances cancel."""
    mean_error = _blur(error)
    error_variance = _blur(error * error) - mean_error * mean_error
    covariance = _blur(source.luma * error) - source.mean * mean_error
    mean = source.mean + mean_error
    structure = 1 - error_variance / (2 * (source.variance + covariance) + error_variance + _C2)
    return np.asarray(1 - structure * (1 - mean_error * mean_error / (source.mean * source.mean + mean * mean + _C1)))


def _blur(plane: NDArray[Any]) -> NDArray[Any]:
    return cv2.GaussianBlur(plane, (2 * _RADIUS + 1,) * 2, _SIGMA, borderType=cv2.BORDER_REFLECT)


def _floor(sides: list[_Side]) -> float:
    """SSIM of the best single colour or, where the source has transparency, of nothing.

    Against a constant c the SSIM of a pixel is l(mean, c) · C2 / (variance + C2): a histogram of the means (to one
    grey level), weighted by the second factor, gives every c at once.
    """
    levels = np.arange(256.0)
    luminance = (2 * np.outer(levels, levels) + _C1) / (np.add.outer(levels**2, levels**2) + _C1)
    by_level = []
    for side in sides:
        weights, count = np.zeros(256), 0
        for _, rows, moments in side.moments():
            mean, variance = (side.inner(plane, rows).ravel() for plane in (moments.mean, moments.variance))
            level = np.clip(np.rint(mean), 0, 255).astype(np.int64)
            weights += np.bincount(level, _C2 / (np.maximum(variance, 0) + _C2), 256)
            count += mean.size
        by_level.append(luminance @ weights / count)
    color = float(np.min(by_level, axis=0).max())
    nothing = min(float(ssim[side.background]) for ssim, side in zip(by_level, sides, strict=True))
    return max(color, nothing) if len(sides) > 1 else color


def _scattered(x: Pixels, y: Pixels) -> tuple[Pixels, Pixels]:
    """Two (h, w, 4) pictures, or of large ones the same pixel of each cell of a grid, at a place drawn by lot.

    A sample on the grid itself would miss, or see alone, what repeats with it: screens, dithers, hatches.
    """
    height, width = x.shape[:2]
    step = math.ceil(math.sqrt(height * width / _COLOR_PIXELS))
    if step < 2:
        return x, y
    cells = -(-height // step), -(-width // step)
    lots = np.random.default_rng(0).integers(0, step, (2, *cells))
    row = np.minimum(np.arange(cells[0])[:, None] * step + lots[0], height - 1)
    column = np.minimum(np.arange(cells[1]) * step + lots[1], width - 1)
    return x[row, column], y[row, column]


def _mean_delta_e(source: Pixels, shown: Pixels) -> float:
    """Mean CIEDE2000 of two opaque (h, w, 4) pictures; equal pairs of colours are computed once."""
    one, other = (np.ascontiguousarray(pixels).view(np.uint32)[..., 0] for pixels in (source, shown))
    differ = one != other
    if not differ.any():
        return 0.0
    packed = np.stack([one[differ], other[differ]], axis=1).view(np.uint64)
    pairs, count = np.unique(packed, return_counts=True)
    colors = pairs.view(np.uint8).reshape(-1, 2, 4)[..., :3].astype(np.float32)
    return float(ciede2000(lab(colors[:, 0]), lab(colors[:, 1])) @ count / differ.size)


def _alpha_error(source: Pixels, shown: Pixels) -> float:
    """Mean absolute difference of alpha, 0–1."""
    one, other = (np.ascontiguousarray(pixels[..., 3]) for pixels in (source, shown))
    return float(cv2.norm(one, other, cv2.NORM_L1)) / (255 * one.size)
