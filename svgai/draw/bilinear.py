"""A picture between its pixels: bilinear samples, of pictures and of lists of any size."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Colors, Mask

# cv2.remap takes no picture and no map with a side of SHRT_MAX, 32,767, or more (OpenCV, imgwarp.cpp). A strip of the
# picture is read with two columns or rows beside it, so that no sample sees the strip's own border.
_MOST, _STRIP, _BESIDE = 32_766, 30_000, 2


def bilinear(picture: Colors, x: Colors, y: Colors, border: int) -> Colors:
    """(n, k, channels) float32: the picture at x, y, each (n, k) float32, pixel centres at whole numbers.

    border: cv2.BORDER_CONSTANT for 0 outside of the picture, cv2.BORDER_REPLICATE for its nearest pixel.
    """
    if max(picture.shape[:2]) <= _MOST:
        return _in_chunks(picture, x, y, border)
    axis = 1 if picture.shape[1] >= picture.shape[0] else 0
    length = picture.shape[axis]
    strip = np.clip((x, y)[1 - axis], 0, length - 1).astype(np.int64) // _STRIP
    result = np.zeros((*x.shape, *picture.shape[2:]), np.float32)
    for k in range(-(-length // _STRIP)):
        begin, end = max(0, k * _STRIP - _BESIDE), min(length, (k + 1) * _STRIP + _BESIDE)
        part = picture[:, begin:end] if axis == 1 else picture[begin:end]
        here: Mask = strip == k
        at = [x[here][:, None], y[here][:, None]]
        at[1 - axis] = at[1 - axis] - np.float32(begin)
        result[here] = bilinear(part, at[0], at[1], border)[:, 0]
    return result


def _in_chunks(picture: Colors, x: Colors, y: Colors, border: int) -> Colors:
    if not len(x):
        return np.zeros((*x.shape, *picture.shape[2:]), np.float32)
    chunks = [
        cv2.remap(picture, x[k : k + _STRIP], y[k : k + _STRIP], cv2.INTER_LINEAR, borderMode=border)
        for k in range(0, len(x), _STRIP)
    ]
    return np.asarray(chunks[0] if len(chunks) == 1 else np.concatenate(chunks), np.float32)
