"""A batch's cards of the page: made by the workers, which have the pictures in hand, and kept in the scratch."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from svgai.errors import SvgaiError
from svgai.outcome import Converted, Outcome
from svgai.provenance import digest
from svgai.report.card import card
from svgai.settings import Settings

if TYPE_CHECKING:
    from svgai.pipeline import Conversion


def keep(folder: str, outcome: Converted, conversion: Conversion, settings: Settings, share: int) -> None:
    """Make and store a card. One that cannot be is made later, from the files."""
    from svgai.report.pictures import original, pictures

    with suppress(OSError, SvgaiError):
        file = original(outcome.source, settings)
        text = card(outcome, pictures(conversion.raster, conversion.svg.text, share, file))
        _path(folder, outcome).write_text(text, "utf-8", "replace")


def kept(folder: str, outcome: Outcome, settings: Settings, share: int) -> str:
    """The stored card of an outcome; where an earlier run made its SVG, one from the files."""
    if not isinstance(outcome, Converted):
        return card(outcome)
    with suppress(OSError):
        return _path(folder, outcome).read_text("utf-8")
    from svgai.report.pictures import from_files

    try:
        return card(outcome, from_files(outcome, settings, share))
    except SvgaiError as e:
        return card(outcome, e)


def _path(folder: str, outcome: Outcome) -> Path:
    return Path(folder, digest(outcome.target.encode("utf-8", "surrogateescape")) + ".card")
