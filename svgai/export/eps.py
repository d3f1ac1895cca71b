"""The drawing as Encapsulated PostScript. Adobe, EPSF Specification 3.0, 1992; PostScript has no opacity.

What shines through is drawn as a picture of itself and of what lies beneath it, on white, within its own outline: the
way of Adobe's flattener and of Cairo.
"""

from __future__ import annotations

import base64
import itertools
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from svgai.arrays import Pixels
from svgai.drawing import Drawing, Shape, is_opaque
from svgai.export.postscript import PROLOGUE, clipped, number, painted
from svgai.lengths import points
from svgai.output.outlines import contours_of
from svgai.output.render import render
from svgai.output.svg import write
from svgai.pipeline import Conversion

# Pictures are twice as fine as the source.
FINENESS = 2
# Between so many groups of translucent shapes and more, what is opaque becomes part of the picture too (by eye).
_MOST_PICTURES = 32
_LINE = 100


def data(conversion: Conversion) -> bytes:
    """A page of the size that the SVG says, y upwards; black where the SVG takes the colour of the text around it."""
    drawing, page = conversion.drawing, conversion.svg.page
    width, height = points(page.width), points(page.height)
    head = [
        "%!PS-Adobe-3.0 EPSF-3.0", f"%%BoundingBox: 0 0 {math.ceil(width)} {math.ceil(height)}",
        f"%%HiResBoundingBox: 0 0 {number(width)} {number(height)}", "%%Creator: svgai", "%%LanguageLevel: 3",
        "%%Pages: 1", "%%EndComments", "save 20 dict begin", PROLOGUE + "%%Page: 1 1",
        f"{width / drawing.width:.9g} {-height / drawing.height:.9g} scale 0 {-drawing.height} translate",
        f"0 0 {drawing.width} {drawing.height} rectclip\n",
    ]  # fmt: skip
    body = "".join(_drawn(drawing, conversion.plan.decimals))
    return ("\n".join(head) + body + "end restore\nshowpage\n%%EOF\n").encode("ascii")


def _drawn(drawing: Drawing, decimals: int) -> Iterator[str]:
    done = 0
    for opaque, run in _runs(drawing.shapes):
        done += len(run)
        if opaque:
            yield from map(painted, run)
        else:
            yield _flattened(replace(drawing, shapes=drawing.shapes[:done]), run, decimals)


def _runs(shapes: Sequence[Shape]) -> list[tuple[bool, list[Shape]]]:
    """The shapes in order, opaque ones and others apart."""
    found = [(key, list(run)) for key, run in itertools.groupby(shapes, key=lambda shape: is_opaque(shape.paint))]
    if len(found) <= 2 * _MOST_PICTURES:
        return found
    clear = [k for k, shape in enumerate(shapes) if not is_opaque(shape.paint)]
    first, last = clear[0], clear[-1] + 1
    return [(True, [*shapes[:first]]), (False, [*shapes[first:last]]), (True, [*shapes[last:]])]


def _flattened(drawing: Drawing, run: Sequence[Shape], decimals: int) -> str:
    """The drawing, whose last shapes are the run, as a picture that shows within each of these."""
    left, top, right, bottom = _box(drawing, run)
    if left >= right or top >= bottom:
        return ""
    size = (drawing.width * FINENESS, drawing.height * FINENESS)
    rgba = render(write(drawing, decimals, repeats=False), *size).pixels[top * FINENESS : bottom * FINENESS]
    image = _image(_on_white(rgba[:, left * FINENESS : right * FINENESS]))
    shown = "".join(f"gsave\n{clipped(shape)}picture\ngrestore\n" for shape in run)
    place = f"{left} {top} translate {right - left} {bottom - top} scale"
    return f"{image}/picture {{{place} pixels 0 setfileposition shade image}} bind def\n{shown}"


def _box(drawing: Drawing, run: Sequence[Shape]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in whole pixels of the page: what holds all of these shapes."""
    boxes = []
    for shape in run:
        pen = 2 * (shape.stroke_width or 0)  # a mitre of 4 widths reaches 2 from the line
        for contour in contours_of(shape.outline):
            corners = np.vstack([contour.start[None], contour.segments.reshape(-1, 2)])
            boxes.append([*(corners.min(axis=0) - pen), *(corners.max(axis=0) + pen)])
    least, most = np.min(boxes, axis=0), np.max(boxes, axis=0)
    return (
        max(0, math.floor(least[0])), max(0, math.floor(least[1])),
        min(drawing.width, math.ceil(most[2])), min(drawing.height, math.ceil(most[3])),
    )  # fmt: skip


def _on_white(rgba: Pixels) -> Pixels:
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return np.asarray(np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha)), np.uint8)


def _image(rgb: Pixels) -> str:
    """RGB pixels, (h, w, 3), as a stream `pixels` that can be read again, and a dictionary `shade` that reads it."""
    height, width = rgb.shape[:2]
    text = base64.a85encode(zlib.compress(rgb.tobytes(), 9)).decode() + "~>"
    # A line of data that began with % could be taken for a comment: each begins with a space.
    lines = "".join(f" {text[k : k + _LINE]}\n" for k in range(0, len(text), _LINE))
    return (
        "/pixels currentfile /ASCII85Decode filter /FlateDecode filter /ReusableStreamDecode filter\n"
        f"{lines}def\n"
        f"/shade << /ImageType 1 /Width {width} /Height {height} /BitsPerComponent 8 /Decode [0 1 0 1 0 1]\n"
        f"/ImageMatrix [{width} 0 0 {height} 0 0] /Interpolate true /DataSource pixels >> def\n"
        "/DeviceRGB setcolorspace\n"
    )
