"""Paper: the ground of a scan or of a photograph of a page, its colour, its grain and the light that falls on it.

What is seen is the drawing times the light times the paper. The light varies slowly, so where paper shows it is a
smooth surface that every thing else is darker than; divided by it the picture is what the drawing would be on white.
The surface is a polynomial fitted in logarithms by iterated trimming (as in Jungmeister's and others' flat-field
corrections; Shi, Govindaraju, "Historical document image enhancement using background light intensity normalization",
ICPR 2004), then what is left of it is smoothed over paper alone (normalized convolution: Knutsson, Westin, CVPR 1993).
"""

from __future__ import annotations

import cv2
import numpy as np

from svgai.arrays import Floats, Mask, Pixels, Plane
from svgai.picture.raster import Raster
from svgai.records import Record

# The light is fitted on a copy of 96 px: a polynomial of degree 4 has no finer waves. Four rounds of degree 2 come
# first, which cannot bend into what is drawn.
_SIDE, _DEGREES, _ROUNDS = 96, (2, 4), 8
# Paper is at first what lies within 0.2 of the border and is no darker than 0.92 of the brightest within 9 px; pixels
# 20 % off the fitted light are
# trimmed in the first round, 0.6 times as many per cent in each that follows, down to 3 % (by eye).
_MARGIN, _BRIGHTEST, _AROUND, _FIRST, _LATER, _LAST = 0.2, 0.92, 9, 0.2, 0.6, 0.03
# Added to the diagonal of the fit's normal equations: nothing beside hundreds of pixels, it keeps them solvable.
_RIDGE = 1e-6
# What the polynomial leaves is smoothed over paper by a Gaussian of σ 5 px of the copy, in 6 rounds that each may
# reach into what lies 6 % off at most: a shadow's edge (by eye).
_LOCAL, _LOCAL_ROUNDS, _LOCAL_LAST = 5.0, 6, 0.06
# A page is paper over 0.35 of the picture and 0.74 of its border at least, and no more than 0.035 of it is lighter:
# pages have 0.42–0.91, 0.76–1 and 0–0.024, photographs 0.04–0.55, 0–0.71 and 0.02–0.14 (on the wild pictures).
_SHARE, _BORDER, _LIGHTER = 0.35, 0.74, 0.035
# Paper has a level of 130 at its lightest, and its least channel 0.6 of its greatest (by eye).
_LIGHTEST, _NEUTRAL = 130.0, 0.6
# Paper has one tint: no channel's logarithm is 0.12 off the median of it, beside luma's (by eye).
_TINT = 0.12
# Paper has grain of σ 0.3 % and more of its light, beside a Gaussian of σ 3 px, 8 px and more from what is drawn: a
# drawing's flat ground has none at all there, coded or not.
_LEAST_GRAIN, _GRAIN_WINDOW, _FAR = 0.003, 3.0, 17
# Coded ramps have steps from block to block, of σ 0.0137 · noise³ times the slope at most (q30 to q85, on ramps of
# 0.05–0.2 % a pixel).
_BLOCK_STEPS = 0.0137
# Where more than 0.6 of the pixels equal those 4 px to their right there is no grain: on scans with the least grain
# 0.3 do, and the look costs a millisecond.
_APART, _EQUAL = 4, 0.6
# What is drawn is ink: no more than 0.75 of it is lighter than 0.85 of the paper. Faint detail everywhere is a
# photograph of a wall, of sand, of the moon.
_FAINT, _MOST_FAINT = 0.85, 0.75
# A median absolute deviation is 0.6745 σ of a normal distribution.
_MAD = 1 / 0.6745
# White begins 2 σ of the grain below the paper.
_WHITE = 2.0
_LUMA = np.array([0.299, 0.587, 0.114])


class Paper(Record):
    """A page's ground.

    light: (h, w, 3) float32, a small picture of the paper without the drawing, 0–255. spread: σ of what is seen of
    paper about that, as a share of it.
    """

    light: Plane
    spread: float

    @property
    def color(self) -> tuple[int, int, int]:
        """The paper where it is lightest, 0–255."""
        red, green, blue = _lightest(self.light).round().astype(int).tolist()
        return red, green, blue

    @property
    def fall(self) -> float:
        """How much darker the darkest paper is than the lightest, 0–1."""
        luma = self.light @ _LUMA
        return float(1 - luma.min() / luma.max())


def find_paper(raster: Raster, is_page: bool = False) -> Paper | None:
    """The ground of a page with light or grain on it; None for what is no page, or a clean one.

    is_page: whether somebody said that it is one, so that only what it looks like is asked.
    """
    if not raster.opaque or min(raster.width, raster.height) < _AROUND:
        return None
    scale = min(1.0, _SIDE / max(raster.width, raster.height))
    size = max(_AROUND, round(raster.width * scale)), max(_AROUND, round(raster.height * scale))
    color = np.ascontiguousarray(raster.pixels[..., :3])
    green = color[..., 1]
    if not is_page and (green[:, _APART:] == green[:, :-_APART]).mean() > _EQUAL:
        return None
    small = np.asarray(cv2.resize(color, size, interpolation=cv2.INTER_AREA), np.float64)
    luma = np.log(np.maximum(small @ _LUMA, 4))
    tint = np.log(np.maximum(small, 2)) - luma[..., None]
    fitted = _light(luma, tint)
    if fitted is None:
        return None
    light, paper = fitted
    if not is_page and not _is_page(luma - light, paper):
        return None
    colored = np.minimum(np.exp(light[..., None] + np.median(tint[paper], axis=0)), 255.0).astype(np.float32)
    brightest = _lightest(colored)
    if not is_page and (brightest.max() < _LIGHTEST or brightest.min() < _NEUTRAL * brightest.max()):
        return None
    spread = _spread(color, raster.noise, colored, paper)
    return Paper(colored, spread or _LEAST_GRAIN) if spread or is_page else None


def _is_page(above: Floats, paper: Mask) -> bool:
    """Whether paper lies over most of a picture and its border, with ink on it. above: logarithms over the light."""
    border = np.concatenate([paper[0], paper[-1], paper[:, 0], paper[:, -1]])
    if paper.mean() < _SHARE or border.mean() < _BORDER or (above > _LOCAL_LAST).mean() > _LIGHTER:
        return False
    return bool(paper.all() or (above > np.log(_FAINT))[~paper].mean() <= _MOST_FAINT)


def _light(luma: Floats, tint: Floats) -> tuple[Floats, Mask] | None:
    """The logarithm of the paper's luma, (h, w), and where paper shows; None where too little does.

    luma: (h, w), tint: (h, w, 3), logarithms of what is seen and of the channels over luma.
    """
    around = np.asarray(cv2.dilate(np.exp(luma), np.ones((_AROUND, _AROUND), np.uint8)))
    paper = np.asarray(np.exp(luma) > _BRIGHTEST * around)
    paper[_inside(luma.shape)] = False
    light = luma
    for k in range(_ROUNDS):
        terms = _terms(luma.shape, _DEGREES[2 * k // _ROUNDS])
        if paper.sum() < 4 * terms.shape[-1]:
            return None
        rows = terms[paper]
        light = terms @ np.linalg.solve(rows.T @ rows + _RIDGE * np.eye(rows.shape[1]), rows.T @ luma[paper])
        off, within = luma - light, max(_LAST, _FIRST * _LATER**k)
        paper = (off > -within) & (off < (2 * within if k < 2 else within)) & _alike(tint, paper)
    for _ in range(_LOCAL_ROUNDS):
        if not paper.any():
            return None
        nearer = light + _over((luma - light)[..., None], paper, _LOCAL)[..., 0]
        paper = (np.abs(luma - nearer) < _LOCAL_LAST) & _alike(tint, paper)
    return nearer, paper


def _terms(shape: tuple[int, ...], degree: int) -> Floats:
    """(h, w, n): the monomials of x and y, each −1 to 1 over the picture, up to a degree."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    return np.stack([x**i * y**j for i in range(degree + 1) for j in range(degree + 1 - i)], axis=-1)


def _inside(shape: tuple[int, ...]) -> tuple[slice, ...]:
    """What lies farther than a share of _MARGIN from the border."""
    return tuple(slice(round(_MARGIN * n), round((1 - _MARGIN) * n)) for n in shape)


def _alike(tint: Floats, paper: Mask) -> Mask:
    """Where the tint is the paper's."""
    return np.asarray(np.abs(tint - np.median(tint[paper], axis=0)).max(axis=-1) < _TINT)


def _lightest(light: Plane) -> Floats:
    """(3,): the lightest twentieth's beginning."""
    return np.asarray(np.percentile(light, 95, axis=(0, 1)))


def _over(values: Floats, mask: Mask, sigma: float) -> Floats:
    """(h, w, c): values smoothed over the mask alone; 0 far from it."""
    weight = mask.astype(np.float64)
    sums = np.asarray(cv2.GaussianBlur(values * weight[..., None], (0, 0), sigma)).reshape(values.shape)
    return np.asarray(sums / (cv2.GaussianBlur(weight, (0, 0), sigma)[..., None] + 1e-3))


def _spread(color: Pixels, noise: float, light: Plane, paper: Mask) -> float:
    """σ of the luma over the light's where paper shows, by the median; 0 where it has no grain."""
    size = color.shape[1], color.shape[0]
    luma = cv2.cvtColor(color, cv2.COLOR_RGB2GRAY).astype(np.float32)
    relative = luma / cv2.cvtColor(cv2.resize(light, size), cv2.COLOR_RGB2GRAY)
    drawn = (cv2.resize(paper.astype(np.uint8), size) == 0) | (relative < _FAINT)
    calm = cv2.dilate(drawn.astype(np.uint8), np.ones((_FAR, _FAR), np.uint8)) == 0
    if np.count_nonzero(calm) < _FAR**2:
        return 0.0
    grain = (luma - cv2.GaussianBlur(luma, (0, 0), _GRAIN_WINDOW))[calm] / luma[calm]
    if _deviation(grain) < max(_LEAST_GRAIN, _BLOCK_STEPS * noise**3 * _slope(light, size)):
        return 0.0
    return _deviation(relative[calm])


def _slope(light: Plane, size: tuple[int, int]) -> float:
    """By what share the light changes a pixel of a picture of this size, the median."""
    down, right = np.gradient(np.log(light @ _LUMA))
    return float(np.median(np.hypot(down * light.shape[0] / size[1], right * light.shape[1] / size[0])))


def _deviation(values: Plane) -> float:
    """σ of a normal distribution with the values' median absolute deviation."""
    return _MAD * float(np.median(np.abs(values - np.median(values))))


def divided(raster: Raster, paper: Paper) -> Pixels:
    """(h, w, 4): what is drawn on the paper, on white."""
    light = cv2.resize(paper.light, (raster.width, raster.height), interpolation=cv2.INTER_CUBIC)
    white = light * np.float32(1 - _WHITE * paper.spread)
    result = raster.pixels.copy()
    result[..., :3] = np.rint(np.minimum(raster.pixels[..., :3] / white, 1) * 255)
    return result
