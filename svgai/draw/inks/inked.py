"""A picture → the same in other colours, its edges as soft as they were."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from svgai.arrays import Colors, Floats, Index, Pixels, freeze_fields
from svgai.draw.contour.labels.label import label
from svgai.draw.contour.labels.palette import Palette, find_palette
from svgai.draw.contour.plan import ContourPlan
from svgai.draw.inks.choice import CLEAR, Choice, chosen, differences
from svgai.draw.outline.shares import Shares
from svgai.drawing import Color, Drawing, Flat, LinearGradient, Paint, RadialGradient
from svgai.measure.color import lab
from svgai.picture.alpha import premultiply, straight_alpha
from svgai.picture.raster import Raster
from svgai.records import Record

# Flat colours explain a picture where 90 % of it lies within 12 grey levels of a mix of two of them; else it is
# parted into tones first (by eye).
EXPLAINED, NEAR = 0.9, 12.0
# Tones are told apart in at most 20,000 pixels, in 12 rounds of Lloyd's algorithm; 24 of them, where fewer are wanted,
# so that what is left after merging is not what the first guess was (by eye).
SAMPLE, ROUNDS, TONES = 20_000, 12, 24
# Places of tones are averaged over σ 1 px, and cut at a third of a pixel.
SMOOTH, FINE = 1.0, 3


class Inked(Record):
    """raster: the picture in its new colours. colors: (n, 4) straight alpha, all that it has, edges apart."""

    raster: Raster
    colors: Pixels

    def __post_init__(self) -> None:
        freeze_fields(self)


def inked(raster: Raster, choice: Choice) -> Inked:
    """The picture in the colours that are wanted. Raises ColorError where a palette has none that is near enough."""
    flat = _flat(raster)
    pixels, becomes = _recolored(*flat, choice) if flat is not None else _parted(raster, choice)
    return Inked(replace(raster, pixels=pixels, noise=0.0), np.unique(becomes[becomes[:, 3] >= CLEAR], axis=0))


def _flat(raster: Raster) -> tuple[Palette, Shares] | None:
    """The flat colours of a picture and what every pixel has of them; None where they do not explain it."""
    premultiplied = premultiply(raster.pixels)
    limit = ContourPlan().max_colors
    seeds = find_palette(raster, premultiplied, limit)
    if not len(seeds.palette) or len(seeds.palette) >= limit:
        return None
    if seeds.exact:
        return seeds.palette, Shares.pure(seeds.labels)
    labels = label(raster, premultiplied, seeds, limit)
    shares = Shares.of(labels.labels[1:-1, 1:-1], labels.at, labels.mix)
    off = np.abs(_mix(shares, labels.palette.premultiplied) - premultiplied).max(axis=2)
    return (labels.palette, shares) if (off <= NEAR + raster.noise).mean() >= EXPLAINED else None


def _mix(shares: Shares, colors: Colors) -> Colors:
    """(h, w, c): the mixes of colours, (k, c), that pixels are."""
    part = shares.share[..., None]
    return part * colors[shares.label] + (1 - part) * colors[shares.other]


def _recolored(palette: Palette, shares: Shares, choice: Choice) -> tuple[Pixels, Pixels]:
    area = np.bincount(shares.label.ravel(), minlength=len(palette)).astype(np.float64)
    becomes = chosen(palette.rgba, area, choice)
    mixed = _mix(shares, premultiply(becomes[None])[0].astype(np.float32))
    return straight_alpha(np.rint(mixed).astype(np.uint8)), becomes


def _parted(raster: Raster, choice: Choice) -> tuple[Pixels, Pixels]:
    """A shaded picture as areas of one tone each."""
    colors = raster.pixels[..., :3].reshape(-1, 3).astype(np.float32)
    seen = raster.pixels[..., 3].ravel() >= 128
    points = lab(colors)
    if choice.palette is not None:
        tones = np.array(choice.palette, np.uint8).reshape(-1, 3)
    else:
        tones = _tones(points[seen] if seen.any() else points, colors[seen] if seen.any() else colors)
    number = _nearest(points, lab(tones.astype(np.float32)))
    area = np.bincount(number[seen], minlength=len(tones)).astype(np.float64) + 1
    rgba = np.column_stack([tones, np.full(len(tones), 255, np.uint8)])
    becomes = chosen(rgba, area, choice)
    painted = _painted(number.reshape(raster.height, raster.width), becomes)
    pixels = np.dstack([painted[..., :3], np.minimum(painted[..., 3], raster.pixels[..., 3])])
    return pixels, becomes[np.bincount(number[seen], minlength=len(tones)) > 0]


def _tones(points: Floats | Colors, colors: Colors) -> Pixels:
    """(k, 3): a picture's tones by Lloyd's algorithm in CIELAB (S. Lloyd, IEEE Trans. Information Theory 28, 1982)."""
    step = max(1, len(points) // SAMPLE)
    sample, shown = points[::step], colors[::step]
    order = np.argsort(sample[:, 0], kind="stable")
    start = order[np.linspace(0, len(order) - 1, min(TONES, len(order))).astype(np.int64)]
    centers = sample[start]
    for _ in range(ROUNDS):
        own = _nearest(sample, centers)
        total = np.bincount(own, minlength=len(centers))
        sums = np.stack([np.bincount(own, channel, len(centers)) for channel in sample.T], axis=1)
        centers = np.where(total[:, None] > 0, sums / np.maximum(total, 1)[:, None], centers).astype(np.float32)
    own = _nearest(sample, centers)
    kept = np.flatnonzero(np.bincount(own, minlength=len(centers)))
    means = [shown[own == k].mean(axis=0) for k in kept.tolist()]
    return np.rint(means).astype(np.uint8)


def _nearest(points: Floats | Colors, centers: Floats | Colors) -> Index:
    """(n,): the nearest of the centres, (k, 3), to each point, (n, 3)."""
    best, number = np.full(len(points), np.inf, np.float32), np.zeros(len(points), np.int64)
    for k, center in enumerate(centers):
        away = ((points - center) ** 2).sum(axis=1)
        number[away < best] = k
        best = np.minimum(best, away)
    return number


def _painted(number: Index, colors: Pixels) -> Pixels:
    """(h, w, 4): areas in their colours, (k, 4), with smooth borders, anti-aliased."""
    height, width = number.shape
    size = width * FINE, height * FINE
    best, fine = np.full(size[::-1], -1, np.float32), np.zeros(size[::-1], np.uint8)
    different, merged = np.unique(colors, axis=0, return_inverse=True)
    for k in range(len(different)):
        soft = cv2.GaussianBlur((merged.ravel()[number] == k).astype(np.float32), (0, 0), SMOOTH)
        large = cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR)
        fine[large > best] = k
        best = np.maximum(best, large)
    premultiplied = premultiply(different[None])[0][fine]
    return straight_alpha(np.asarray(cv2.resize(premultiplied, (width, height), interpolation=cv2.INTER_AREA)))


def snapped(drawing: Drawing, colors: Pixels) -> Drawing:
    """The drawing with every paint in one of the colours, (n, 4) straight alpha: the nearest."""
    paints: dict[Paint, Paint] = {}
    for shape in drawing.shapes:
        if shape.paint not in paints:
            paints[shape.paint] = _snapped(shape.paint, colors)
    return replace(drawing, shapes=tuple(replace(shape, paint=paints[shape.paint]) for shape in drawing.shapes))


def _snapped(paint: Paint, colors: Pixels) -> Paint:
    if not len(colors):
        return paint
    own = _color_of(paint)
    away = differences(np.array([own], np.uint8), colors)[0]
    nearest = colors[int(away.argmin())]
    opacity = paint.opacity if isinstance(paint, Flat) else 1.0
    return Flat(Color(*nearest[:3].tolist()), opacity)


def _color_of(paint: Paint) -> Color:
    """A paint's colour; of a gradient the mean of its stops'."""
    if isinstance(paint, LinearGradient | RadialGradient):
        mean = np.mean([stop.color for stop in paint.stops], axis=0)
        return Color(*np.rint(mean).astype(int).tolist())
    return paint.color
