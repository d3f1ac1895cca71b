"""Which colour each of a picture's colours becomes: at most so many, the nearest of a palette, or one ink."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Floats, Index, Pixels
from svgai.drawing import Color
from svgai.errors import ColorError
from svgai.measure.color import ciede2000, lab
from svgai.records import Value

# A colour counts by its area to the power of 0.7: by area alone a thin line's colour is always the first to go (by
# eye, on line art with 2 to 8 colours).
AREA_POWER = 0.7
# Colours of less opacity are none, whatever they are: they stay clear.
CLEAR = 8
# BT.601's weights of luma.
_LUMA = np.array([0.299, 0.587, 0.114])


class Choice(Value):
    """What is wanted. count: at most so many colours. palette: only these. limit: ΔE00 up to which the nearest one of
    the palette will do. merge: ΔE00 up to which two colours become one. ink: one colour, of what is darker than the
    threshold, 0–255, None: Otsu's; the rest is clear. None: not wanted."""

    count: int | None = None
    palette: tuple[Color, ...] | None = None
    limit: float | None = None
    merge: float | None = None
    ink: Color | None = None
    threshold: float | None = None

    @property
    def wanted(self) -> bool:
        return any(value is not None for value in (self.count, self.palette, self.merge, self.ink))


def chosen(rgba: Pixels, area: Floats, choice: Choice) -> Pixels:
    """(k, 4): what each of a picture's colours, (k, 4) straight alpha, becomes. area: (k,) of each, px.

    Raises ColorError where a colour is farther from the palette than the limit.
    """
    if choice.ink is not None:
        return _one_ink(rgba, area, choice.ink, choice.threshold)
    result = rgba.copy()
    seen = np.flatnonzero(rgba[:, 3] >= CLEAR)
    if not len(seen):
        return result
    if choice.palette is not None:
        result[seen, :3] = _nearest(rgba[seen], area[seen], choice.palette, choice.limit)
    if choice.merge is not None or choice.count is not None:
        most = len(seen) if choice.count is None else choice.count
        result[seen] = result[seen][_merged(result[seen], area[seen], most, choice.merge or 0.0)]
    return result


def differences(rgba: Pixels, others: Pixels) -> Floats:
    """(k, n): ΔE00 of colours, (k, 3 or 4), from others, (n, 3 or 4); alpha does not count."""
    one, other = (lab(colors[:, :3].astype(np.float32)) for colors in (rgba, others))
    pairs = ciede2000(np.repeat(one, len(other), axis=0), np.tile(other, (len(one), 1)))
    return np.asarray(pairs, np.float64).reshape(len(one), len(other))


def _nearest(rgba: Pixels, area: Floats, palette: tuple[Color, ...], limit: float | None) -> Pixels:
    others = np.array(palette, np.uint8).reshape(-1, 3)
    away = differences(rgba, others)
    place = away.argmin(axis=1)
    far = away.min(axis=1)
    if limit is not None and (far > limit).any():
        worst = int(np.argmax(np.where(far > limit, area, -1)))
        share = area[worst] / area.sum()
        color = Color(*rgba[worst, :3].tolist()).hex
        raise ColorError(
            f"{color}, {share:.1%} of the picture, is ΔE {far[worst]:.1f} from the nearest colour of the palette",
            "add a colour, or raise --palette-limit",
        )
    return np.asarray(others[place], np.uint8)


def _merged(rgba: Pixels, area: Floats, most: int, near: float) -> Index:
    """(k,): the colour that each becomes: those that cost least go to the nearest that stays, until at most `most` are
    left and none are nearer than `near`. What goes costs its ΔE00 times its area's power."""
    away = differences(rgba, rgba)
    # Alpha is no less a difference than lightness: one level counts 0.4 of ΔE.
    away += 0.4 * np.abs(rgba[:, None, 3].astype(np.float64) - rgba[None, :, 3])
    np.fill_diagonal(away, np.inf)
    weight, becomes = area**AREA_POWER, np.arange(len(rgba))
    alive = np.ones(len(rgba), bool)
    while alive.sum() > 1:
        cost = np.where(alive[:, None] & alive[None, :], away * np.minimum(weight[:, None], weight[None, :]), np.inf)
        too_near = np.where(alive[:, None] & alive[None, :], away, np.inf)
        table = too_near if too_near.min() <= near else cost
        if table is cost and len({tuple(color) for color in rgba[alive].tolist()}) <= most:
            break
        one, other = (int(k) for k in np.unravel_index(int(table.argmin()), table.shape))
        small, big = (one, other) if weight[one] < weight[other] else (other, one)
        alive[small] = False
        becomes[becomes == small] = big
        weight[big] = (weight[big] ** (1 / AREA_POWER) + weight[small] ** (1 / AREA_POWER)) ** AREA_POWER
    return becomes


def _one_ink(rgba: Pixels, area: Floats, ink: Color, threshold: float | None) -> Pixels:
    """Colours darker than a threshold, over white, as one ink, all others clear."""
    opacity = rgba[:, 3:] / 255
    luma = (rgba[:, :3] * opacity + 255 * (1 - opacity)) @ _LUMA
    dark = luma < (otsu(luma, area) if threshold is None else threshold)
    result = np.zeros_like(rgba)
    result[dark] = [*ink, 255]
    return result


def otsu(luma: Floats, area: Floats) -> float:
    """The threshold, 0–255, between two classes of weighted lumas, (k,), whose variance between them is largest.

    N. Otsu, "A threshold selection method from gray-level histograms", IEEE Trans. SMC 9(1), 1979. In the middle
    between the two lumas that it parts.
    """
    order = np.argsort(luma, kind="stable")
    values, weights = luma[order], area[order]
    below = np.cumsum(weights)[:-1]
    sums = np.cumsum(weights * values)
    above = weights.sum() - below
    if not len(below):
        return 128.0
    difference = sums[:-1] / np.maximum(below, 1e-9) - (sums[-1] - sums[:-1]) / np.maximum(above, 1e-9)
    best = int(np.argmax(below * above * difference**2))
    return float(values[best] + values[best + 1]) / 2
