"""What a request asks for: its words over the service's own defaults, through the parser of every other door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from svgai.draw import engines
from svgai.measure.judge import TARGETS, Targets
from svgai.options import FILES, properties
from svgai.provenance import fingerprint
from svgai.settings import Settings, from_words


@dataclass(frozen=True, slots=True)
class Wanted:
    """Settings, and a name for what they make with these versions: equal where the same picture gives the same SVG."""

    settings: Settings
    fingerprint: str


@dataclass(frozen=True)
class Defaults:
    """words: what holds where a request says nothing, from the command line, the environment and the configuration
    file. targets: what each tier promises."""

    words: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[int, Targets] = field(default_factory=lambda: TARGETS)

    def wanted(self, words: Mapping[str, str]) -> Wanted:
        """What a request's words ask for. Raises ValueError that names the word."""
        return _wanted(self, tuple(sorted(self.over(words).items())))

    def over(self, words: Mapping[str, str]) -> dict[str, str]:
        """A request's words, and where it says nothing ours."""
        return {**self.words, **{name.replace("-", "_"): text for name, text in words.items()}}

    def __hash__(self) -> int:
        return id(self)


# Looking up versions takes a millisecond: what many requests ask for alike is known.
@lru_cache(maxsize=256)
def _wanted(defaults: Defaults, words: tuple[tuple[str, str], ...]) -> Wanted:
    settings = from_words(dict(words), defaults.targets)
    if settings.layers == FILES:
        raise ValueError("layers: an answer is one file; inkscape has all layers in it")
    return Wanted(settings, fingerprint(settings))


def schema() -> dict[str, Any]:
    """JSON Schema of a request's options: those of every door, and each engine's parameters."""
    known = properties(engines.names())
    known["layers"]["enum"].remove(FILES)
    for engine in engines.ENGINES:
        plan = engine.plan()
        for f in fields(plan):
            known[f"{engine.name}.{f.name}"] = _parameter_schema(engine.name, getattr(plan, f.name))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Options of a conversion",
        "type": "object",
        "properties": known,
        "additionalProperties": False,
    }


def _parameter_schema(engine: str, default: Any) -> dict[str, Any]:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds[type(default)], "description": f"{engine}: its plan's own unless said"}
