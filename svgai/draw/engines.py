"""The table of engines: Raster, Plan → Drawing. Standard library only; an engine is loaded when it draws.

A new engine is a folder with a plan.py that loads nothing heavy, a module with draw(raster, plan), and a row here:
`--plan`, the search, `svgai doctor` and the tests read this table.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from svgai.draw.contour import plan as contour
from svgai.draw.gradient import plan as gradient
from svgai.draw.pixels import plan as pixels
from svgai.draw.tone import plan as tone
from svgai.draw.vtracer import plan as vtracer
from svgai.errors import EngineError
from svgai.records import Value

if TYPE_CHECKING:
    from svgai.drawing import Declined, Drawing
    from svgai.picture.raster import Raster


class Plan(Protocol):
    """What one engine is asked to do: a frozen dataclass of plain values that checks itself.

    name: its engine's. decimals: of the coordinates that are worth writing.
    """

    name: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def decimals(self) -> int: ...


class Apart(Protocol):
    """A picture taken apart: its ground, and what is to be drawn over that."""

    @property
    def ground(self) -> Raster: ...

    def over(self, drawing: Drawing) -> Drawing:
        """A drawing of the ground with the rest on top."""
        ...


class Knob(Value):
    """The one parameter of an engine's plans that trades bytes for fidelity; greater is coarser.

    parameter: its name. low, high: its range. step: the grid of its values. ssim, log_bytes: what SSIM and ln(bytes)
    change by for 1 more, as a first guess. unasked: how fine and how coarse a search goes
    where the user named no target.
    """

    parameter: str
    low: float
    high: float
    step: float
    ssim: float
    log_bytes: float
    unasked: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not (self.low < self.high and self.step > 0 and self.ssim < 0 and self.log_bytes < 0):
            raise ValueError(f"a knob has a range, a step, and gets coarser as it grows: {self}")

    def value(self, plan: Plan) -> float:
        """Where a plan has it."""
        return float(getattr(plan, self.parameter))

    def turned(self, plan: Plan, value: float) -> Plan:
        """The plan with another value, moved into the range; a whole one where steps are whole."""
        bounded = min(self.high, max(self.low, value))
        return replace(plan, **{self.parameter: type(getattr(plan, self.parameter))(bounded)})


class Engine(Value):
    """One way to draw.

    plan: the type of its plans. plans: (tier, area in px) → plans worth trying, best guess first; none where the
    engine does not suit. work: (plan, area in px, tier) → CPU seconds of the machine that it was calibrated on.
    module: what is imported to draw, with draw(raster, plan) → Drawing | Declined. turns: when it is tried in tiers 1,
    2 and 3, the lowest first. knob: None where nothing in its plans trades bytes for fidelity.
    apart: the module that takes a picture apart for it, with taken_apart(raster) → Apart: what is drawn by another,
    over what it draws without that. None where it draws pictures whole.
    resort: whether it is asked only where no other engine of ours drew the picture well.
    """

    name: str
    plan: type[Any]
    plans: Callable[[int, int], tuple[Plan, ...]]
    work: Callable[[Any, int, int], float]
    module: str
    turns: tuple[int, int, int]
    knob: Knob | None = None
    apart: str | None = None
    resort: bool = False

    def draw(self, raster: Raster, plan: Plan) -> Drawing | Declined:
        """Draw a raster as a plan of this engine says. Raises whatever the engine raises."""
        result: Drawing | Declined = import_module(self.module).draw(raster, plan)
        return result


ENGINES: tuple[Engine, ...] = (
    Engine(
        "contour",
        contour.ContourPlan,
        contour.plans,
        contour.work,
        "svgai.draw.contour.engine",
        (1, 2, 2),
        apart="svgai.draw.marks.layer",
    ),
    Engine(
        "gradient",
        gradient.GradientPlan,
        gradient.plans,
        gradient.work,
        "svgai.draw.gradient.engine",
        (2, 1, 1),
        apart="svgai.draw.marks.layer",
    ),
    Engine(
        "tone",
        tone.TonePlan,
        tone.plans,
        tone.work,
        "svgai.draw.tone.engine",
        turns=(5, 5, 2),
        # SSIM falls about 0.025, ln(bytes) 0.33, where the price of a byte doubles (four photographs).
        knob=Knob("coarseness", tone.FINEST, tone.COARSEST, 0.25, ssim=-0.025, log_bytes=-0.33, unasked=(-4, 0)),
        apart="svgai.draw.flats.layer",
    ),
    Engine("pixels", pixels.PixelsPlan, pixels.plans, pixels.work, "svgai.draw.pixels.engine", (3, 3, 5), resort=True),
    Engine(
        "vtracer",
        vtracer.VtracerPlan,
        vtracer.plans,
        vtracer.work,
        "svgai.draw.vtracer.drawing",
        turns=(4, 4, 4),
        # SSIM falls about 0.003, ln(bytes) 0.04, a step of layer_difference (nine photographs).
        knob=Knob("layer_difference", 1, 128, 1, ssim=-0.003, log_bytes=-0.04),
    ),
)


def names() -> tuple[str, ...]:
    """The engines' names, in the table's order."""
    return tuple(e.name for e in ENGINES)


def named(name: str) -> Engine:
    """The engine of a name. Raises ValueError where there is none."""
    for engine in ENGINES:
        if engine.name == name:
            return engine
    raise ValueError(f"an engine is one of {', '.join(names())}, not {name}")


def in_turn(tier: int) -> list[Engine]:
    """The engines in the order in which a tier tries them."""
    return sorted(ENGINES, key=lambda engine: engine.turns[tier - 1])


def taken_apart(module: str, raster: Raster) -> Apart:
    """A picture taken apart by the module that an engine names."""
    result: Apart = import_module(module).taken_apart(raster)
    return result


def draw(raster: Raster, plan: Plan, apart: Callable[[str], Apart] | None = None) -> Drawing | Declined:
    """Draw a raster as the plan says; an engine's failure, of whatever kind, is its word that it does not draw it.

    apart: takes the raster apart as a module says, asked only for an engine that names one; None: it is drawn whole.
    """
    from svgai.drawing import Declined

    engine = named(plan.name)
    try:
        if apart is None or engine.apart is None:
            return engine.draw(raster, plan)
        layer = apart(engine.apart)
        drawn = engine.draw(layer.ground, plan)
        return drawn if isinstance(drawn, Declined) else layer.over(drawn)
    except EngineError as e:
        return Declined(str(e))
    except Exception as e:  # noqa: BLE001 - a fault in one engine must not take the picture from the others
        at = traceback.extract_tb(e.__traceback__)[-1]
        text = " ".join(f"{type(e).__name__}: {e}".split())[:200]
        return Declined(f"{text} ({os.path.basename(at.filename)}:{at.lineno})", fault=True)
