"""What the user asked for, in one record. Read by the CLI before any engine is loaded: the standard library only."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import field, fields, replace
from types import MappingProxyType
from typing import Any

from svgai.draw import engines
from svgai.draw.engines import Plan
from svgai.measure.judge import TARGETS, Targets
from svgai.option_kinds import AUTO, KEEP, Background, Colors, Ink, Length, Prefix, Text
from svgai.options import GROUPS, LAYERS, NONE, QUALITIES, SOURCES, parameter
from svgai.options import options as every_option
from svgai.records import Value

Parameters = Mapping[str, Mapping[str, Any]]


def _check_word(name: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        raise ValueError(f"{name} is one of {', '.join(words)}, not {value}")


def _check_positive(name: str, value: float | None) -> None:
    if value is not None and not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} is a number above 0, not {value}")


class Settings(Value, kw_only=True):
    """How images are to be converted; None means "not said". An illegal value raises ValueError.

    tier: 1, 2 or 3, forced. plan: an engine's name, forced. quality: one of QUALITIES. target_ssim: the smallest
    SVG that meets it is wanted. max_time: seconds of work, and on the clock, in place of the tier's; without it
    nothing depends on the clock. max_bytes: the best SVG that fits. source: one of SOURCES, what the picture went
    through. keep_paper: whether a page keeps its colour. deskew: whether a page is made straight. background:
    `keep`, `remove` or `#rrggbb`.
    colors: how many there may be; palette: only these, as `#0a7cff,#fff`, none of the picture's farther than
    palette_limit, ΔE00; merge: ΔE00 below which two are one. mono: one ink, of what is darker than threshold,
    0–255. editable: photographs as opaque shapes. group_by: one of GROUPS; layers: one of LAYERS. frame:
    which picture of a file with several, from 1. width, height: of the SVG on a page, as `80mm`; with one of them the
    other follows. size: whether it says one at all. title: for screen readers; AUTO is the file's name. id_prefix:
    begins all ids; AUTO is made from the content.
    parameters: by engine, those of its plans that are pinned, as {"vtracer": {"mode": "polygon"}}. targets: what
    each tier promises.
    """

    tier: int | None = None
    plan: str | None = None
    quality: str = "balanced"
    target_ssim: float | None = None
    max_time: float | None = None
    max_bytes: int | None = None
    source: str = AUTO
    keep_paper: bool = False
    deskew: bool = False
    background: str = KEEP
    colors: int | None = None
    palette: str | None = None
    palette_limit: float | None = None
    merge: float | None = None
    mono: str | None = None
    threshold: float | None = None
    editable: bool = False
    group_by: str = NONE
    layers: str = NONE
    frame: int = 1
    width: str | None = None
    height: str | None = None
    size: bool = True
    title: str | None = None
    id_prefix: str = AUTO
    parameters: Parameters = field(default_factory=dict)
    targets: Mapping[int, Targets] = field(default_factory=lambda: TARGETS)

    def __post_init__(self) -> None:
        if self.tier not in (None, 1, 2, 3):
            raise ValueError(f"tier is 1, 2 or 3, not {self.tier}")
        if self.plan not in (None, *engines.names()):
            raise ValueError(f"plan is one of {', '.join(engines.names())}, not {self.plan}")
        _check_word("source", self.source, SOURCES)
        _check_word("quality", self.quality, QUALITIES)
        _check_word("group_by", self.group_by, GROUPS)
        _check_word("layers", self.layers, LAYERS)
        if self.target_ssim is not None and not 0 < self.target_ssim <= 1:
            raise ValueError(f"target_ssim lies in (0, 1], not {self.target_ssim}")
        _check_positive("max_time", self.max_time)
        _check_positive("max_bytes", self.max_bytes)
        for name in ("frame", "colors", "palette_limit", "merge", "threshold"):
            _check_positive(name, getattr(self, name))
        if sorted(self.targets) != [1, 2, 3]:
            raise ValueError(f"targets are given for tiers 1, 2 and 3, not {sorted(self.targets)}")
        object.__setattr__(self, "background", Background().parse(self.background))
        self._check_colors()
        for name in ("width", "height"):
            if (length := getattr(self, name)) is not None:
                object.__setattr__(self, name, Length().parse(str(length)))
        self._check_words()
        object.__setattr__(self, "parameters", {name: dict(values) for name, values in self.parameters.items()})
        object.__setattr__(self, "targets", dict(self.targets))
        for name in self.parameters:
            self.pinned(engines.named(name).plan())

    def _check_colors(self) -> None:
        for name, kind in (("palette", Colors()), ("mono", Ink())):
            if (word := getattr(self, name)) is not None:
                object.__setattr__(self, name, kind.parse(word))
        if self.mono is not None and (self.palette, self.colors, self.merge) != (None, None, None):
            raise ValueError("mono draws one ink: it excludes colors, palette and merge")
        if self.palette_limit is not None and self.palette is None:
            raise ValueError("palette_limit is how far colours may be from a palette, and there is none")
        if self.threshold is not None and self.mono is None:
            raise ValueError("threshold is for mono")

    def _check_words(self) -> None:
        """What is written into the SVG as it is."""
        if not self.size and (self.width or self.height):
            raise ValueError("size is off, and a width or a height is given")
        if self.title is not None:
            Text("TEXT").parse(self.title)
        Prefix().parse(self.id_prefix)

    def named(self, source: str) -> Settings:
        """For a file of this name, which becomes the title where that is AUTO."""
        if self.title != AUTO:
            return self
        stem = "".join(c if c.isprintable() else " " for c in os.path.splitext(os.path.basename(source))[0])
        return replace(self, title=stem.strip()[:500] or None)

    def pinned(self, plan: Plan) -> Plan:
        """The plan with the user's parameters in place of its own. Raises ValueError on an unknown name."""
        values = self.parameters.get(plan.name, {})
        known = {f.name for f in fields(plan)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"{plan.name} has no such parameter: {', '.join(unknown)}")
        opaque = {"opaque": True} if self.editable and "opaque" in known else {}
        return replace(plan, **{**opaque, **values})


def from_words(words: Mapping[str, str], targets: Mapping[int, Targets] = MappingProxyType(TARGETS)) -> Settings:
    """Settings from words: flags, a configuration file, the environment and requests come through here.

    words: by an option's name (`target-ssim` or `target_ssim`), or an engine's parameter as `vtracer.mode`.
    targets: what each tier promises. Raises ValueError that names the word.
    """
    known = {option.field: option for option in every_option(engines.names())}
    values: dict[str, Any] = {}
    parameters: dict[str, dict[str, Any]] = {}
    for name, text in words.items():
        engine, dot, own = name.replace("-", "_").partition(".")
        try:
            if dot:
                parameters.setdefault(engine, {})[own] = _parameter(engine, own, text)
            elif engine in known:
                values[engine] = known[engine].kind.parse(text)
            else:
                raise ValueError("there is no such option")
        except ValueError as e:
            raise ValueError(f"{name}: {e}") from e
    return Settings(**values, parameters=parameters, targets=targets)


def _parameter(engine: str, name: str, text: str) -> Any:
    plan = engines.named(engine).plan()
    defaults = {f.name: getattr(plan, f.name) for f in fields(plan)}
    if name not in defaults:
        raise ValueError(f"{engine} has no such parameter; it has {', '.join(defaults)}")
    return parameter(text, defaults[name])
