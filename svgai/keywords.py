"""Settings as the keywords of a call, with their types, for editors and type checkers."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypedDict

from svgai.measure.judge import Targets
from svgai.settings import Parameters, Settings, from_words


class Keywords(TypedDict, total=False):
    """The fields of Settings; a word as the command line takes it does as well: `tier="auto"`, `target_ssim=".98"`."""

    tier: int | str | None
    plan: str | None
    quality: str
    target_ssim: float | str | None
    max_time: float | str | None
    max_bytes: int | str | None
    source: str
    keep_paper: bool
    deskew: bool
    background: str
    colors: int | str | None
    palette: str | None
    palette_limit: float | str | None
    merge: float | str | None
    mono: str | None
    threshold: float | str | None
    editable: bool
    group_by: str
    layers: str
    frame: int | str
    width: float | str | None
    height: float | str | None
    dpi: float | str | None
    min_width: float | str | None
    size: bool
    title: str | None
    id_prefix: str
    parameters: Parameters
    targets: Mapping[int, Targets]


class BatchKeywords(Keywords, total=False):
    """Those of a conversion, and how a run goes about it: as the options of `svgai batch`. jobs: worker processes,
    one a core where it is not said. timeout: seconds; memory_limit: bytes."""

    jobs: int
    recursive: bool
    hidden: bool
    force: bool
    resume: bool
    timeout: float
    memory_limit: int


def settings_of(keywords: Mapping[str, Any]) -> Settings:
    """Settings from keywords. Raises TypeError on an unknown one, ValueError on an illegal value."""
    known = [f.name for f in fields(Settings)]
    for name in keywords:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
            raise TypeError(f"svgai has no setting {name!r}{hint}")
    words = {name: value for name, value in keywords.items() if isinstance(value, str)}
    said = from_words(words)
    values = {name: getattr(said, name) if name in words else value for name, value in keywords.items()}
    return Settings(**values)
