"""What became of one input: small records, complete enough to report from and to store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, TypeAlias

from svgai.errors import SvgaiError
from svgai.measure.judge import PASS
from svgai.records import Value

if TYPE_CHECKING:
    from svgai.pipeline import Conversion

SCHEMA = 1


class Converted(Value, kw_only=True):
    """An SVG was written. Fields as in README, "JSON"; seconds by stage, sizes in bytes and px."""

    source: str
    target: str
    width: int
    height: int
    tier: int
    tier_forced: bool
    reasons: tuple[str, ...]
    features: dict[str, Any]
    degradation: dict[str, Any]
    cleaned: bool
    plan: str
    parameters: dict[str, Any]
    drawn: int
    declined: tuple[tuple[str, str], ...]
    work_limited: bool
    time_limited: bool
    bytes_in: int
    bytes_out: int
    shapes: int
    paints: dict[str, int]
    segments: int
    ssim: float
    ssim_floor: float
    delta_e: float
    alpha_error: float
    ssim_file: float
    delta_e_file: float
    target_ssim: float
    target_delta_e: float
    target_seconds: float
    structure: float
    structure_window: tuple[int, int, int, int]
    structure_gone: int
    seam: int
    seam_window: tuple[int, int, int, int]
    crumbs: int
    verdict: str
    misses: tuple[str, ...]
    looks: tuple[str, ...]
    in_time: bool
    seconds: dict[str, float]

    @property
    def passed(self) -> bool:
        """Whether the SVG keeps what its tier promises, time apart."""
        return self.verdict == PASS


class Failed(Value, kw_only=True):
    """No SVG was written: a code for programs, the cause and the remedy for people."""

    source: str
    target: str
    code: str
    cause: str
    remedy: str

    @property
    def message(self) -> str:
        return f"{self.cause}; {self.remedy}"


class Skipped(Value, kw_only=True):
    """The target was there already and was kept."""

    source: str
    target: str


class Compared(Value, kw_only=True):
    """Anybody's SVG was measured: what a Converted says, but for what only its maker knows. target: the SVG."""

    source: str
    target: str
    width: int
    height: int
    tier: int
    tier_forced: bool
    reasons: tuple[str, ...]
    bytes_in: int
    bytes_out: int
    ssim: float
    ssim_floor: float
    delta_e: float
    alpha_error: float
    target_ssim: float
    target_delta_e: float
    verdict: str
    misses: tuple[str, ...]


Outcome: TypeAlias = Converted | Failed | Skipped


def converted(source: str, target: str, conversion: Conversion) -> Converted:
    """The small record of a conversion."""
    return Converted(
        source=source,
        target=target,
        width=conversion.width,
        height=conversion.height,
        tier=int(conversion.classification.tier),
        tier_forced=conversion.classification.forced,
        reasons=conversion.classification.reasons,
        features=asdict(conversion.classification.features),
        degradation=asdict(conversion.degradation),
        cleaned=conversion.cleaned,
        plan=conversion.plan.name,
        parameters=asdict(conversion.plan),
        drawn=conversion.drawn,
        declined=conversion.declined,
        work_limited=conversion.work_limited,
        time_limited=conversion.time_limited,
        bytes_in=conversion.bytes_in,
        bytes_out=conversion.svg.bytes,
        shapes=conversion.svg.shapes,
        paints=conversion.drawing.paint_counts,
        segments=conversion.svg.segments,
        ssim=conversion.score.ssim,
        ssim_floor=conversion.score.floor,
        delta_e=conversion.score.delta_e,
        alpha_error=conversion.score.alpha_error,
        ssim_file=conversion.file_score.ssim,
        delta_e_file=conversion.file_score.delta_e,
        target_ssim=conversion.targets.ssim,
        target_delta_e=conversion.targets.delta_e,
        target_seconds=conversion.targets.seconds,
        structure=conversion.flaws.structure,
        structure_window=conversion.flaws.window,
        structure_gone=conversion.flaws.gone,
        seam=conversion.flaws.seam,
        seam_window=conversion.flaws.seam_window,
        crumbs=conversion.flaws.crumbs,
        verdict=conversion.verdict.word,
        looks=conversion.verdict.looks,
        misses=conversion.verdict.misses,
        in_time=conversion.verdict.in_time,
        seconds=conversion.seconds,
    )


def failed(source: str, target: str, error: SvgaiError) -> Failed:
    """The record of an input's failure."""
    return Failed(source=source, target=target, code=error.code, cause=error.cause, remedy=error.remedy)


def as_json(outcome: Outcome | Compared) -> dict[str, Any]:
    """A JSON object of an outcome: the schema's version, the status, then its fields."""
    return {"schema": SCHEMA, "status": type(outcome).__name__.lower(), **asdict(outcome)}


_KINDS = {kind.__name__.lower(): kind for kind in (Converted, Failed, Skipped)}


def from_json(record: Mapping[str, Any]) -> Outcome:
    """The outcome again, from its JSON object. Raises ValueError where that is none, or lacks a field."""
    try:
        kind = _KINDS[record["status"]]
        values = {f.name: record[f.name] for f in fields(kind)}
        lists = ("reasons", "misses", "looks", "structure_window", "seam_window")
        values |= {name: tuple(values[name]) for name in lists if name in values}
        if "declined" in values:
            values["declined"] = tuple((plan, reason) for plan, reason in values["declined"])
    except (KeyError, TypeError) as e:
        raise ValueError(f"this is no outcome of schema {SCHEMA}: {e!r}") from e
    return kind(**values)
