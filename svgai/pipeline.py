"""The recipe: bytes of an image in, one measured SVG out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from svgai.draw.budget import Budget, spending
from svgai.draw.engines import Plan, draw
from svgai.draw.marks.layer import Layer, taken_apart
from svgai.drawing import Color, Declined, Drawing
from svgai.measure.flaws import Flaws, flaws
from svgai.measure.judge import Targets, Verdict, judge
from svgai.measure.score import Reference, Score
from svgai.options import KEEP, REMOVE
from svgai.output.finish import finish
from svgai.output.render import render
from svgai.output.svg import Svg, write
from svgai.picture import background
from svgai.picture.classify import Classification, Tier, decide, measure
from svgai.picture.load import load
from svgai.picture.raster import Raster
from svgai.picture.restore import calmed, restored
from svgai.picture.scale import reduced
from svgai.search import strategy
from svgai.search.search import Candidate, Found, search
from svgai.settings import Settings

# Told the name of a stage when it begins: those of Conversion.seconds.
Began: TypeAlias = Callable[[str], None]

# Above this many pixels the search scores reduced copies; the final score is always at full size.
SEARCH_FULL = 4_000_000
SEARCH_REDUCED = 1_000_000
# A picture is decoded, classified and made ready to be scored against in 0.3 µs a pixel; a drawing is rendered and
# scored in 0.2 µs a pixel (benchmarks/work.py).
PREPARING, MEASURING = 3e-7, 2e-7


@dataclass(frozen=True, slots=True, repr=False)
class Conversion:
    """One image converted: the SVG, what was decided on the way, and how good it is.

    raster: what was drawn, as it was scored against. drawing: what the SVG was written from. drawn: how many drawings
    were tried; declined: (plan's name, reason) of the others. work: that was done, in CPU seconds of the machine that
    prices were measured on. work_limited: something was drawn coarser, or left out, for want of work; more time
    allowed draws it finer. time_limited: --max-time ran out on the clock before its work was done, so a faster machine
    may draw it finer. seconds: wall time by stage, and "total".
    """

    raster: Raster
    bytes_in: int
    classification: Classification
    plan: Plan
    drawing: Drawing
    svg: Svg
    score: Score
    flaws: Flaws
    targets: Targets
    verdict: Verdict
    drawn: int
    declined: tuple[tuple[str, str], ...]
    work: float
    work_limited: bool
    time_limited: bool
    seconds: dict[str, float]

    def __repr__(self) -> str:
        """One line: an SVG may have a megabyte."""
        size = f"{self.width} × {self.height} px, T{self.classification.tier:d} {self.plan.name}"
        drawn = f"{self.svg.shapes} shapes, {self.svg.bytes} bytes, SSIM {self.score.ssim:.4f}, {self.verdict.word}"
        return f"<{type(self).__name__} {size}: {drawn}>"

    def _repr_svg_(self) -> str:
        """What a notebook shows."""
        return self.svg.text

    @property
    def width(self) -> int:
        return self.raster.width

    @property
    def height(self) -> int:
        return self.raster.height


class _Clock:
    """Wall seconds by stage. began: told of each stage."""

    def __init__(self, began: Began) -> None:
        self._began = began
        self._start = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def elapsed(self) -> float:
        return time.perf_counter() - self._start

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._began(name)
        start = self.elapsed()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + self.elapsed() - start

    def total(self) -> dict[str, float]:
        return {**self.seconds, "total": self.elapsed()}


def source(image: bytes | Raster, settings: Settings) -> Raster:
    """The picture to be drawn: decoded, its background treated as the settings say. Raises SvgaiError."""
    raster = load(image) if isinstance(image, bytes) else image
    if settings.background == KEEP:
        return raster
    if settings.background == REMOVE:
        return background.remove(raster)
    return background.compose(raster, Color(*bytes.fromhex(settings.background[1:])))


_RESTORED = "drawn without the file's grain, dithering or colour fringes, which the score counts"


def classified(raster: Raster, settings: Settings) -> tuple[Raster, Classification]:
    """The picture as it is to be drawn, and its classification, the tier replaced where the settings force one.

    Without its grain where it is then no photograph: a photograph's belongs to it, and so does all that an SSIM asked
    for by the user may be about.
    """
    calm = raster if settings.target_ssim is not None else restored(raster)
    found = decide(measure(calm))
    if calm is not raster:
        if found.tier is Tier.COMPLEX:
            calm, found = raster, decide(measure(raster))
        else:
            found = replace(found, reasons=(*found.reasons, _RESTORED))
    return calm, found if settings.tier is None else replace(found, tier=Tier(settings.tier), forced=True)


def _unheard(_: str) -> None:
    """Nobody follows the stages."""


def convert(image: bytes | Raster, settings: Settings, began: Began = _unheard) -> Conversion:
    """Convert the bytes of an image file, or a raster. Raises SvgaiError, with the cause and a remedy."""
    clock = _Clock(began)
    with clock.stage("load"):
        raster = source(image, settings)
    with clock.stage("classify"):
        calm, classification = classified(raster, settings)
    budget = strategy.budget(classification.tier, settings, clock.elapsed)
    budget.spend(PREPARING * raster.area)
    with spending(budget):
        found = _search(raster, calm, classification.tier, settings, clock, budget)
    best = found.best
    score, worst = best.score, best.flaws
    if raster.area > SEARCH_FULL:
        with clock.stage("score"):
            rendered = render(best.svg, raster.width, raster.height)
            score, worst = Reference(raster).score(rendered), flaws(raster, rendered, best.drawing)
    targets = strategy.targets(classification.tier, settings)
    excess = best.svg.bytes - settings.max_bytes if settings.max_bytes is not None else 0
    seconds = clock.total()
    return Conversion(
        raster=raster,
        bytes_in=len(image) if isinstance(image, bytes) else image.pixels.nbytes,
        classification=classification,
        plan=best.plan,
        drawing=best.drawing,
        svg=best.svg,
        score=score,
        flaws=worst,
        targets=targets,
        verdict=judge(score, worst, classification.tier, targets, seconds["total"], excess),
        drawn=found.drawn,
        declined=tuple((p.name, reason) for p, reason in found.declined),
        work=budget.spent,
        work_limited=budget.work_limited,
        time_limited=budget.time_limited,
        seconds=seconds,
    )


def _search(raster: Raster, calm: Raster, tier: int, settings: Settings, clock: _Clock, budget: Budget) -> Found:
    small = reduced(raster, SEARCH_REDUCED) if raster.area > SEARCH_FULL else raster
    with clock.stage("score"):
        reference = Reference(small)

    @cache
    def apart() -> Layer:
        return taken_apart(calm)

    def evaluate(candidate: Plan, order: int) -> Candidate | Declined:
        with clock.stage("draw"):
            drawn = draw(calm, candidate, apart)
        budget.spend(MEASURING * small.area)
        if isinstance(drawn, Declined):
            return drawn
        drawing = finish(drawn, settings)
        with clock.stage("write"):
            svg = write(drawing, candidate.decimals)
        with clock.stage("render"):
            rendered = render(svg, small.width, small.height)
        with clock.stage("score"):
            score, worst = reference.score(rendered), flaws(small, rendered, drawing)
        return Candidate(candidate, drawing, svg, score, worst, order)

    @cache
    def ceiling() -> float:
        return reference.score(calmed(small, small.noise)).ssim

    return search(
        strategy.proposals(tier, settings, raster.area, doubtful=calm is not raster),
        evaluate,
        lambda p: strategy.work(p, raster.area, tier),
        strategy.goal(tier, settings, raster.area, ceiling if raster.noise else None),
        budget,
    )
