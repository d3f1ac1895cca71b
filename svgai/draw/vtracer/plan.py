"""What vtracer is asked to do: its own parameters by its own names, and what svgai adds to them."""

from __future__ import annotations

import math
from typing import ClassVar

from svgai.records import Value

MODES = ("spline", "polygon", "none")
HIERARCHIES = ("stacked", "cutout")

# What each parameter may be, where it is a word, and what it does.
PARAMETERS: dict[str, tuple[tuple[str, ...], str]] = {
    "mode": (MODES, "cubics, polygons or pixel edges"),
    "hierarchical": (HIERARCHIES, "shapes on top of each other, or cut out"),
    "filter_speckle": ((), "drop patches under N × N px"),
    "color_precision": ((), "bits a channel that tell colours apart, 1-8"),
    "layer_difference": ((), "least colour distance of a layer, 0-765"),
    "corner_threshold": ((), "degrees that make a corner"),
    "length_threshold": ((), "px, longest segment before it is subdivided"),
    "splice_threshold": ((), "degrees at which splines are cut"),
    "max_iterations": ((), "of the smoothing"),
    "path_precision": ((), "decimals"),
    "midpoints": ((), "pixel edges through the middles of their stairs"),
    "shown_colors": ((), "colours of the pixels that shapes show, not of their clusters"),
    "tolerance": ((), "px, Douglas-Peucker on pixel edges"),
    "max_pixels": ((), "larger pictures are traced reduced"),
}


def _check_word(name: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        raise ValueError(f"{name} is one of {', '.join(words)}, not {value}")


def _check_integer(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is a whole number in {low}–{high}, not {value}")


def _check_number(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} lies in {low:g}–{high:g}, not {value}")


class VtracerPlan(Value):
    """Parameters of one drawing by vtracer; an unknown word or a number out of range raises ValueError.

    vtracer itself checks little: an unknown word silently means the default, color_precision 0 and max_iterations 0
    panic, color_precision 9 wraps.

    mode: outlines as cubics, as polygons of vtracer's own, or as pixel edges (which `tolerance` then simplifies).
    filter_speckle: patches of fewer than its square in pixels, and threads thinner than
        2 px, are dropped; 0 keeps all.
    color_precision: bits a channel that tell colours apart when pixels are gathered; with 1 all are the same.
    layer_difference: least distance (sum over r, g, b) at which a patch gets a layer of its own.
    corner_threshold, splice_threshold: degrees. length_threshold: px. max_iterations: of the smoothing for cubics.
    path_precision: decimals in vtracer's text, and in the SVG's.
    midpoints, tolerance: for mode `none` alone: whether pixel edges are drawn through the middles of their stairs,
        and Douglas–Peucker, in pixels of what is traced.
    shown_colors: whether a shape has the median colour of the pixels that it shows, in place of its cluster's mean.
    max_pixels: a larger picture is traced from a reduced copy of that many pixels.
    """

    name: ClassVar[str] = "vtracer"

    mode: str = "spline"
    hierarchical: str = "stacked"
    filter_speckle: int = 0
    color_precision: int = 8
    layer_difference: int = 16
    corner_threshold: int = 60
    length_threshold: float = 4.0
    splice_threshold: int = 45
    max_iterations: int = 10
    path_precision: int = 2
    midpoints: bool = False
    shown_colors: bool = False
    tolerance: float = 0.0
    max_pixels: int = 1_500_000

    def __post_init__(self) -> None:
        _check_word("mode", self.mode, MODES)
        _check_word("hierarchical", self.hierarchical, HIERARCHIES)
        _check_integer("filter_speckle", self.filter_speckle, 0, 128)
        _check_integer("color_precision", self.color_precision, 2, 8)
        _check_integer("layer_difference", self.layer_difference, 0, 765)
        _check_integer("corner_threshold", self.corner_threshold, 0, 180)
        _check_number("length_threshold", self.length_threshold, 0.5, 100)
        _check_integer("splice_threshold", self.splice_threshold, 0, 180)
        _check_integer("max_iterations", self.max_iterations, 1, 100)
        _check_integer("path_precision", self.path_precision, 0, 8)
        _check_number("tolerance", self.tolerance, 0, 100)
        _check_integer("max_pixels", self.max_pixels, 1, 16_000_000)

    @property
    def decimals(self) -> int:
        """Decimals worth writing."""
        return self.path_precision


# vtracer's own defaults: the yardstick that benchmarks run beside.
PLAIN = VtracerPlan(filter_speckle=4, color_precision=6, path_precision=8)


# On photographs and noise clustering takes 5–9 ns × pixels^1.5, patches × areas (measured).
_CLUSTERING = 7e-9
# On flat and shaded art all together takes 1 µs a pixel (measured).
_ART = 1e-6
# On photographs placing and writing the outlines takes 2 µs a pixel, and 10 µs without a filter of speckles: it counts
# by patch, and without a filter most pixels are one (measured).
_OUTLINES, _ALL_OUTLINES = 2e-6, 1e-5


def work(plan: VtracerPlan, area: int, tier: int) -> float:
    """What a drawing of `area` pixels costs: CPU seconds of the machine that the constants were calibrated on."""
    pixels = float(min(area, plan.max_pixels))
    if tier < 3:
        return _ART * pixels
    return _CLUSTERING * pixels * math.sqrt(pixels) + (_OUTLINES if plan.filter_speckle else _ALL_OUTLINES) * pixels


# Tracing takes 5 µs a step, a neighbour that differs, and 1 µs a pixel (benchmarks/work.py).
STEP, _PIXEL = 5e-6, 1e-6


def tracing(pixels: int, steps: int) -> float:
    """What a drawing of so many pixels costs of which so many neighbours differ: CPU seconds, as `work`."""
    return _PIXEL * pixels + STEP * steps


def _flat(filter_speckle: int, layer_difference: int) -> VtracerPlan:
    """Pixel edges through the middles of their stairs: nearer to the truth than vtracer's splines, in fewer bytes."""
    return VtracerPlan(
        mode="none",
        midpoints=True,
        shown_colors=True,
        tolerance=0.5,
        filter_speckle=filter_speckle,
        layer_difference=layer_difference,
        path_precision=1,
    )


def _photograph(filter_speckle: int, layer_difference: int) -> VtracerPlan:
    """Pixel edges on whole pixels: at equal SSIM smaller than vtracer's polygons, which are smaller than its splines.

    Traced at 360,000 px: a smaller size costs fewer bytes at equal SSIM, but may miss the target. At this one three
    traces fit a photograph's time, and 1 MP of wood grain still passes.
    With shown colours SSIM falls by 0.002 to 0.016 on three photographs of five: grain has no middle.
    """
    return VtracerPlan(
        mode="none",
        tolerance=1.25,
        filter_speckle=filter_speckle,
        layer_difference=layer_difference,
        path_precision=0,
        max_pixels=360_000,
    )


# By tier, best guess first, each by its filter_speckle and layer_difference. filter_speckle 1 also drops what is
# thinner than 2 px: nearly all the stairs' in-between colours, and thin lines with them. So another plan keeps all
# patches, told apart less finely. Photographs of fine grain need every patch too.
_CANDIDATES = {
    1: (_flat(1, 16), _flat(1, 32), _flat(0, 64), VtracerPlan(mode="polygon", shown_colors=True)),
    2: (_flat(1, 16), _flat(0, 32), VtracerPlan(mode="polygon", shown_colors=True)),
    3: (_photograph(3, 16), _photograph(0, 48)),
}


def plans(tier: int, area: int) -> tuple[VtracerPlan, ...]:  # noqa: ARG001 - every engine is asked the same
    """The plans that suit a tier, best guess first; for tier 3 where searches on layer_difference start."""
    return _CANDIDATES[tier]
