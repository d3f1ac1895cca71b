"""Flat and shaded areas in one picture: python -m benchmarks.mixed [--kind KIND] [--every N] [--rivals] [--save DIR]

70 pictures, each composed here as an SVG, drawn at 64–512 px as PNG or as JPEG of quality 85, with the SVG as the
truth. Each goes through svgai's pipeline (and, with --rivals, through vtracer's defaults); printed are the plan, SSIM
at 1× and, against the truth, at 4×, ΔE00, bytes, segments and CPU seconds, then the mean and the least at 4× by kind.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image

from svgai.draw.vtracer.drawing import draw as draw_vtracer
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.measure.score import Reference
from svgai.output import svg
from svgai.output.render import render, render_stretched
from svgai.output.svg import Svg
from svgai.picture.load import load
from svgai.picture.raster import Raster
from svgai.pipeline import convert
from svgai.settings import Settings

ZOOM = 4
SIZES = (64, 96, 128, 256, 512)
CODINGS = ("png", "jpeg")
# Letters 10 units high, as lines to be stroked: no font of the machine decides what the truth is.
LETTERS = {
    "A": "M0 10 4 0 8 10M1.5 6.5H6.5",
    "E": "M7 0H1V10H7M1 5H6",
    "K": "M1 0V10M8 0 1 5.5 8 10",
    "M": "M0 10V0L4 6 8 0V10",
    "O": "M4 0C9 0 9 10 4 10S-1 0 4 0Z",
    "R": "M1 10V0H4C8 0 8 5 4 5H1M4 5 8 10",
    "S": "M7 1C5-1 1 0 1 2.500 1 5 7 4.500 7 7.500 7 10 2 11 1 9",
    "T": "M0 0H8M4 0V10",
}
STAR = "M50 8 62 38 94 40 69 60 78 92 50 74 22 92 31 60 6 40 38 38Z"


@dataclass(frozen=True, slots=True)
class Look:
    """What differs between pictures of one kind: three colours, and the picture's side in px."""

    ink: str
    paper: str
    bright: str
    size: int


LOOKS = (
    ("#123a6b", "#f4f1e8", "#3fa7ff"),
    ("#ffffff", "#2b2d42", "#ef476f"),
    ("#7a1f3d", "#ffffff", "#ffb703"),
    ("#0b6e4f", "#e8f5e9", "#8ce99a"),
    ("#222222", "#fde2e4", "#9b5de5"),
)


def _letters(text: str, x: float, y: float, height: float, paint: str, width: float = 1.6) -> str:
    """Stroked letters from x on, y the top, all in units of the picture's hundredth."""
    scale = height / 10
    glyphs = "".join(f'<path d="{LETTERS[letter]}" transform="translate({11 * k})"/>' for k, letter in enumerate(text))
    style = f'fill="none" stroke="{paint}" stroke-width="{width}"'
    return f'<g transform="translate({x} {y}) scale({scale})" {style}>{glyphs}</g>'


def _ramp(name: str, first: str, last: str, kind: str = "linear") -> str:
    """A gradient's definition: down the picture, or from its upper middle outwards."""
    place = 'x1="0" y1="0" x2=".4" y2="1"' if kind == "linear" else 'cx=".5" cy=".35" r=".8"'
    stops = f'<stop stop-color="{first}"/><stop offset="1" stop-color="{last}"/>'
    return f'<defs><{kind}Gradient id="{name}" {place}>{stops}</{kind}Gradient></defs>'


def _blur(name: str, deviation: float) -> str:
    around = 'x="-50%" y="-50%" width="200%" height="200%"'
    return f'<defs><filter id="{name}" {around}><feGaussianBlur stdDeviation="{deviation}"/></filter></defs>'


def logo_on_gradient(look: Look) -> str:
    """A flat star and letters on a picture-wide gradient."""
    ground = _ramp("g", look.bright, look.paper) + '<rect width="100" height="100" fill="url(#g)"/>'
    star = f'<path d="{STAR}" fill="{look.ink}"/><circle cx="50" cy="55" r="16" fill="{look.bright}"/>'
    return ground + star + _letters("ER", 41, 50, 10, look.ink)


def glossy_with_text(look: Look) -> str:
    """A glossy button with a highlight and flat letters, on flat paper."""
    ground = f'<rect width="100" height="100" fill="{look.paper}"/>' + _ramp("g", look.bright, look.ink, "radial")
    body = '<rect x="8" y="20" width="84" height="60" rx="18" fill="url(#g)"/>'
    light = '<ellipse cx="50" cy="36" rx="34" ry="12" fill="#fff" fill-opacity=".35"/>'
    return ground + body + light + _letters("MASK", 22, 50, 14, "#ffffff", 2)


def soft_shadow(look: Look) -> str:
    """A flat tree over its blurred shadow on flat paper."""
    tree = "M50 6 74 40H62L82 68H57V90H43V68H18L38 40H26Z"
    ground = f'<rect width="100" height="100" fill="{look.paper}"/>' + _blur("b", 4)
    shadow = f'<path d="{tree}" transform="translate(5 6)" fill="#000" fill-opacity=".5" filter="url(#b)"/>'
    return ground + shadow + f'<path d="{tree}" fill="{look.bright}"/><path d="M50 6 74 40H50Z" fill="{look.ink}"/>'


def glow(look: Look) -> str:
    """A ring and letters that glow on a dark ground."""
    ring = f'<circle cx="50" cy="42" r="26" fill="none" stroke="{look.bright}" stroke-width="8"/>'
    ground = '<rect width="100" height="100" fill="#14162b"/>' + _blur("b", 5)
    return ground + f'<g filter="url(#b)">{ring}</g>{ring}' + _letters("TOAST", 23, 80, 10, "#ffffff", 1.8)


def gradient_letters(look: Look) -> str:
    """Heavy letters filled by one gradient, over a flat bar."""
    ground = f'<rect width="100" height="100" fill="{look.paper}"/>'
    stops = f'<stop stop-color="{look.bright}"/><stop offset="1" stop-color="{look.ink}"/>'
    place = 'gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="11" y2="11"'
    gradient = f'<defs><linearGradient id="g" {place}>{stops}</linearGradient></defs>'
    letters = _letters("SKA", 12, 20, 27, "url(#g)", 2.6) + _letters("MORE", 15, 68, 16, "url(#g)", 2)
    return ground + gradient + f'<rect x="10" y="55" width="80" height="6" fill="{look.ink}"/>' + letters


def panel(look: Look) -> str:
    """A window: a shaded title bar, a flat body, and lines of text 12 px high where the picture has the room."""
    height = min(12 / look.size * 100, 9)
    rows = np.arange(34, 92 - height, 2.2 * height)
    text = "".join(
        _letters(("MASTERTASKEOR" * 3)[k : k + int(80 / (1.1 * height))], 10, y, height, look.ink)
        for k, y in enumerate(rows.tolist())
    )
    bar = _ramp("g", look.bright, look.ink) + '<rect x="4" y="6" width="92" height="18" fill="url(#g)"/>'
    body = '<rect width="100" height="100" fill="#dfe3e8"/><rect x="4" y="6" width="92" height="88" fill="#fff"/>'
    dots = "".join(f'<circle cx="{x}" cy="15" r="4" fill="{c}"/>' for x, c in ((12, "#ff5f57"), (24, "#febc2e")))
    return body + bar + dots + text


def hard_figure(look: Look) -> str:
    """A white figure drawn without anti-aliasing on a shaded round button that has it."""
    ground = f'<rect width="100" height="100" fill="{look.paper}"/>' + _ramp("g", look.bright, look.ink, "radial")
    button = '<circle cx="50" cy="50" r="45" fill="url(#g)"/>'
    figure = "M34 28 62 22 70 30 52 40 74 62 66 72 50 56 36 78 27 72 40 46 30 44Z"
    parts = f'<path d="{figure}"/><circle cx="44" cy="20" r="9"/>'
    return f'{ground}{button}<g fill="#fff" shape-rendering="crispEdges">{parts}</g>'


KINDS: tuple[Callable[[Look], str], ...] = (
    logo_on_gradient, glossy_with_text, soft_shadow, glow, gradient_letters, panel, hard_figure
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A picture and the SVG that it was drawn from."""

    kind: str
    name: str
    source: Raster
    truth: str


def coded(raster: Raster, coding: str) -> Raster:
    """The picture after a file of this coding."""
    stream = io.BytesIO()
    Image.fromarray(raster.pixels[..., :3]).save(stream, coding, **({"quality": 85} if coding == "jpeg" else {}))
    return load(stream.getvalue())


def cases() -> Iterator[Case]:
    """All pictures, kind by kind."""
    for kind, (size, colors), coding in product(KINDS, zip(SIZES, LOOKS, strict=True), CODINGS):
        body = kind(Look(*colors, size))
        text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">{body}</svg>'
        source = coded(render_stretched(text, size, size), coding)
        yield Case(kind.__name__, f"{kind.__name__} {size} {coding}", source, text)


def by_svgai(raster: Raster) -> tuple[str, Svg]:
    """The whole pipeline at its defaults, the clock deciding nothing: the plan's name and the SVG."""
    result = convert(raster, Settings(max_time=60))
    return result.plan.name, result.svg


def by_vtracer(raster: Raster) -> tuple[str, Svg]:
    """vtracer's defaults, written by svgai."""
    return "vtracer", svg.write(draw_vtracer(raster, VtracerPlan()))


def at_zoom(case: Case, drawn: Svg) -> float:
    """SSIM at ZOOM against the truth."""
    width, height = ZOOM * case.source.width, ZOOM * case.source.height
    return Reference(render_stretched(case.truth, width, height)).score(render(drawn, width, height)).ssim


def measured(case: Case, way: Callable[[Raster], tuple[str, Svg]]) -> float:
    """SSIM at ZOOM of a way to draw; prints the row."""
    start = time.process_time()
    plan, drawn = way(case.source)
    seconds = time.process_time() - start
    score = Reference(case.source).score(render(drawn, case.source.width, case.source.height))
    ssim = at_zoom(case, drawn)
    print(f"{case.name:28} {plan:8} 1x {score.ssim:.4f} {ZOOM}x {ssim:.4f} dE {score.delta_e:.2f} "
          f"{drawn.bytes:6} B {drawn.segments:5} seg {seconds:.2f} s", flush=True)  # fmt: skip
    return ssim


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=[kind.__name__ for kind in KINDS])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--rivals", action="store_true")
    parser.add_argument("--save", type=Path)
    arguments = parser.parse_args()
    ways = [by_svgai, by_vtracer] if arguments.rivals else [by_svgai]
    rows: dict[tuple[str, str], list[float]] = {}
    for case in [c for c in cases() if arguments.kind in (None, c.kind)][:: arguments.every]:
        if arguments.save:
            arguments.save.mkdir(parents=True, exist_ok=True)
            Image.fromarray(case.source.pixels).save(arguments.save / f"{case.name.replace(' ', '-')}.png")
            (arguments.save / f"{case.name.replace(' ', '-')}.truth.svg").write_text(case.truth)
        for way in ways:
            ssim = measured(case, way)
            for kind in (case.kind, "all"):
                rows.setdefault((way.__name__, kind), []).append(ssim)
    for (way_name, kind), found in rows.items():
        print(
            f"{way_name:10} {kind:18} {len(found):3} pictures, {ZOOM}x mean {np.mean(found):.4f} min {min(found):.4f}"
        )


if __name__ == "__main__":
    main()
