"""Anybody's SVG measured against its source."""

from __future__ import annotations

from dataclasses import dataclass

from svgai import prepared
from svgai.measure.flaws import Flaws, flaws
from svgai.measure.judge import Targets, Verdict, judge
from svgai.measure.score import Score, compare
from svgai.output.render import render_stretched
from svgai.picture.classify import Classification
from svgai.picture.raster import Raster
from svgai.settings import Settings


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """How good an SVG is: raster is the source as it was measured, svg the text of the other."""

    raster: Raster
    svg: str
    bytes_in: int
    classification: Classification
    score: Score
    flaws: Flaws
    targets: Targets
    verdict: Verdict

    def __repr__(self) -> str:
        """One line: an SVG may have a megabyte."""
        return f"<Comparison T{self.classification.tier:d}: SSIM {self.score.ssim:.4f}, {self.verdict.word}>"

    @property
    def bytes_out(self) -> int:
        return len(self.svg.encode())


def compared(raster: Raster, svg: str, settings: Settings, bytes_in: int) -> Comparison:
    """The SVG, stretched to the raster's size, against it. bytes_in: of the raster's file.

    Raises EngineError where the SVG cannot be drawn.
    """
    rendered = render_stretched(svg, raster.width, raster.height)
    score, worst = compare(raster, rendered), flaws(raster, rendered)
    found = prepared.classified(raster, settings).classification
    targets = settings.targets[found.tier]
    verdict = judge(score, worst, found.tier, targets, seconds=0)
    return Comparison(raster, svg, bytes_in, found, score, worst, targets, verdict)
