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
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Mask, Pixels, Plane, freeze_fields
from svgai.measure.color import ciede2000, lab
from svgai.picture.alpha import over
from svgai.picture.raster import Raster
from svgai.records import Record, Value

# Wang et al.: K1 = 0.01 and K2 = 0.03 of the data range; a Gaussian of σ 1.5 px within 5 px.
_C1, _C2 = np.float32((0.01 * 255) ** 2), np.float32((0.03 * 255) ** 2)
MARGIN, _SIGMA = 5, 1.5
_WHITE, _BLACK = _GROUNDS = (255, 0)
# Rows are scored in bands of about 524,288 pixels, so that memory does not grow with the picture.
_BAND = 1 << 19
# What is measured of a source of so many pixels at most is kept: 12 bytes a pixel and background.
_KEPT = 1 << 21
# The mean colour difference is taken on at most 262,144 pixels, for time.
_COLOR_PIXELS = 1 << 18

# Rows and columns of pixels, of one shape.
Places: TypeAlias = tuple[Index, Index]


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


class Tally(Record):
    """What a Score is made of, as sums, which add up over the strips of a picture.

    windows: pixels whose SSIM counts. loss: of 1 − SSIM over them, over white and over black. levels: (2, 256), over
    both, what `_Side.levels` gives. colors: pixels whose ΔE was taken; delta_e: its sums over white and over black.
    pixels: all of them; alpha: the sum of their differences of alpha, 0–255. clear: whether the source has
    transparency.
    """

    windows: int
    loss: Floats
    levels: Floats
    colors: int
    delta_e: Floats
    pixels: int
    alpha: float
    clear: bool

    def __post_init__(self) -> None:
        freeze_fields(self)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            windows=self.windows + other.windows,
            loss=self.loss + other.loss,
            levels=self.levels + other.levels,
            colors=self.colors + other.colors,
            delta_e=self.delta_e + other.delta_e,
            pixels=self.pixels + other.pixels,
            alpha=self.alpha + other.alpha,
            clear=self.clear or other.clear,
        )

    @property
    def score(self) -> Score:
        return Score(
            ssim=float(1 - self.loss.max() / self.windows),
            floor=_floor(self.levels / self.windows, self.clear),
            delta_e=float(self.delta_e.max() / max(self.colors, 1)),
            alpha_error=self.alpha / (255 * self.pixels),
        )


class Reference:
    """A source to score renderings against; what every comparison needs again is computed once."""

    def __init__(self, source: Raster) -> None:
        self.source = source
        self._sides = {b: _Side(source.pixels, b) for b in ((_WHITE,) if source.opaque else _GROUNDS)}
        levels = [side.levels() for side in self._sides.values()]
        self._levels = np.stack([levels[0], levels[-1]])

    def score(self, other: Raster) -> Score:
        """Score a rendering of the source's size. Raises ValueError where the sizes differ."""
        return self.tally(other, scattered(other.pixels.shape)).score

    def tally(self, other: Raster, at: Places | None, rows: int | None = None) -> Tally:
        """The sums of a score. at: the pixels whose ΔE is taken; None is all. rows: whose alpha is compared; None is
        all. Raises ValueError as `score`."""
        source = self.source
        if source.pixels.shape != other.pixels.shape:
            raise ValueError(f"sizes differ: {source.width}x{source.height} and {other.width}x{other.height}")
        if source.opaque and not other.opaque and _BLACK not in self._sides:
            self._sides[_BLACK] = _Side(source.pixels, _BLACK)
        grounds = (_WHITE,) if source.opaque and other.opaque else _GROUNDS
        x, y = (pixels if at is None else pixels[at] for pixels in (source.pixels, other.pixels))
        loss = [self._sides[b].loss(other.pixels) for b in grounds]
        delta_e = [_delta_e(over(x, b), over(y, b)) for b in grounds]
        return Tally(
            windows=self._sides[_WHITE].windows,
            loss=np.array([loss[0], loss[-1]]),
            levels=self._levels,
            colors=x.size // 4,
            delta_e=np.array([delta_e[0], delta_e[-1]]),
            pixels=source.pixels[:rows].size // 4,
            alpha=_alpha_difference(source.pixels[:rows], other.pixels[:rows]),
            clear=not source.opaque,
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
        self._margin = MARGIN if min(source.shape[:2]) > 2 * MARGIN else 0
        height, width = source.shape[:2]
        self.windows = (height - 2 * self._margin) * (width - 2 * self._margin)
        self._kept = [self._moments(source[read]) for read, _ in self._bands()] if height * width <= _KEPT else None

    def _bands(self) -> Iterator[tuple[slice, slice]]:
        """Rows to read, and of those the rows to count."""
        height, width = self._source.shape[:2]
        rows = max(4 * MARGIN, _BAND // width)
        for top in range(self._margin, height - self._margin, rows):
            bottom = min(top + rows, height - self._margin)
            read = slice(max(0, top - MARGIN), min(height, bottom + MARGIN))
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
        for k, (read, rows) in enumerate(self._bands()):
            yield read, rows, self._kept[k] if self._kept else self._moments(self._source[read])

    def inner(self, plane: Plane, rows: slice) -> Plane:
        """The counted part of a band: `rows`, and the columns whose window lies inside the picture."""
        return plane[rows, self._margin : plane.shape[1] - self._margin]

    def levels(self) -> Floats:
        """(256,): C2 / (variance + C2), summed over the counted pixels of each mean, to one grey level.

        Against a constant c the SSIM of a pixel is l(mean, c) · C2 / (variance + C2): this gives every c at once.
        """
        weights = np.zeros(256)
        for _, rows, moments in self.moments():
            mean, variance = (self.inner(plane, rows).ravel() for plane in (moments.mean, moments.variance))
            level = np.clip(np.rint(mean), 0, 255).astype(np.int64)
            weights += np.bincount(level, _C2 / (np.maximum(variance, 0) + _C2), 256)
        return weights

    def loss(self, other: Pixels) -> float:
        """The sum of 1 − SSIM in terms of the error w = y − x of y, the other: 0 where nothing in the window differs.

        Var(y) = Var(x) + Var(w) + 2 Cov(x, w), hence 2 Cov(x, y) + C2 = (Var(x) + Var(y) + C2) − Var(w), and the
        same for the means. Only the box that differs is computed.
        """
        loss = 0.0
        for read, rows, moments in self.moments():
            counted = (rows, slice(self._margin, other.shape[1] - self._margin))
            error = self._luma(other[read]).astype(np.float64) - moments.luma
            if error.any():
                box = tuple(_differing(np.asarray(error.any(axis=1 - axis))) for axis in (0, 1))
                kept = tuple(_within(part, side) for part, side in zip(counted, box, strict=True))
                loss += float(_loss(_Moments(*(plane[box] for plane in moments)), error[box])[kept].sum())
        return loss


def _differing(flags: Mask) -> slice:
    """From the first to the last True, two window radii wider: beyond, mirroring at the cut would reach them."""
    at = np.flatnonzero(flags)
    return slice(max(0, int(at[0]) - 2 * MARGIN), int(at[-1]) + 1 + 2 * MARGIN)


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
    return cv2.GaussianBlur(plane, (2 * MARGIN + 1,) * 2, _SIGMA, borderType=cv2.BORDER_REFLECT)


def _floor(by_level: Floats, clear: bool) -> float:
    """SSIM of the best single colour or, where the source has transparency, of nothing.

    by_level: (2, 256), over white and over black: the mean weight of the pixels of each mean.
    """
    levels = np.arange(256.0)
    luminance = (2 * np.outer(levels, levels) + _C1) / (np.add.outer(levels**2, levels**2) + _C1)
    over_white, over_black = by_level @ luminance
    color = float(np.minimum(over_white, over_black).max())
    nothing = min(float(over_white[_WHITE]), float(over_black[_BLACK]))
    return max(color, nothing) if clear else color


def scattered(shape: tuple[int, ...]) -> Places | None:
    """Rows and columns of one pixel, drawn by lot, of each cell of a grid over a large picture of (height, width, …).

    None, all pixels, for a smaller one.

    A sample on the grid itself would miss, or see alone, what repeats with it: screens, dithers, hatches.
    """
    height, width = shape[:2]
    step = math.ceil(math.sqrt(height * width / _COLOR_PIXELS))
    if step < 2:
        return None
    cells = -(-height // step), -(-width // step)
    lots = np.random.default_rng(0).integers(0, step, (2, *cells))
    row = np.minimum(np.arange(cells[0])[:, None] * step + lots[0], height - 1)
    column = np.minimum(np.arange(cells[1]) * step + lots[1], width - 1)
    return row, column


def _delta_e(source: Pixels, shown: Pixels) -> float:
    """The sum of CIEDE2000 over two opaque (..., 4) arrays of pixels; equal pairs of colours are computed once."""
    one, other = (np.ascontiguousarray(pixels).view(np.uint32)[..., 0] for pixels in (source, shown))
    differ = one != other
    if not differ.any():
        return 0.0
    packed = np.stack([one[differ], other[differ]], axis=1).view(np.uint64)
    pairs, count = np.unique(packed, return_counts=True)
    colors = pairs.view(np.uint8).reshape(-1, 2, 4)[..., :3].astype(np.float32)
    return float(ciede2000(lab(colors[:, 0]), lab(colors[:, 1])) @ count)


def _alpha_difference(source: Pixels, shown: Pixels) -> float:
    """The sum of absolute differences of alpha, 0–255."""
    one, other = (np.ascontiguousarray(pixels[..., 3]) for pixels in (source, shown))
    return float(cv2.norm(one, other, cv2.NORM_L1))
