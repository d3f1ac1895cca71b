"""Structure that is gone: the window of a rendering that keeps least of what its source shows there.

SSIM is a mean: a chart without its numbers has 0.92 of it. The measure here is SSIM's own contrast and structure term
(Wang et al. 2004, equations 9 and 10 joined; Wang, Simoncelli, Bovik, "Multiscale structural similarity", 2003) of
whole windows, in colour, and of the worst of them. Held to the eye on 180 pictures: what kept less than 0.85 in flat
or shaded art had lost letters, rays, windows or tips.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Pixels
from svgai.picture.alpha import over

# Windows are SIDE px square, and begin every STEP px.
SIDE, STEP = 16, 8
# Both pictures are seen at half their size, through a Gaussian of σ 1 (cv2.pyrDown), the second of the multiscale
# SSIM's scales: a JPEG's mosquitoes are no structure. It reaches so many px.
_HALF, _REACH = 2, 2
# Contrast (σ in grey levels) at which a window begins to have structure: with 10 a JPEG's flat areas lose theirs.
_CONTRAST = 15.0
_CHANNELS = 4
# Rows of windows are measured in bands of about this many pixels, so that memory does not grow with the picture.
_BAND = 1 << 20
# A window that keeps less than this shows something else than the source does, or nothing.
GONE = 0.5


class Window(NamedTuple):
    """A part of a picture, px."""

    x: int
    y: int
    width: int
    height: int


class Structure(NamedTuple):
    """kept: −1 to 1, of the window at `at`, 1 where nothing is lost. gone: windows that keep less than GONE."""

    kept: float
    at: Window
    gone: int


def structure(source: Pixels, rendered: Pixels, background: int) -> Structure:
    """The worst window of (h, w, 4) uint8 pictures of one size over a background, 255 or 0."""
    kept = _kept(source, rendered, background)
    row, column = np.unravel_index(int(kept.argmin()), kept.shape)
    height, width = source.shape[:2]
    x, y = int(column) * STEP, int(row) * STEP
    at = Window(x, y, min(SIDE, width - x), min(SIDE, height - y))
    return Structure(float(kept[row, column]), at, int((kept < GONE).sum()))


def _kept(source: Pixels, rendered: Pixels, background: int) -> Floats:
    """(rows, columns) of windows: 1 − Var(y − x) / (Var x + Var y + C), as sums over channels and pixels.

    Windows at the border are cut there, with C as large as of a whole one: a corner of few pixels counts less.
    """
    height, width = source.shape[:2]
    tops = np.arange(0, max(height - STEP, 1), STEP)
    some = max(1, _BAND // (STEP * width))
    bands = (tops[k : k + some] for k in range(0, len(tops), some))
    return np.concatenate([_kept_of(source, rendered, background, band) for band in bands])


def _kept_of(source: Pixels, rendered: Pixels, background: int, tops: Index) -> Floats:
    """_kept's rows for windows that begin at `tops`."""
    top, bottom = int(tops[0]), int(tops[-1]) + SIDE
    first = max(0, top - _REACH)
    halves = [
        np.asarray(cv2.pyrDown(over(p[first : bottom + _REACH], background)), np.uint8) for p in (source, rendered)
    ]
    x, y = (np.ascontiguousarray(h[(top - first) // _HALF :][: (bottom - top) // _HALF]) for h in halves)
    begin = [np.arange(0, len(tops) * _STRIDE, _STRIDE), np.arange(0, max(x.shape[1] - _STRIDE, 1), _STRIDE)]
    rows, columns = (np.minimum(_SIDE, n - b) for n, b in zip(x.shape[:2], begin, strict=True))
    count = np.multiply.outer(rows, columns)[..., None].astype(np.float64)
    sums = [_at_windows(_box(p), count.shape) for p in (x, y)]
    varied = [_at_windows(_box_of_squares(p), count.shape) - s**2 / count for p, s in zip((x, y), sums, strict=True)]
    error = (
        _at_windows(_box_of_squares(np.asarray(cv2.absdiff(x, y), np.uint8)), count.shape)
        - (sums[1] - sums[0]) ** 2 / count
    )
    whole = _CONTRAST**2 * (_CHANNELS - 1) * _SIDE**2
    return np.asarray(1 - error.sum(axis=2) / ((varied[0] + varied[1]).sum(axis=2) + whole))


# The windows in halved pictures.
_SIDE, _STRIDE = SIDE // _HALF, STEP // _HALF


def _box(pixels: Pixels) -> NDArray[np.int32]:
    side, border = (_SIDE, _SIDE), cv2.BORDER_CONSTANT
    return np.asarray(cv2.boxFilter(pixels, cv2.CV_32S, side, anchor=(0, 0), normalize=False, borderType=border))


def _box_of_squares(pixels: Pixels) -> NDArray[np.int32]:
    side, border = (_SIDE, _SIDE), cv2.BORDER_CONSTANT
    return np.asarray(cv2.sqrBoxFilter(pixels, cv2.CV_32S, side, anchor=(0, 0), normalize=False, borderType=border))


def _at_windows(box: NDArray[np.int32], shape: tuple[int, ...]) -> Floats:
    """(rows, columns, 4) of a box filter's output, where windows begin."""
    return box[::_STRIDE, ::_STRIDE][: shape[0], : shape[1]].astype(np.float64)
