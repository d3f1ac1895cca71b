"""What vtracer is asked to do: its own parameters by its own names, and what svgai adds to them."""

from __future__ import annotations

import math
from dataclasses import dataclass

MODES = ("spline", "polygon", "none")
HIERARCHIES = ("stacked", "cutout")


def _check_word(name: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        raise ValueError(f"{name} is one of {', '.join(words)}, not {value}")


def _check_integer(name: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is a whole number in {low}–{high}, not {value}")


def _check_number(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} lies in {low:g}–{high:g}, not {value}")


@dataclass(frozen=True, slots=True)
class VtracerPlan:
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
    max_pixels: a larger picture is traced from a reduced copy of that many pixels.
    """

    name = "vtracer"

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


# Clustering costs about pixels^1.5 (patches × areas): 5–9 ns × pixels^1.5 for photographs and noise, least for flat
# art; reading vtracer's text and placing its outlines adds 1 µs a pixel at the worst.
_CLUSTERING, _READING = 7e-9, 5e-7


def work(plan: VtracerPlan, area: int) -> float:
    """What a drawing of `area` pixels costs: CPU seconds of the machine that the constants were calibrated on."""
    pixels = float(min(area, plan.max_pixels))
    return _CLUSTERING * pixels * math.sqrt(pixels) + _READING * pixels


def _flat(filter_speckle: int, layer_difference: int) -> VtracerPlan:
    """Pixel edges through the middles of their stairs: nearer to the truth than vtracer's splines, in fewer bytes."""
    return VtracerPlan(
        mode="none",
        midpoints=True,
        tolerance=0.5,
        filter_speckle=filter_speckle,
        layer_difference=layer_difference,
        path_precision=1,
    )


# filter_speckle 1 also drops what is thinner than 2 px: nearly all the stairs' in-between colours, and thin lines
# with them. So a rival keeps all patches, less finely told apart.
_CANDIDATES = {
    1: (_flat(1, 32), _flat(0, 64), _flat(1, 16), VtracerPlan(mode="polygon")),
    2: (_flat(1, 16), _flat(0, 32), VtracerPlan(mode="polygon")),
    3: (VtracerPlan(mode="none", tolerance=1.25, filter_speckle=3, path_precision=0, max_pixels=360_000),),
}


def candidates(tier: int) -> tuple[VtracerPlan, ...]:
    """The plans that suit a tier, best guess first; for tier 3 where a search on layer_difference starts."""
    return _CANDIDATES[tier]
