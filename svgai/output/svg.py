"""Drawing → SVG text, minimal and the same for the same drawing.

Coordinates are rounded once, on the absolute grid of the wanted decimals, and written as differences on that grid:
relative commands are short and do not drift. Grammar: https://www.w3.org/TR/SVG11/paths.html#PathDataBNF
"""

from __future__ import annotations

import itertools
import math
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svgai.drawing import (
    Color,
    Contour,
    Drawing,
    Ellipse,
    Flat,
    LinearGradient,
    Outline,
    PageSize,
    Paint,
    Path,
    RadialGradient,
    Shape,
    Stop,
)

# A cubic whose controls lie within 1 unit of the last decimal of its chord is written as a line: the curve bows by 3/4
# of that at most (Bernstein polynomials), less than the rounding of its ends may have moved it.
STRAIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Svg:
    """An SVG document.

    text: the whole of it. width, height: of its viewBox, px. page: its width and height attributes. body: what stands
    within the svg element. shapes, segments: how many it holds.
    """

    text: str
    width: int
    height: int
    page: PageSize
    body: str
    shapes: int
    segments: int

    @property
    def data(self) -> bytes:
        return self.text.encode()

    @property
    def bytes(self) -> int:
        return len(self.data)


def number(value: float, decimals: int) -> str:
    """The shortest decimal text: `.5`, `-3`, `12.25`."""
    return _scaled(round(value * 10**decimals), decimals)


def _scaled(units: int, decimals: int) -> str:
    if not decimals:
        return str(units)
    digits = f"{abs(units):0{decimals + 1}d}"
    fraction = digits[-decimals:].rstrip("0")
    whole = digits[:-decimals].lstrip("0")
    text = f"{whole}.{fraction}" if fraction else whole or "0"
    return f"-{text}" if units < 0 else text


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
            self._command = {"m": "l", "M": "L"}.get(command, command)
        for units in numbers:
            text = self._texts.get(units)
            if text is None:
                text = self._texts[units] = _scaled(units, self._decimals)
            if not (fresh or text[0] == "-" or (text[0] == "." and self._dotted)):
                self._parts.append(" ")
            self._parts.append(text)
            self._dotted = "." in text
            fresh = False

    def line(self, right: int, down: int) -> None:
        """A line to a point relative to the current one, in short where level or upright; none of no length."""
        if right and down:
            self.add("l", right, down)
        elif right:
            self.add("h", right)
        elif down:
            self.add("v", down)

    def curve(self, *numbers: int) -> None:
        """A cubic, two controls and an end relative to the current point; nothing where all lie on it."""
        if any(numbers):
            self.add("c", *numbers)

    def text(self) -> str:
        return "".join(self._parts)


def _straight(controls: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,): which cubics, (n, 2, 2) controls and (n, 2) ends relative to their starts, are lines on the grid."""
    if not controls[:, 0].any() and (controls[:, 1] == end).all():
        return np.ones(len(end), np.bool_)  # a polygon, as all of a photograph's 40,000 contours are
    chord = np.hypot(end[:, 0], end[:, 1])
    cross = np.abs(controls[..., 0] * end[:, None, 1] - controls[..., 1] * end[:, None, 0])
    along = controls[..., 0] * end[:, None, 0] + controls[..., 1] * end[:, None, 1]
    near = (cross <= STRAIGHT * chord[:, None]) & (along >= 0) & (along <= chord[:, None] ** 2)
    return np.asarray(near.all(axis=1) & (chord > 0))


def _write_contour(out: _PathText, contour: Contour, at: tuple[int, int], decimals: int) -> tuple[int, int]:
    """Append one contour; `at` is the current point on the grid, the new one is returned."""
    scale = 10**decimals
    start = np.rint(contour.start * scale).astype(np.int64)
    points = np.rint(contour.segments * scale).astype(np.int64)
    relative = points - np.concatenate([start[None], points[:-1, 2]])[:, None]
    straight = _straight(relative[:, :2], relative[:, 2]).tolist()
    x, y = start.tolist()
    out.add("m", x - at[0], y - at[1])
    # The closepath draws a last line that leads back to the start.
    closing = contour.closed and straight[-1] and bool((points[-1, 2] == start).all())
    drawn = len(relative) - closing
    for is_line, (first, second, end) in zip(straight[:drawn], relative[:drawn].tolist(), strict=True):
        if is_line:
            out.line(*end)
        else:
            out.curve(*first, *second, *end)
    if contour.closed:
        out.add("z")
        return x, y
    x, y = points[-1, 2].tolist()
    return x, y


def path_data(path: Path, decimals: int) -> str:
    """The `d` attribute of a path."""
    out = _PathText(decimals)
    at = (0, 0)
    for contour in path.contours:
        at = _write_contour(out, contour, at, decimals)
    return out.text()  # it begins with m, and not M: the linetos that follow without a letter are relative too


def _attributes(decimals: int, **values: float) -> str:
    return "".join(f' {name}="{number(value, decimals)}"' for name, value in values.items())


def _element(outline: Outline, decimals: int) -> tuple[str, str]:
    """Name and geometry attributes of an outline's element."""
    if isinstance(outline, Path):
        return "path", f' d="{path_data(outline, decimals)}"'
    if isinstance(outline, Ellipse):
        center = _attributes(decimals, cx=outline.cx, cy=outline.cy)
        rx, ry = number(outline.rx, decimals), number(outline.ry, decimals)
        return ("circle", f'{center} r="{rx}"') if rx == ry else ("ellipse", f'{center} rx="{rx}" ry="{ry}"')
    place = {name: v for name, v in (("x", outline.x), ("y", outline.y)) if number(v, decimals) not in ("0", "-0")}
    size = _attributes(decimals, **place, width=outline.width, height=outline.height)
    radius = number(outline.radius, decimals)
    return "rect", size + (f' rx="{radius}"' if radius != "0" else "")


def _stop(stop: Stop) -> str:
    opacity = f' stop-opacity="{number(stop.opacity, 3)}"' if stop.opacity < 1 else ""
    return f'<stop offset="{number(stop.offset, 3)}" stop-color="{stop.color.hex}"{opacity}/>'


def _gradient(paint: LinearGradient | RadialGradient, name: str, decimals: int) -> str:
    stops = "".join(map(_stop, paint.stops))
    if isinstance(paint, LinearGradient):
        (x1, y1), (x2, y2) = paint.start, paint.end
        kind, place = "linearGradient", _attributes(decimals, x1=x1, y1=y1, x2=x2, y2=y2)
    else:
        (cx, cy), r = paint.center, paint.radius
        kind, place = "radialGradient", _attributes(decimals, cx=cx, cy=cy, r=r)
        if paint.focus:
            place += _attributes(decimals, fx=paint.focus[0], fy=paint.focus[1])
        if paint.transform:
            a, b, c, d, e, f = paint.transform
            # The circle's rim, `radius` from its centre, lands on the grid of the other coordinates.
            digits = decimals + max(0, math.ceil(math.log10(r)))
            linear = [number(v, digits) for v in (a, b, c, d)]
            place += f' gradientTransform="matrix({" ".join([*linear, number(e, decimals), number(f, decimals)])})"'
    return f'<{kind} id="{name}" gradientUnits="userSpaceOnUse"{place}>{stops}</{kind}>'


def _names() -> Iterator[str]:
    """a, b, … z, aa, ab, …"""
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_lowercase, repeat=length):
            yield "".join(letters)


def _paint_attributes(shape: Shape, gradients: dict[Paint, str], decimals: int) -> str:
    """The presentation attributes of a shape; black fill is the default and is not written."""
    paint = shape.paint
    color = paint.color.hex if isinstance(paint, Flat) else f"url(#{gradients[paint]})"
    opacity = number(paint.opacity, 3) if isinstance(paint, Flat) else "1"
    if shape.stroke_width is not None:
        width = number(shape.stroke_width, max(decimals, 2))
        text = f' fill="none" stroke="{color}"' + (f' stroke-width="{width}"' if width != "1" else "")
        text += ' stroke-linecap="round" stroke-linejoin="round"' if shape.round else ""
        return text + (f' stroke-opacity="{opacity}"' if opacity != "1" else "")
    text = f' fill="{color}"' if color != Color(0, 0, 0).hex else ""
    return text + (f' fill-opacity="{opacity}"' if opacity != "1" else "")


def write(drawing: Drawing, decimals: int = 2) -> Svg:
    """The drawing as an SVG document; coordinates keep at most `decimals` decimals."""
    names = _names()
    paints = dict.fromkeys(s.paint for s in drawing.shapes if not isinstance(s.paint, Flat))
    gradients: dict[Paint, str] = dict(zip(paints, names, strict=False))
    defs = "".join(_gradient(p, name, decimals) for p, name in gradients.items() if not isinstance(p, Flat))
    # An outline with several paints, one over the other, is written once.
    uses = Counter(s.outline for s in drawing.shapes if isinstance(s.outline, Path))
    shared = dict(zip((o for o, n in uses.items() if n > 1), names, strict=False))
    defs += "".join(f'<path id="{name}" d="{path_data(o, decimals)}"/>' for o, name in shared.items())

    def element(outline: Outline) -> tuple[str, str]:
        if isinstance(outline, Path) and outline in shared:
            return "use", f' xlink:href="#{shared[outline]}"'  # Inkscape 1.2 shows nothing for a plain href
        return _element(outline, decimals)

    body = []
    styled = ((_paint_attributes(s, gradients, decimals), element(s.outline)) for s in drawing.shapes)
    for style, run in itertools.groupby(styled, key=lambda pair: pair[0]):
        elements = [element for _, element in run]
        if len(elements) > 1 and style:
            body.append(f"<g{style}>" + "".join(f"<{name}{geometry}/>" for name, geometry in elements) + "</g>")
        else:
            body.extend(f"<{name}{style}{geometry}/>" for name, geometry in elements)
    w, h = drawing.width, drawing.height
    page = drawing.page_size or PageSize(str(w), str(h))
    inner = (f"<defs>{defs}</defs>" if defs else "") + "".join(body)
    return Svg(document(inner, page, (w, h)), w, h, page, inner, len(drawing.shapes), drawing.segment_count)


def document(body: str, page: PageSize, view: tuple[int, int], stretched: bool = False) -> str:
    """An SVG document: a body in coordinates of a viewBox of view = (width, height) px, on a page.

    stretched: whether it fills a page of another shape.
    """
    spaces = 'xmlns="http://www.w3.org/2000/svg"'
    spaces += ' xmlns:xlink="http://www.w3.org/1999/xlink"' if "xlink:" in body else ""
    fill = ' preserveAspectRatio="none"' if stretched else ""
    size = f'width="{page.width}" height="{page.height}" viewBox="0 0 {view[0]} {view[1]}"'
    return f"<svg {spaces} {size}{fill}>{body}</svg>\n"
