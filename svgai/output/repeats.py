"""Shapes → pieces to write: what stands in several places, as the letters of a text do, is one outline, placed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from svgai.arrays import Points, freeze_fields
from svgai.drawing import Contour, Flat, Path, Shape
from svgai.output.paths import path_texts
from svgai.records import Record

# A place takes 46 bytes, `<use xlink:href="#k1234567-ab" x="123" y="45"/>`, and what stands there 30 beside its
# outline, `<path id="k1234567-ab" d=""/>`.
PLACE, OUTLINE = 46, 30
# A drawing stays in shapes that are easier to edit where that costs less than 512 bytes. By eye.
LEAST = 512


class Placed(NamedTuple):
    """A shape, and how far from where its outline says it stands, whole px to the right and down."""

    shape: Shape
    right: int = 0
    down: int = 0


class _Piece(NamedTuple):
    """Contours of one shape that no others of it touch, from a corner (x, y), whole px. key: what equal pieces have in
    common."""

    contours: tuple[Contour, ...]
    corner: tuple[int, int]
    key: bytes


class _Original(NamedTuple):
    """A piece that is written as an outline of its own, and its corner."""

    outline: Path
    corner: tuple[int, int]


def placed(shapes: Sequence[Shape], decimals: int) -> Mapping[Shape, tuple[Placed, ...]]:
    """What each shape is written as: itself, or what only it has and pieces that stand elsewhere too.

    Pieces are equal if their points are, on a grid of so many decimals, after a move by whole px. They are taken out
    where that saves bytes. Flat fills only: a gradient would move along, and strokes reach out of their boxes.
    """
    whole = {shape: (Placed(shape),) for shape in shapes}
    contours = _contours(shapes)
    boxes = {shape: _Boxes.of(some, decimals) for shape, some in contours.items()}
    known = Counter(size for each in boxes.values() for size in each.sizes)
    if len(known) == known.total():
        return whole
    pieces = {
        shape: [_piece([contours[shape][k] for k in group], decimals) for group in each.repeated(known)]
        for shape, each in boxes.items()
    }
    originals = _worth_it([piece for some in pieces.values() for piece in some], decimals)
    return whole | {shape: _apart(shape, some, originals) for shape, some in pieces.items() if originals}


def _contours(shapes: Sequence[Shape]) -> dict[Shape, tuple[Contour, ...]]:
    """The contours of shapes that can be taken apart."""
    outlines = Counter(shape.outline for shape in shapes)
    return {
        shape: shape.outline.contours
        for shape in shapes
        if isinstance(shape.outline, Path) and isinstance(shape.paint, Flat) and shape.stroke_width is None
        if outlines[shape.outline] == 1
    }


class _Boxes(Record):
    """The boxes of n contours of one shape.

    low, high: (n, 2), px. sizes: what tells most contours apart: how many segments, width and height on the grid.
    """

    low: Points
    high: Points
    sizes: list[tuple[int, ...]]

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, contours: Sequence[Contour], decimals: int) -> _Boxes:
        segments = np.array([len(contour.segments) for contour in contours])
        starts = np.array([contour.start for contour in contours])
        points = np.concatenate([contour.segments for contour in contours])
        first = np.cumsum(segments) - segments
        low = np.minimum(np.minimum.reduceat(points.min(axis=1), first), starts)
        high = np.maximum(np.maximum.reduceat(points.max(axis=1), first), starts)
        sides = np.rint((high - low) * 10**decimals).astype(np.int64)
        return cls(low, high, list(map(tuple, np.column_stack([segments, sides]).tolist())))

    def repeated(self, known: Mapping[tuple[int, ...], int]) -> list[list[int]]:
        """Groups of contours whose boxes touch no others', of those whose sizes are known more than once."""
        groups: dict[int, list[int]] = defaultdict(list)
        for contour, group in enumerate(self._touching()):
            groups[group].append(contour)
        twice = [known[size] > 1 for size in self.sizes]
        return [group for group in groups.values() if all(twice[contour] for contour in group)]

    def _touching(self) -> list[int]:
        """A number for each contour, the same for those whose boxes touch, directly or through others."""
        order = np.argsort(self.low[:, 1], kind="stable")
        low, high = self.low[order], self.high[order]
        ends = np.searchsorted(low[:, 1], high[:, 1], "right")
        group = np.arange(len(order))
        for k, end in enumerate(ends.tolist()):
            others = slice(k + 1, end)
            touched = (low[others, 0] <= high[k, 0]) & (high[others, 0] >= low[k, 0])
            for other in set(group[others][touched].tolist()) - {int(group[k])}:
                group[group == other] = group[k]
        result = np.empty_like(group)
        result[order] = group
        return result.tolist()


def _piece(contours: Sequence[Contour], decimals: int) -> _Piece:
    x, y = np.floor(contours[0].start).astype(int).tolist()
    points = [np.vstack([contour.start, contour.segments.reshape(-1, 2)]) for contour in contours]
    counts = np.array([len(contour.segments) if contour.closed else -len(contour.segments) for contour in contours])
    grid = np.rint((np.concatenate(points) - [x, y]) * 10**decimals).astype(np.int64)
    return _Piece(tuple(contours), (x, y), counts.tobytes() + grid.tobytes())


def _worth_it(pieces: list[_Piece], decimals: int) -> dict[bytes, _Original]:
    """The first piece of every kind that saves bytes as one outline in several places; none where all save little."""
    counts = Counter(piece.key for piece in pieces)
    first = {piece.key: piece for piece in reversed(pieces) if counts[piece.key] > 1}
    outlines = [Path(piece.contours) for piece in first.values()]
    texts = path_texts(outlines, decimals)
    saved = [(counts[k] - 1) * len(text) - counts[k] * PLACE - OUTLINE for k, text in zip(first, texts, strict=True)]
    if sum(each for each in saved if each > 0) < LEAST:
        return {}
    originals = (_Original(outline, piece.corner) for outline, piece in zip(outlines, first.values(), strict=True))
    return {key: original for key, original, each in zip(first, originals, saved, strict=True) if each > 0}


def _apart(shape: Shape, pieces: list[_Piece], originals: dict[bytes, _Original]) -> tuple[Placed, ...]:
    """What only the shape has, and its pieces that are originals or look like one."""
    assert isinstance(shape.outline, Path)
    pieces = [piece for piece in pieces if piece.key in originals]
    taken = {contour for piece in pieces for contour in piece.contours}
    rest = tuple(contour for contour in shape.outline.contours if contour not in taken)
    own = [Placed(replace(shape, outline=Path(rest)) if pieces else shape)] if rest else []
    for piece in pieces:
        outline, (x, y) = originals[piece.key]
        own.append(Placed(replace(shape, outline=outline), piece.corner[0] - x, piece.corner[1] - y))
    return tuple(own)
