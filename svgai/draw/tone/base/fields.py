"""The chroma of a picture as level sets of its primaries' shares, painted from the centre's colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Floats, Mask, Plane
from svgai.draw.tone.base.primaries import Primaries, choose, mixed_for
from svgai.draw.tone.base.targets import Targets, luma, reachable, targets
from svgai.draw.tone.levels.patches import Grid, costs, patches
from svgai.draw.tone.levels.select import Selection, select
from svgai.draw.tone.levels.tree import UNITS, Tree, grow
from svgai.draw.tone.levels.veils import opacities, veils
from svgai.draw.tone.levels.weights import TABLE, encoded
from svgai.drawing import Color, Flat, Shape
from svgai.records import Record

# Squared levels of chroma × pixels of the chroma plane that a byte must save. At 2 a base takes 25 kB more, for 0.3
# of ΔE00 after a blur of σ 2 (four photographs).
PRICE = 10.0
# Times that shares are found; a third changed no pixel by more than 3 levels.
PASSES = 3
# Levels of chroma between two level sets.
STEP = 7.0
# σ of the averages of the targets, px of the chroma plane.
SMOOTH = 0.8
# σ of what is taken where nothing counts, px of the chroma plane, and its part elsewhere.
SURROUNDINGS, _FAINT = 12.0, 1e-3
# σ over which the kind of veil is decided, px of the chroma plane.
VEILS = 4.0
# px of the chroma plane that an outline may stray.
TOLERANCE = 0.8
# px of the chroma plane: smaller patches of colour are not seen as such.
LEAST = 6.0


class Chroma(Record):
    """center: the colour under everything. shapes: what is painted on it."""

    center: Color
    shapes: tuple[Shape, ...]


def _averaged(wanted: Targets, weight: Plane, size: tuple[int, int]) -> tuple[Colors, Plane]:
    """The targets at a smaller size, (h, w, 3), each pixel counting by its weight, and the mean weight."""
    small = np.asarray(cv2.resize(weight, size, interpolation=cv2.INTER_AREA), np.float32)
    mixed = np.asarray(cv2.resize(wanted.colors * weight[..., None], size, interpolation=cv2.INTER_AREA), np.float32)
    total, part = mixed.mean(axis=(0, 1)) * np.float32(_FAINT**2), small.mean() * np.float32(_FAINT**2)
    # Where nothing counts, in black and under skies, the surroundings go on: the field then has no edges there.
    for sigma, faint in ((SMOOTH, 1.0), (SURROUNDINGS, _FAINT)):
        total = total + np.float32(faint) * cv2.GaussianBlur(mixed, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
        part = part + np.float32(faint) * cv2.GaussianBlur(small, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    return total / np.maximum(part, np.float32(1e-9))[..., None], small


class _Mix(Record):
    """primaries, the share of each in every pixel of the chroma plane, (n, k), and what the pixel counts, (n,)."""

    primaries: Primaries
    shares: Floats
    weight: Floats


def _mix(colors: Colors, trust: Plane, ground: float, size: tuple[int, int]) -> _Mix:
    """The shares that give each pixel its hue, once the veils have brought it to its luma.

    A mix has a luma of its own, and a veil leaves chroma in proportion: so what is wanted is asked again, PASSES
    times, at the luma that the mix then has.
    """
    base = reachable(colors, ground)
    primaries: Primaries | None = None
    for _ in range(PASSES):
        wanted = targets(colors, base)
        small, weight = _averaged(wanted, trust * wanted.share**2, size)
        flat, counts = small.reshape(-1, 3).astype(np.float64), weight.ravel().astype(np.float64)
        darker = cv2.resize((luma(colors) < base).astype(np.float32), size, interpolation=cv2.INTER_AREA)
        # Of one kind over some distance: from pixel to pixel the shares would jump.
        darker = cv2.GaussianBlur(darker, (0, 0), VEILS, borderType=cv2.BORDER_REFLECT)
        dark = np.asarray(darker.ravel() > 0.5, np.bool_)
        primaries = primaries or choose(flat, dark, counts)
        parts = mixed_for(primaries, flat, dark)
        mixed = primaries.center + parts @ (primaries.colors - primaries.center)
        under = luma(mixed.reshape(size[1], size[0], 3).astype(np.float32))
        base = np.asarray(cv2.resize(under, colors.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    assert primaries is not None  # there is one pass at least
    return _Mix(primaries, parts, counts)


def chroma_fields(
    colors: Colors, trust: Plane, ground: float, size: tuple[int, int], page: tuple[int, int], solid: Mask | None
) -> Chroma:
    """The base of a picture: every primary's share as nested patches.

    colors: (h, w, 3). trust: (h, w), 0–1, what each pixel's chroma counts. ground: the luma that the base should have
    where it can. size: (width, height) of the chroma plane; page: of the drawing. solid: (h, w) of the working plane,
    what may be painted; None where all may.
    """
    found = _mix(colors, trust, ground, size)
    primaries, mix = found.primaries, found.shares
    axes = primaries.axes
    strength = found.weight @ (mix * np.hypot(*axes.T)) ** 2 if len(axes) else np.zeros(0)
    # The strongest primary is painted first, on one colour, and so in opaque colours: translucent ones round.
    order = np.argsort(-strength, kind="stable")
    grid = Grid(size, page, TOLERANCE, LEAST * page[0] * page[1] / (size[0] * size[1]), solid)
    shapes: list[Shape] = []
    for place, k in enumerate(order.tolist()):
        later = mix[:, order[place + 1 :]].sum(axis=1)
        opacity = np.clip(mix[:, k] / np.maximum(1 - later, 1e-3), 0, 1).reshape(size[1], size[0])
        weight = (found.weight * (1 - later) ** 2).reshape(opacity.shape)
        shapes += _field(opacity, weight, primaries, k, place == 0, grid)
    return Chroma(Color(*np.rint(primaries.center).astype(int).tolist()), tuple(shapes))


def _field(field: Floats, weight: Floats, primaries: Primaries, k: int, opaque: bool, grid: Grid) -> list[Shape]:
    reach = float(np.hypot(*primaries.axes[k]))
    step = max(4.0, 255 * STEP / reach)
    thresholds = np.arange(step / 2, 254, step)
    plane = np.rint(field * 255 * UNITS).astype(np.uint16)
    places, table = encoded(weight.astype(np.float32)), TABLE
    if grid.solid is not None:
        plane, places, table, grid = _within(plane, places, grid.solid, grid)
    tree = grow(plane, places, table, np.rint(thresholds * UNITS).astype(np.int64))
    if not tree.count:
        return []
    values = np.append(thresholds[:-1] + step / 2, min(255, thresholds[-1] + step / 2))
    chosen = select(tree, 0.0, values, costs(tree, grid.tolerance), PRICE * (255 / reach) ** 2)
    if opaque:
        return _opaque(tree, chosen, primaries, k, grid)
    found = opacities(chosen, 0, 255, chosen.value)
    color = Color(*primaries.colors[k].astype(int).tolist())
    return veils(patches(tree, chosen, grid), chosen, found, color)


def _within(
    plane: NDArray[np.uint16], places: NDArray[np.uint8], solid: Mask, grid: Grid
) -> tuple[NDArray[np.uint16], NDArray[np.uint8], Floats, Grid]:
    """A field at the working plane's size, 0 beyond a silhouette, whose edge is finer than the chroma plane."""
    size = solid.shape[1], solid.shape[0]
    larger = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), np.uint16)
    larger[~solid] = 0
    ratio = size[0] / grid.plane[0]
    fine = Grid(size, grid.page, grid.tolerance * min(ratio, 2), grid.least)
    nearest = np.asarray(cv2.resize(places, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    return larger, nearest, TABLE / ratio**2, fine


def _opaque(tree: Tree, chosen: Selection, primaries: Primaries, k: int, grid: Grid) -> list[Shape]:
    """Nested patches, each in the mix that it shows."""
    found = patches(tree, chosen, grid)
    part: NDArray[np.int64] = np.rint(chosen.value / 4).astype(np.int64)
    shapes = []
    for key in np.unique((chosen.depth * 256 + part)[chosen.kept]).tolist():
        path = found.path(np.flatnonzero(chosen.kept & (chosen.depth * 256 + part == key)))
        share = (key % 256) * 4 / 255
        mixed = primaries.center + share * (primaries.colors[k] - primaries.center)
        if path:
            shapes.append(Shape(path, Flat(Color(*np.rint(mixed).clip(0, 255).astype(int).tolist()))))
    return shapes
