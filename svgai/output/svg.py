"""Drawing → SVG text, minimal and the same for the same drawing."""

from __future__ import annotations

import hashlib
import html
import itertools
import math
import string
from collections import Counter
from collections.abc import Iterator, Mapping

from svgai.drawing import (
    Color,
    Drawing,
    Ellipse,
    Flat,
    Group,
    LinearGradient,
    PageSize,
    Paint,
    Path,
    RadialGradient,
    Rect,
    Shape,
    Stop,
    Theming,
)
from svgai.option_kinds import AUTO, CURRENT
from svgai.output.paths import number, path_texts
from svgai.output.plain import plain
from svgai.output.repeats import Placed, placed
from svgai.records import Value


class Svg(Value):
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


def _attributes(decimals: int, **values: float) -> str:
    return "".join(f' {name}="{number(value, decimals)}"' for name, value in values.items())


def _element(outline: Ellipse | Rect, decimals: int) -> tuple[str, str]:
    """Name and geometry attributes of a simple outline's element."""
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


_BLACK = Color(0, 0, 0).hex


def _names(prefix: str) -> Iterator[str]:
    """a, b, … z, aa, ab, …, each after the prefix."""
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_lowercase, repeat=length):
            yield prefix + "".join(letters)


def _paint_attributes(shape: Shape, gradients: dict[Paint, str], decimals: int, drawing: Drawing) -> str:
    """The presentation attributes of a shape; black fill is the default and only written where rules name colours."""
    paint = shape.paint
    color = paint.color.hex if isinstance(paint, Flat) else f"url(#{gradients[paint]})"
    inked = CURRENT if drawing.current and color == _BLACK else color
    opacity = number(paint.opacity, 3) if isinstance(paint, Flat) else "1"
    if shape.stroke_width is not None:
        width = number(shape.stroke_width, max(decimals, 2))
        text = f' fill="none" stroke="{inked}"' + (f' stroke-width="{width}"' if width != "1" else "")
        text += ' stroke-linecap="round" stroke-linejoin="round"' if shape.round else ""
        return text + (f' stroke-opacity="{opacity}"' if opacity != "1" else "")
    is_unsaid = color == _BLACK and (drawing.current or not drawing.theming)
    text = "" if is_unsaid else f' fill="{color}"'
    return text + (f' fill-opacity="{opacity}"' if opacity != "1" else "")


def write(drawing: Drawing, decimals: int = 2, repeats: bool = True) -> Svg:
    """The drawing as an SVG document; coordinates keep at most `decimals` decimals.

    repeats: whether what stands in several places is looked for and written once; nothing that shows depends on it.
    """
    drawing = plain(drawing)
    pieces = placed(drawing.shapes, decimals) if repeats else {shape: (Placed(shape),) for shape in drawing.shapes}
    body = _body(drawing, pieces, decimals, "" if drawing.id_prefix == AUTO else drawing.id_prefix)
    if drawing.id_prefix == AUTO and (drawing.groups or body.startswith("<defs>")):
        body = _body(drawing, pieces, decimals, _prefix_of(body))
    scope = _prefix_of(body).rstrip("-") if drawing.theming else None
    body = (_style(drawing.theming, scope, body) if scope else "") + body
    w, h = drawing.width, drawing.height
    page = drawing.page_size or PageSize(str(w), str(h))
    sized = page if drawing.sized else None
    attributes = (f' class="{scope}"' if scope else "") + (f' fill="{CURRENT}"' if drawing.current else "")
    text = document(body, sized, (w, h), title=drawing.title, attributes=attributes)
    return Svg(text, w, h, page, body, len(drawing.shapes), drawing.segment_count)


def _prefix_of(body: str) -> str:
    """A name's beginning that other contents do not have: a letter and 28 bits of the SHA-256."""
    return "k" + hashlib.sha256(body.encode()).hexdigest()[:7] + "-"


def _style(theming: tuple[Theming, ...], scope: str, body: str) -> str:
    """Rules beside the presentation attributes of a body, which hold where CSS is read in full.

    They stand within at-rules, which renderers without variables or media queries pass over: resvg and librsvg show
    the attributes.
    """
    variable = "".join(_rules(scope, t.color, f"var({t.variable},{t.color.hex})", body) for t in theming if t.variable)
    dark = "".join(
        _rules(scope, t.color, f"var({t.variable},{t.dark.hex})" if t.variable else t.dark.hex, body)
        for t in theming
        if t.dark
    )
    text = f"@supports(color:var(--a)){{{variable}}}" if variable else ""
    return f"<style>{text}{f'@media(prefers-color-scheme:dark){{{dark}}}' if dark else ''}</style>"


def _rules(scope: str, color: Color, value: str, body: str) -> str:
    """A rule for each property that a body gives this colour."""
    properties = ("fill", "stroke", "stop-color")
    return "".join(
        f'.{scope} [{name}="{color.hex}"]{{{name}:{value}}}' for name in properties if f' {name}="{color.hex}"' in body
    )


def _body(drawing: Drawing, pieces: Mapping[Shape, tuple[Placed, ...]], decimals: int, prefix: str) -> str:
    names = _names(prefix)
    paints = dict.fromkeys(s.paint for s in drawing.shapes if not isinstance(s.paint, Flat))
    gradients: dict[Paint, str] = dict(zip(paints, names, strict=False))
    defs = "".join(_gradient(p, name, decimals) for p, name in gradients.items() if not isinstance(p, Flat))
    # An outline with several paints, one over the other, or in several places is written once.
    written = (piece.shape.outline for shape in drawing.shapes for piece in pieces[shape])
    uses = Counter(outline for outline in written if isinstance(outline, Path))
    texts = dict(zip(uses, path_texts(list(uses), decimals), strict=True))
    shared = dict(zip((o for o, n in uses.items() if n > 1), names, strict=False))
    defs += "".join(f'<path id="{name}" d="{texts[o]}"/>' for o, name in shared.items())

    def element(piece: Placed) -> tuple[str, str]:
        outline = piece.shape.outline
        if not isinstance(outline, Path):
            return _element(outline, decimals)
        if outline in shared:
            place = "".join(f' {name}="{px}"' for name, px in (("x", piece.right), ("y", piece.down)) if px)
            return "use", f' xlink:href="#{shared[outline]}"{place}'  # Inkscape 1.2 shows nothing for a plain href
        return "path", f' d="{texts[outline]}"'

    def elements(shapes: tuple[Shape, ...]) -> Iterator[str]:
        every = (piece for shape in shapes for piece in pieces[shape])
        styled = ((_paint_attributes(p.shape, gradients, decimals, drawing), element(p)) for p in every)
        for style, run in itertools.groupby(styled, key=lambda pair: pair[0]):
            alike = [element for _, element in run]
            if len(alike) > 1 and style:
                yield f"<g{style}>" + "".join(f"<{name}{geometry}/>" for name, geometry in alike) + "</g>"
            else:
                yield from (f"<{name}{style}{geometry}/>" for name, geometry in alike)

    body = (_in_group(group, "".join(elements(shapes)), drawing.layers, prefix) for group, shapes in drawing.grouped)
    return (f"<defs>{defs}</defs>" if defs else "") + "".join(body)


def _in_group(group: Group | None, elements: str, is_layer: bool, prefix: str) -> str:
    """The elements of a group, with its name for programs and for people; as they are where they have none."""
    if group is None:
        return elements
    mode = ' inkscape:groupmode="layer"' if is_layer else ""
    return f'<g id="{prefix}{group.name}" inkscape:label="{group.name.replace("-", " ")}"{mode}>{elements}</g>'


def document(
    body: str,
    page: PageSize | None,
    view: tuple[int, int],
    stretched: bool = False,
    title: str | None = None,
    attributes: str = "",
) -> str:
    """An SVG document: a body in coordinates of a viewBox of view = (width, height) px, on a page.

    page: None takes the size of what is around it. stretched: whether it fills a page of another shape. title: what
    screen readers say in place of the picture. attributes: others of the svg element.
    """
    spaces = 'xmlns="http://www.w3.org/2000/svg"'
    spaces += ' xmlns:xlink="http://www.w3.org/1999/xlink"' if "xlink:" in body else ""
    spaces += ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"' if "inkscape:" in body else ""
    fill = ' preserveAspectRatio="none"' if stretched else ""
    size = f' width="{page.width}" height="{page.height}"' if page else ""
    role = ' role="img"' if title else ""
    named = f"<title>{html.escape(title, quote=False)}</title>" if title else ""
    return f'<svg {spaces}{size} viewBox="0 0 {view[0]} {view[1]}"{fill}{attributes}{role}>{named}{body}</svg>\n'
