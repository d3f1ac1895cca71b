"""The pictures of one image from its files: what a page shows is what is on disk."""

from __future__ import annotations

from svgai import files, pipeline
from svgai.errors import UnreadableError
from svgai.options import KEEP
from svgai.outcome import Converted
from svgai.report.page import Show
from svgai.report.pictures import Pictures, pictures
from svgai.settings import Settings


def from_files(settings: Settings) -> Show:
    """Read source and SVG again. Raises SvgaiError where one of them is gone."""

    def show(outcome: Converted, share: int) -> Pictures:
        if files.STREAM in (outcome.source, outcome.target):
            raise UnreadableError("it went through a pipe", "give it a file's name to see it here")
        data = files.read(outcome.source)
        svg = files.read(outcome.target).decode("utf-8", "replace")
        original = data if settings.background == KEEP else None
        return pictures(pipeline.source(data, settings), svg, share, original)

    return show
