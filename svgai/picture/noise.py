"""How strongly coding or a sensor has disturbed a picture, from its pixels alone.

Files say little: a screenshot of a JPEG is a PNG. Two disturbances leave a trace that drawings and renderings of them
do not have: the 8×8 blocks of a JPEG's transform, and grain that neighbouring pixels do not share.
"""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Grey, Pixels
from svgai.picture.alpha import times_alpha
from svgai.sorted_values import median

# A JPEG transforms blocks of 8 × 8 px (ITU-T T.81).
_BLOCK = 8
# A block that spans 2 grey levels or fewer is flat: rounding leaves that.
_FLAT = 2
# Coding is found where blocks with ringing and no edge are fewer on the grid than 0.85 of those off it, and by z =
# (off − on)/√(off + on) of more than 2.5. On 56 clean pictures of the corpus z is 2.2 at most; of the same as JPEGs at
# q75–95 it is 2.6–17 on four of five, of flat drawings on six of seven.
_LEAST_Z, _MOST_ON = 2.5, 0.85
# An edge spans more than 40 grey levels; ringing is looked for from 2 to 6 px beside it, where a block's own reaches
# and the edge's anti-aliasing does not (by eye).
_EDGE, _NEAR, _FAR = 40, 2, 6
# Ringing stays within 12 grey levels of the median of 11 × 11 px; what is farther off is another feature (by eye).
_RINGING, _RINGING_WINDOW = 12, 11
# σ is 1.3 times the mean distance of ringing from the flat colour: that mean is 1.3–1.8, 1.9–3.1 and 2.3–4.3 where a
# JPEG's own table gives a σ of 1.2, 3.5 and 5.0 (q95, 85, 75; on the corpus).
_RINGING_SIGMA = 1.3
# Ringing has a mean of 5 grey levels at most, else it is the drawing's own detail: a uniform spread over 12 has 6.5.
_MOST_RINGING = 5.0
# Grain touches 90 % of pixels and more, and does not correlate between neighbours: the σ within 3 × 3 px is at most
# 1.4 times the σ from second differences. Texture correlates, and fails. Below 0.7 grey levels grain is ignored (by
# eye, on the corpus).
_GRAINY, _WHITE, _LEAST_GRAIN = 0.9, 1.4, 0.7
# The second difference of white noise has 6 times its σ; a normal's median distance from 0 is 0.6745 σ.
_SECOND = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_MEDIAN_TO_SIGMA = 1 / (0.6745 * 6)
# At most 1,048,576 pixels, from the picture's middle, are looked at, for time.
_MEASURED = 1 << 20
# A neighbourhood of 3 × 3 px that spans 12 grey levels and 3 σ of noise has no edge: colours of one area in flat art,
# with what anti-aliasing's last levels and coding add (on the corpus).
_SAME_COLOR, _SAME_COLOR_NOISE = 12, 3


def flat_range(noise: float) -> float:
    """The range in grey levels up to which 3 × 3 px have no edge, under noise of σ grey levels."""
    return _SAME_COLOR + _SAME_COLOR_NOISE * noise


def coding(pixels: Pixels) -> float:
    """σ in grey levels of a JPEG's coding in (h, w, 4) straight-alpha pixels; 0 where there are no blocks of 8×8.

    Measured on the ringing beside edges: only the order of magnitude is certain.
    """
    plane = _luma(middle(pixels))
    return _ringing(plane) if min(plane.shape) >= 3 * _BLOCK and _blocks(plane) else 0.0


def grain(pixels: Pixels) -> float:
    """σ in grey levels of the luma's grain in (h, w, 4) straight-alpha pixels; 0 where there is none, or texture.

    Immerkær, "Fast noise variance estimation", CVIU 64(2), 1996, with a median for its mean.
    """
    plane = _luma(middle(pixels))
    return _grain(plane) if min(plane.shape) >= 3 * _BLOCK else 0.0


def middle(pixels: Pixels) -> Pixels:
    """Rows from the middle, whole blocks from the top, so that no more than _MEASURED pixels are left."""
    height, width = pixels.shape[:2]
    rows = max(_MEASURED // width, 4 * _BLOCK)
    top = max(0, (height - rows) // 2) // _BLOCK * _BLOCK
    return pixels[top : top + rows]


def _luma(pixels: Pixels) -> Grey:
    """(h, w) BT.601 luma on black: RGB under alpha 0 is invisible and must not count as an edge."""
    plane = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY), np.uint8)
    alpha = pixels[..., 3]
    if alpha.min() == 255:
        return plane
    return times_alpha(plane, np.ascontiguousarray(alpha))


def _ringing_alone(plane: Grey) -> int:
    """How many 8×8 blocks have something in them, and no edge."""
    kernel = np.ones((_BLOCK, _BLOCK), np.uint8)
    high, low = (most(plane, kernel, anchor=(0, 0))[::_BLOCK, ::_BLOCK] for most in (cv2.dilate, cv2.erode))
    span = cv2.subtract(high, low)
    return int(((span > _FLAT) & (span <= _EDGE)).sum())


def _blocks(plane: Grey) -> bool:
    """Whether ringing fills 8×8 blocks from the picture's corner on, and not those half a block off."""
    half = _BLOCK // 2
    height, width = ((n - half) // _BLOCK * _BLOCK for n in plane.shape)
    on = _ringing_alone(plane[:height, :width])
    down = _ringing_alone(plane[half : half + height, :width])
    right = _ringing_alone(plane[:height, half : half + width])
    off = float(np.sqrt(down * right))
    return on < _MOST_ON * off and off - on > _LEAST_Z * np.sqrt(off + on)


def _beside_edges(plane: Grey) -> tuple[Grey, Grey]:
    """Masks of what lies within _NEAR px of an edge, and within _FAR px."""
    kernel = np.ones((3, 3), np.uint8)
    edge = (cv2.subtract(cv2.dilate(plane, kernel), cv2.erode(plane, kernel)) > _EDGE).astype(np.uint8)
    near, far = (cv2.dilate(edge, np.ones((2 * reach + 1,) * 2, np.uint8)) for reach in (_NEAR, _FAR))
    return np.asarray(near, np.uint8), np.asarray(far, np.uint8)


def _ringing(plane: Grey) -> float:
    """σ of the coding whose ringing lies beside edges; 0 where it may be detail."""
    near, far = _beside_edges(plane)
    distance = cv2.absdiff(plane, cv2.medianBlur(plane, _RINGING_WINDOW))[(far > 0) & (near == 0)]
    ringing = distance[(distance > 0) & (distance <= _RINGING)]
    mean = float(ringing.mean()) if len(ringing) else 0.0
    return _RINGING_SIGMA * mean if mean <= _MOST_RINGING else 0.0


def _grain(plane: Grey) -> float:
    """σ of the luma's grain off edges; 0 where there is none, or texture."""
    near, _ = _beside_edges(plane)
    calm = near == 0
    second = np.abs(cv2.filter2D(plane, cv2.CV_16S, _SECOND))[calm]
    if len(second) < _BLOCK**2 or (second > 0).mean() < _GRAINY:
        return 0.0
    sigma = float(median(second)) * _MEDIAN_TO_SIGMA
    wide = plane.astype(np.float32)
    mean = cv2.blur(wide, (3, 3))
    local = np.sqrt(np.maximum(cv2.blur(wide * wide, (3, 3)) - mean * mean, 0))[calm]
    return sigma if sigma >= _LEAST_GRAIN and median(local) <= _WHITE * sigma else 0.0
