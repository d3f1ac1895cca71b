"""A batch's rows of the HTML sheet: made by the workers, which have the pictures in hand, and kept in the scratch."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from svgai.errors import SvgaiError
from svgai.outcome import Converted, Outcome
from svgai.provenance import digest
from svgai.report import sheet
from svgai.settings import Settings

if TYPE_CHECKING:
    from svgai.pipeline import Conversion


def keep(folder: str, outcome: Converted, conversion: Conversion) -> None:
    """Make and store a row. One that cannot be is made later, from the files."""
    from svgai.report.pictures import pictures

    with suppress(OSError, SvgaiError):
        row = sheet.row(outcome, pictures(conversion.raster, conversion.svg.data))
        _path(folder, outcome).write_text(row, "utf-8", "replace")


def row(folder: str, outcome: Outcome, settings: Settings) -> str:
    """The stored row of an outcome; where an earlier run made its SVG, one from the files."""
    with suppress(OSError):
        return _path(folder, outcome).read_text("utf-8")
    from svgai.report.pictures import row_from_files

    return row_from_files(outcome, settings)


def _path(folder: str, outcome: Outcome) -> Path:
    return Path(folder, digest(outcome.target.encode("utf-8", "surrogateescape")) + ".row")
