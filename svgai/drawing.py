"""A drawing: shapes with paints on a page.

Records are frozen and checked when built: an illegal one cannot exist. Arrays in them are read-only.
Coordinates are pixels of the source: x to the right, y down, (0, 0) the top left corner of the top left pixel,
so that pixel (i, j) covers [j, j + 1] × [i, i + 1].
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Points, freeze
from svgai.records import Record, Value


class Color(NamedTuple):
    """An sRGB colour, 0–255 each."""

    r: int
    g: int
    b: int

    @classmethod
    def from_hex(cls, text: str) -> Color:
        """A colour from `#rrggbb`. Raises ValueError."""
        return cls(*bytes.fromhex(text[1:]))

    @property
    def hex(self) -> str:
        """`#rgb` where that is exact, `#rrggbb` elsewhere."""
        full = f"{self.r:02x}{self.g:02x}{self.b:02x}"
        return "#" + (full[::2] if full[::2] == full[1::2] else full)


def _check_opacity(opacity: float) -> None:
    if not 0 < opacity <= 1:
        raise ValueError(f"opacity lies in (0, 1], not {opacity}")


class Flat(Value):
    """One colour; opacity in (0, 1]."""

    color: Color
    opacity: float = 1.0

    def __post_init__(self) -> None:
        _check_opacity(self.opacity)
        if not all(0 <= c <= 255 for c in self.color):
            raise ValueError(f"colour channels lie in 0–255, not {tuple(self.color)}")


class Stop(NamedTuple):
    """One stop of a gradient: offset and opacity in [0, 1]."""

    offset: float
    color: Color
    opacity: float = 1.0


def _check_stops(stops: tuple[Stop, ...]) -> None:
    if len(stops) < 2:
        raise ValueError("a gradient has two stops at least")
    offsets = [s.offset for s in stops]
    if offsets != sorted(offsets) or offsets[0] < 0 or offsets[-1] > 1:
        raise ValueError(f"stop offsets rise within [0, 1], not {offsets}")
    if not all(0 <= s.opacity <= 1 for s in stops):
        raise ValueError("stop opacities lie in [0, 1]")


class LinearGradient(Value):
    """Colour along the line from `start` to `end` (pixels), padded beyond."""

    start: tuple[float, float]
    end: tuple[float, float]
    stops: tuple[Stop, ...]

    def __post_init__(self) -> None:
        _check_stops(self.stops)
        if not all(map(math.isfinite, (*self.start, *self.end))) or self.start == self.end:
            raise ValueError(f"a linear gradient needs two points apart, not {self.start}, {self.end}")


class RadialGradient(Value):
    """Colour by distance from `focus` (the centre where None) to the circle, padded beyond.

    transform: SVG matrix (a, b, c, d, e, f) from the circle to an ellipse in pixels; None is the identity.
    """

    center: tuple[float, float]
    radius: float
    stops: tuple[Stop, ...]
    focus: tuple[float, float] | None = None
    transform: tuple[float, float, float, float, float, float] | None = None

    def __post_init__(self) -> None:
        _check_stops(self.stops)
        numbers = (*self.center, self.radius, *(self.focus or ()), *(self.transform or ()))
        if not all(map(math.isfinite, numbers)) or self.radius <= 0:
            raise ValueError(f"a radial gradient needs a finite centre and a radius above 0, not {numbers}")


Paint: TypeAlias = Flat | LinearGradient | RadialGradient


def is_opaque(paint: Paint) -> bool:
    """Whether nothing beneath the paint shows through anywhere."""
    return paint.opacity == 1 if isinstance(paint, Flat) else all(s.opacity == 1 for s in paint.stops)


class Contour(Record):
    """One run of lines and cubic Béziers.

    start: (2,) float64. segments: (n, 3, 2) float64, each (control, control, end), n ≥ 1; a segment is a line
    where its first control lies on its start and its second on its end. closed: joined back to the start.
    """

    start: Points
    segments: Points
    closed: bool = True

    def __post_init__(self) -> None:
        start = np.array(self.start, np.float64)
        segments = np.array(self.segments, np.float64)
        if start.shape != (2,) or segments.ndim != 3 or segments.shape[1:] != (3, 2) or not len(segments):
            raise ValueError(f"a contour is (2,) and (n, 3, 2), not {start.shape} and {segments.shape}")
        if not (np.isfinite(start).all() and np.isfinite(segments).all()):
            raise ValueError("a contour's points are finite")
        freeze(start, segments)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "segments", segments)

    @classmethod
    def polygon(cls, points: Points, closed: bool = True) -> Contour:
        """The lines through points, (n, 2), n ≥ 2; the closing line of a closed one is left to the writer."""
        p = np.asarray(points, np.float64)
        return cls(p[0], np.stack([p[:-1], p[1:], p[1:]], axis=1), closed)

    @property
    def starts(self) -> Points:
        """(n, 2): where each segment begins."""
        return np.vstack([self.start[None], self.segments[:-1, 2]])

    @property
    def lines(self) -> NDArray[np.bool_]:
        """(n,): which segments are lines."""
        s = self.segments
        return np.asarray((s[:, 0] == self.starts).all(axis=1) & (s[:, 1] == s[:, 2]).all(axis=1))


class Path(Record):
    """Contours filled together by the nonzero rule: holes run the other way round."""

    contours: tuple[Contour, ...]

    def __post_init__(self) -> None:
        if not self.contours:
            raise ValueError("a path has one contour at least")

    @property
    def segment_count(self) -> int:
        return sum(len(c.segments) for c in self.contours)


def _check_lengths(*lengths: float) -> None:
    if not all(math.isfinite(v) and v > 0 for v in lengths):
        raise ValueError(f"lengths are finite and above 0, not {lengths}")


class Ellipse(Value):
    """An ellipse upright in pixels; a circle where rx == ry."""

    cx: float
    cy: float
    rx: float
    ry: float
    segment_count = 4

    def __post_init__(self) -> None:
        _check_lengths(self.rx, self.ry)


class Rect(Value):
    """An upright rectangle; `radius` rounds its corners."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    segment_count = 4

    def __post_init__(self) -> None:
        _check_lengths(self.width, self.height)
        if not 0 <= self.radius <= min(self.width, self.height) / 2 + 1e-9:
            raise ValueError(f"a corner radius is at most half the shorter side, not {self.radius}")


Outline: TypeAlias = Path | Ellipse | Rect


class Shape(Record):
    """An outline and its paint: filled, or stroked where a stroke width is given.

    round: whether a stroke's ends and corners are round; else its ends are butt and its corners mitred.
    """

    outline: Outline
    paint: Paint
    stroke_width: float | None = None
    round: bool = False

    def __post_init__(self) -> None:
        if self.stroke_width is not None:
            _check_lengths(self.stroke_width)


class PageSize(NamedTuple):
    """How large a page is shown or printed: two SVG lengths, as `80mm`."""

    width: str
    height: str


class Group(Value):
    """Shapes of one colour that follow each other in paint order.

    color: the colour's name, words joined by hyphens. part: which group of that colour it is, from 1 for the lowest.
    count: how many shapes it has.
    """

    color: str
    part: int
    count: int

    @property
    def name(self) -> str:
        """What no other group of the drawing is called: `blue-2`, `blue-2-part-2`."""
        return self.color if self.part == 1 else f"{self.color}-part-{self.part}"


class Drawing(Record):
    """Shapes in paint order (later ones on top) on a transparent page of width × height pixels.

    page_size: how large that page is to be, its own pixels where None; sized: whether it says a size at all, or takes
    that of the HTML around it. title: what people hear who do not see it. id_prefix: begins the name of each gradient
    and shared outline, for several drawings in one HTML page; AUTO is made from the content. current: whether black
    stands for the colour of the text around it. groups: of all shapes in their order, or none; layers: whether they
    are layers of an editor.
    """

    width: int
    height: int
    shapes: tuple[Shape, ...]
    page_size: PageSize | None = None
    sized: bool = True
    title: str | None = None
    id_prefix: str = ""
    current: bool = False
    groups: tuple[Group, ...] = ()
    layers: bool = False

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a page is 1 px wide and high at least, not {self.width}x{self.height}")
        if self.groups and sum(group.count for group in self.groups) != len(self.shapes):
            raise ValueError("groups have all shapes of a drawing")

    @property
    def grouped(self) -> tuple[tuple[Group | None, tuple[Shape, ...]], ...]:
        """The groups and their shapes; one without a group where there are none."""
        if not self.groups:
            return ((None, self.shapes),)
        ends = itertools.accumulate(group.count for group in self.groups)
        pairs = zip(self.groups, ends, strict=True)
        return tuple((group, self.shapes[end - group.count : end]) for group, end in pairs)

    @property
    def segment_count(self) -> int:
        return sum(s.outline.segment_count for s in self.shapes)

    @property
    def paint_counts(self) -> dict[str, int]:
        """How many shapes each kind of paint fills or strokes."""
        kinds = {"flat": Flat, "linear": LinearGradient, "radial": RadialGradient}
        return {name: sum(isinstance(s.paint, kind) for s in self.shapes) for name, kind in kinds.items()}


class Declined(Value):
    """An engine's word that a picture is not for it, and why. fault: whether that is an error in the engine itself."""

    reason: str
    fault: bool = False
