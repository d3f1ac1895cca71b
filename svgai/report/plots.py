"""Dot plots of a run: SSIM, time and bytes of each image of a tier, the targets marked. SVG written by hand."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from svgai.outcome import Converted
from svgai.report.names import anchor, number
from svgai.report.text import TIERS, counted, shown, size
from svgai.report.urgency import KINDS, kind

# A plot in px: a strip of dots above an axis with its ticks' words.
WIDTH, STRIP, AXIS = 360, 64, 26
SIDE = 20
DOT = 5


def _nines(value: float) -> float:
    """0.9, 0.99 and 0.999 at equal steps: most SSIMs lie there."""
    return -math.log10(max(1 - value, 1e-9))


@dataclass(frozen=True, slots=True)
class Axis:
    """A quantity on a line from the first tick to the last. ticks: values that are named, in their words.
    scaled: makes the quantity one whose equal steps are equally long."""

    name: str
    ticks: Mapping[float, str]
    scaled: Callable[[float], float] = math.log10

    def place(self, value: float) -> float:
        """Where a value lies, px; what lies outside is at the end."""
        first, *_, last = self.ticks
        low, high, at = map(self.scaled, (first, last, min(max(value, first), last)))
        return SIDE + (at - low) / (high - low) * (WIDTH - 2 * SIDE)


@dataclass(frozen=True, slots=True)
class Plotted:
    """An image's place in the plots: what of a record they need."""

    source: str
    tier: int
    kind: str
    ssim: float
    seconds: float
    bytes: int
    target_ssim: float
    target_seconds: float


def plotted(o: Converted) -> Plotted:
    """The plots' part of a record."""
    return Plotted(o.source, o.tier, kind(o), o.ssim, o.seconds["total"], o.bytes_out, o.target_ssim, o.target_seconds)


def plots(images: Sequence[Plotted]) -> str:
    """A section for each tier, as HTML."""
    return "".join(_tier(t, [i for i in images if i.tier == t]) for t in sorted({i.tier for i in images}))


def _tier(tier: int, images: Sequence[Plotted]) -> str:
    kinds = Counter(i.kind for i in images)
    words = ", ".join(f"{kinds[k]} {k}" for k in reversed(KINDS) if kinds[k])
    first = images[0]
    ssim = Axis("SSIM", {0: "0", 0.9: "0.9", 0.99: "0.99", 0.999: "0.999", 0.9999: "0.9999"}, _nines)
    time = Axis("seconds", {v: f"{v:g}" for v in _decades(i.seconds for i in images)})
    weight = Axis("bytes", {v: size(round(v)).replace(".0 ", " ") for v in _decades(i.bytes for i in images)})
    best, fast = f"≥ {first.target_ssim:g}", f"< {first.target_seconds:g} s"
    drawn = (
        _plot(ssim, [(i.ssim, i, f"SSIM {i.ssim:.4f}") for i in images], first.target_ssim, best),
        _plot(time, [(i.seconds, i, f"{i.seconds:.2f} s") for i in images], first.target_seconds, fast),
        _plot(weight, [(i.bytes, i, size(i.bytes)) for i in images], None, ""),
    )
    head = f"<h2>T{tier} {TIERS[tier]}</h2><p>{counted(len(images), 'image')}: {words}</p>"
    return f'<section class="tier"><div>{head}</div>{"".join(drawn)}</section>\n'


def _decades(values: Iterable[float]) -> tuple[float, ...]:
    """The powers of ten about some positive values."""
    found = [v for v in values if v > 0] or [1.0]
    low, high = math.floor(math.log10(min(found))), math.ceil(math.log10(max(found)))
    return tuple(10.0**k for k in range(low, max(high, low + 1) + 1))


def _plot(axis: Axis, dots: Sequence[tuple[float, Plotted, str]], target: float | None, words: str) -> str:
    label = f"{axis.name} of {len(dots)} images" + (f", target {words}" if words else "")
    body = [f'<line class="axis" x1="{SIDE}" x2="{WIDTH - SIDE}" y1="{STRIP}" y2="{STRIP}"/>']
    for tick, said in axis.ticks.items():
        body.append(f'<text x="{number(axis.place(tick))}" y="{STRIP + 17}">{said}</text>')
    if target is not None:
        at = number(axis.place(target))
        body.append(f'<line class="target" x1="{at}" x2="{at}" y1="0" y2="{STRIP + 5}"/>')
    stacks = Counter(_column(axis, value) for value, _, _ in dots)
    step = min(DOT + 1.0, (STRIP - DOT) / max(stacks.values()))
    height: Counter[int] = Counter()
    for value, image, said in sorted(dots, key=lambda dot: -KINDS.index(dot[1].kind)):
        column = _column(axis, value)
        x, y = SIDE + column * (DOT + 1), STRIP - 4 - height[column] * step
        height[column] += 1
        title = f"<title>{html.escape(shown(image.source))}: {html.escape(said)}</title>"
        circle = f'<circle class="{image.kind}" cx="{number(x)}" cy="{number(y)}" r="{DOT / 2:g}">{title}</circle>'
        body.append(f'<a href="{anchor(image.source)}" tabindex="-1">{circle}</a>')
    caption = html.escape(axis.name) + (f" <b>{html.escape(words)}</b>" if words else "")
    return (
        f'<figure><figcaption>{caption}</figcaption><svg viewBox="0 0 {WIDTH} {STRIP + AXIS}" role="group" '
        f'aria-label="{html.escape(label)}">{"".join(body)}</svg></figure>'
    )


def _column(axis: Axis, value: float) -> int:
    """Dots of one column stand on each other."""
    return round((axis.place(value) - SIDE) / (DOT + 1))
