"""Paths → path data, minimal. Grammar: https://www.w3.org/TR/SVG11/paths.html#PathDataBNF

Points are rounded once, on the absolute grid of the wanted decimals, and written as differences on that grid: relative
commands are short and do not drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Mask, freeze_fields
from svgai.drawing import Path
from svgai.kernels.library import kernel
from svgai.records import Record

# A cubic whose controls lie within 1 unit of the last decimal of its chord is written as a line: the curve bows by 3/4
# of that at most (Bernstein polynomials), less than the rounding of its ends may have moved it.
STRAIGHT = 1.0
# Paths are written some 20,000 segments at a time, for memory.
_SEGMENTS = 20_000
# A number has 19 digits, a sign and a point at most, and a separator before it.
_NUMBER = 24


def path_texts(paths: Sequence[Path], decimals: int) -> list[str]:
    """The `d` attribute of each path; coordinates keep at most `decimals` decimals."""
    return [text for some in _batches(paths) for text in _texts(_Grid.of(some, decimals))]


def _batches(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """The paths in order, about _SEGMENTS segments at a time."""
    some, segments = [], 0
    for path in paths:
        some.append(path)
        segments += path.segment_count
        if segments >= _SEGMENTS:
            yield some
            some, segments = [], 0
    if some:
        yield some


class _Grid(Record):
    """Contours of several paths on the grid, in units of the last of `decimals` decimals.

    contours: (P,) of each path. segments: (C,) of each contour. starts, ends: (C, 2), where contours begin and end.
    closed: (C,) bool. closing: (C,) bool, whether the closepath draws the last line. points: (N, 3, 2) controls and
    ends of segments, from where each begins. line: (N,) bool.
    """

    decimals: int
    contours: Index
    segments: Index
    starts: Index
    ends: Index
    closed: Mask
    closing: Mask
    points: Index
    line: Mask

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def of(cls, paths: Sequence[Path], decimals: int) -> _Grid:
        """One path at least."""
        contours = [contour for path in paths for contour in path.contours]
        segments = np.array([len(contour.segments) for contour in contours])
        closed = np.array([contour.closed for contour in contours])
        starts = _rounded(np.array([contour.start for contour in contours]), decimals)
        points = _rounded(np.concatenate([contour.segments for contour in contours]), decimals)
        last = np.cumsum(segments) - 1
        begins = np.concatenate([starts[:1], points[:-1, 2]])
        begins[last[:-1] + 1] = starts[1:]
        ends = points[last, 2]
        points -= begins[:, None]
        line = _straight(points[:, :2], points[:, 2])
        closing = closed & line[last] & (ends == starts).all(axis=1)
        counts = np.array([len(path.contours) for path in paths])
        return cls(decimals, counts, segments, starts, ends, closed, closing, points, line)


def _rounded(points: NDArray[np.float64], decimals: int) -> Index:
    return np.asarray(np.rint(points * 10**decimals), np.int64)


def _straight(controls: Index, end: Index) -> Mask:
    """(n,): which cubics, (n, 2, 2) controls and (n, 2) ends relative to their starts, are lines on the grid."""
    exact = ~controls[:, 0].any(axis=1) & (controls[:, 1] == end).all(axis=1)
    if exact.all():
        return np.asarray(exact)  # polygons, as all of a photograph's 40,000 contours are
    chord = np.hypot(end[:, 0], end[:, 1])
    cross = np.abs(controls[..., 0] * end[:, None, 1] - controls[..., 1] * end[:, None, 0])
    along = controls[..., 0] * end[:, None, 0] + controls[..., 1] * end[:, None, 1]
    near = (cross <= STRAIGHT * chord[:, None]) & (along >= 0) & (along <= chord[:, None] ** 2)
    return np.asarray(exact | (near.all(axis=1) & (chord > 0)))


def _texts(grid: _Grid) -> list[str]:
    """The path data of each path."""
    compiled = kernel("path_text")
    if compiled is None:
        return specified(grid)
    text = np.empty((6 * _NUMBER + 2) * len(grid.points) + (2 * _NUMBER + 2) * len(grid.starts), np.uint8)
    ends = np.empty(len(grid.contours), np.int64)
    of_contours = grid.segments, grid.starts, grid.ends, grid.closed, grid.closing
    compiled(len(ends), grid.decimals, grid.contours, *of_contours, grid.points, grid.line, text, ends)
    written = text[: ends[-1]].tobytes().decode("ascii")
    return [written[begin:end] for begin, end in zip([0, *ends.tolist()], ends.tolist(), strict=False)]


def specified(grid: _Grid) -> list[str]:
    """_texts in Python: what kernels/path_text.c does."""
    rows = zip(grid.line.tolist(), grid.points.tolist(), strict=True)
    segments, starts, ends = grid.segments.tolist(), grid.starts.tolist(), grid.ends.tolist()
    closed, closing = grid.closed.tolist(), grid.closing.tolist()
    texts, contour = [], 0
    for count in grid.contours.tolist():
        out, x, y = _PathText(grid.decimals), 0, 0
        for k in range(contour, contour + count):
            out.add("m", starts[k][0] - x, starts[k][1] - y)
            for place in range(segments[k]):
                is_line, points = next(rows)
                if place < segments[k] - closing[k]:
                    out.segment(is_line, *points)
            if closed[k]:
                out.add("z")
            x, y = starts[k] if closed[k] else ends[k]
        contour += count
        texts.append(out.text())  # it begins with m, and not M: linetos that follow without a letter are relative too
    return texts


class _PathText:
    """Path data being written: knows when a command letter or a separator can be left out."""

    def __init__(self, decimals: int) -> None:
        self._decimals = decimals
        self._parts: list[str] = []
        self._command = ""
        self._texts: dict[int, str] = {}
        self._dotted = False

    def add(self, command: str, *numbers: int) -> None:
        fresh = command != self._command
        if fresh:
            self._parts.append(command)
            # After a moveto further pairs are linetos.
            self._command = {"m": "l"}.get(command, command)
        for units in numbers:
            text = self._texts.get(units)
            if text is None:
                text = self._texts[units] = scaled(units, self._decimals)
            if not (fresh or text[0] == "-" or (text[0] == "." and self._dotted)):
                self._parts.append(" ")
            self._parts.append(text)
            self._dotted = "." in text
            fresh = False

    def segment(self, is_line: bool, first: list[int], second: list[int], end: list[int]) -> None:
        """A line, in short where level or upright, or a cubic; nothing where all points lie on the current one."""
        x, y = end
        if not is_line:
            if any((*first, *second, x, y)):
                self.add("c", *first, *second, x, y)
        elif x and y:
            self.add("l", x, y)
        elif x:
            self.add("h", x)
        elif y:
            self.add("v", y)

    def text(self) -> str:
        return "".join(self._parts)


def number(value: float, decimals: int) -> str:
    """The shortest decimal text: `.5`, `-3`, `12.25`."""
    return scaled(round(value * 10**decimals), decimals)


def scaled(units: int, decimals: int) -> str:
    """The shortest decimal text of so many units of the last decimal."""
    if not decimals:
        return str(units)
    digits = f"{abs(units):0{decimals + 1}d}"
    fraction = digits[-decimals:].rstrip("0")
    whole = digits[:-decimals].lstrip("0")
    text = f"{whole}.{fraction}" if fraction else whole or "0"
    return f"-{text}" if units < 0 else text
