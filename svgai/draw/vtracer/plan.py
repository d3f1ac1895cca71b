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
    color_precision: bits a channel that tell colours apart when pixels are gathered.
    layer_difference: least distance (sum over r, g, b) at which a patch gets a layer of its own.
    corner_threshold, splice_threshold: degrees. length_threshold: px. max_iterations: of the smoothing for cubics.
    path_precision: decimals in vtracer's text, and in the SVG's.
    tolerance: Douglas–Peucker, px, for mode `none`.
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
    tolerance: float = 0.0
    max_pixels: int = 1_500_000

    def __post_init__(self) -> None:
        _check_word("mode", self.mode, MODES)
        _check_word("hierarchical", self.hierarchical, HIERARCHIES)
        _check_integer("filter_speckle", self.filter_speckle, 0, 128)
        _check_integer("color_precision", self.color_precision, 1, 8)
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


def candidates(tier: int, area: int) -> tuple[VtracerPlan, ...]:  # noqa: ARG001
    """The plans that suit a tier and a picture of `area` pixels, best guess first; for tier 3 where to start."""
    if tier < 3:
        return VtracerPlan(), VtracerPlan(mode="polygon")
    return (VtracerPlan(mode="none", tolerance=1.0, path_precision=1),)


def work(plan: VtracerPlan, area: int) -> float:
    """What a drawing costs: CPU seconds on the machine that the constant was calibrated on."""
    pixels = min(area, plan.max_pixels)
    return 1e-8 * float(pixels) ** 1.5
