"""The recipe: bytes of an image in, one measured SVG out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import NamedTuple, TypeAlias

from svgai.arrays import Pixels
from svgai.draw.budget import Budget, spending
from svgai.draw.engines import Apart, Plan, draw, taken_apart
from svgai.draw.inks.inked import snapped
from svgai.drawing import Declined, Drawing
from svgai.measure.flaws import Flaws, flaws
from svgai.measure.judge import Targets, Verdict, judge
from svgai.measure.score import Reference, Score
from svgai.options import FILES
from svgai.output.finish import finish
from svgai.output.render import render
from svgai.output.structure import in_structure
from svgai.output.svg import Svg, write
from svgai.picture.classify import Classification
from svgai.picture.degradation import Degradation
from svgai.picture.raster import Raster
from svgai.picture.restore import calmed
from svgai.picture.scale import reduced
from svgai.prepared import classified, reclassified, recolored, source
from svgai.records import Value
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


class Conversion(Value):
    """One image converted: the SVG, what was decided on the way, and how good it is.

    raster: the picture as it came. degradation: what was found to be done to it; cleaned: whether some of that was
    taken away before it was drawn. score, flaws: against the picture as it was drawn, which decides; file_score:
    against the raster. drawing: what the SVG was written from. layer_files: whether its layers are wanted as files of
    their own. drawn: how many drawings were tried; declined: (plan's
    name, reason) of the others. work: that was done, in CPU seconds of the machine that prices were measured on.
    work_limited: something was drawn coarser, or left out, for want of work; more time allowed draws it finer.
    time_limited: --max-time ran out on the clock before its work was done, so a faster machine may draw it finer.
    seconds: wall time by stage, and "total".
    """

    raster: Raster
    bytes_in: int
    classification: Classification
    plan: Plan
    drawing: Drawing
    layer_files: bool
    svg: Svg
    score: Score
    file_score: Score
    degradation: Degradation
    cleaned: bool
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


def _unheard(_: str) -> None:
    """Nobody follows the stages."""


def convert(image: bytes | Raster, settings: Settings, began: Began = _unheard) -> Conversion:
    """Convert the bytes of an image file, or a raster. Raises SvgaiError, with the cause and a remedy."""
    clock = _Clock(began)
    with clock.stage("load"):
        raster = source(image, settings)
    with clock.stage("classify"):
        clean, degradation, classification = classified(raster, settings)
        ink = recolored(clean, settings)
        if ink is not None:
            clean, classification = ink.raster, reclassified(ink.raster, classification, settings)
    colors = None if ink is None else ink.colors
    budget = strategy.budget(classification.tier, settings, clock.elapsed)
    budget.spend(PREPARING * raster.area)
    with spending(budget):
        wanted = _Wanted(clean, clean is not raster, classification.tier, colors)
        found = _search(wanted, settings, clock, budget)
    best = found.best
    score, file_score, worst = best.score, best.score, best.flaws
    if clean is not raster or raster.area > SEARCH_FULL:
        with clock.stage("score"):
            rendered = render(best.svg, raster.width, raster.height)
            file_score = Reference(raster).score(rendered)
            if raster.area > SEARCH_FULL:
                score = Reference(clean).score(rendered) if clean is not raster else file_score
                worst = flaws(clean, rendered, best.drawing)
    targets = strategy.targets(classification.tier, settings)
    excess = best.svg.bytes - settings.max_bytes if settings.max_bytes is not None else 0
    seconds = clock.total()
    return Conversion(
        raster=raster,
        bytes_in=len(image) if isinstance(image, bytes) else image.pixels.nbytes,
        classification=classification,
        plan=best.plan,
        drawing=best.drawing,
        layer_files=settings.layers == FILES,
        svg=best.svg,
        score=score,
        file_score=file_score,
        degradation=degradation,
        cleaned=clean is not raster,
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


class _Wanted(NamedTuple):
    """What is to be drawn. cleaned: whether the raster is the picture without what was done to it. colors: (n, 4), all
    that the drawing may have; None is any."""

    raster: Raster
    cleaned: bool
    tier: int
    colors: Pixels | None


def _search(wanted: _Wanted, settings: Settings, clock: _Clock, budget: Budget) -> Found:
    """The best drawing that the budget allows."""
    raster, cleaned, tier, colors = wanted
    small = reduced(raster, SEARCH_REDUCED) if raster.area > SEARCH_FULL else raster
    with clock.stage("score"):
        reference = Reference(small)

    @cache
    def apart(module: str) -> Apart:
        return taken_apart(module, raster)

    def evaluate(candidate: Plan, order: int) -> Candidate | Declined:
        with clock.stage("draw"):
            drawn = draw(raster, candidate, apart)
        budget.spend(MEASURING * small.area)
        if isinstance(drawn, Declined):
            return drawn
        return measured(finish(drawn if colors is None else snapped(drawn, colors), settings), candidate, order)

    def measured(drawing: Drawing, candidate: Plan, order: int) -> Candidate:
        with clock.stage("write"):
            svg = write(drawing, candidate.decimals)
        with clock.stage("render"):
            rendered = render(svg, small.width, small.height)
        with clock.stage("score"):
            score, worst = reference.score(rendered), flaws(small, rendered, drawing)
        return Candidate(candidate, drawing, svg, score, worst, order)

    def structured(found: Found) -> Found:
        """The best drawing in the structure that is wanted, measured as that shows it."""
        best = found.best
        with clock.stage("structure"):
            drawing = in_structure(best.drawing, settings)
        return found if drawing is best.drawing else replace(found, best=measured(drawing, best.plan, best.order))

    @cache
    def ceiling() -> float:
        return reference.score(calmed(small, small.noise)).ssim

    found = search(
        strategy.proposals(tier, settings, raster.area, doubtful=cleaned, noisy=raster.noise > 0),
        evaluate,
        lambda p: strategy.work(p, raster.area, tier),
        strategy.goal(tier, settings, raster.area, ceiling if raster.noise else None),
        budget,
    )
    return structured(found)
