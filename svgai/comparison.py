"""Anybody's SVG measured against its source."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from svgai import prepared
from svgai.errors import EngineError
from svgai.measure.flaws import Flaws, flaws
from svgai.measure.judge import Targets, Verdict, judge
from svgai.measure.score import Score, compare
from svgai.outcome import SCHEMA
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

    @property
    def words(self) -> str:
        """Score and verdict, a line, and a line for each thing that was missed or is to be looked at."""
        score, worst, verdict = self.score, self.flaws, self.verdict
        line = (
            f"T{self.classification.tier:d}  SSIM {score.ssim:.5f} (floor {score.floor:.5f})  "
            f"ΔE {score.delta_e:.3f}  alpha error {score.alpha_error:.5f}  structure {worst.structure:.2f} "
            f"{verdict.text}"
        )
        return "\n".join([line, *(f"  {phrase}" for phrase in (*verdict.misses, *verdict.looks))])

    def record(self, source: str, svg: str) -> dict[str, Any]:
        """A JSON object. source, svg: the names of the two files."""
        worst, verdict = self.flaws, self.verdict
        return {
            "schema": SCHEMA, "source": source, "svg": svg, "tier": int(self.classification.tier),
            **asdict(self.score), "structure": worst.structure, "structure_window": worst.window,
            "structure_gone": worst.gone, "seam": worst.seam, "seam_window": worst.seam_window,
            "verdict": verdict.word, "misses": verdict.misses, "looks": verdict.looks,
        }  # fmt: skip


def compared(raster: Raster, svg: str, settings: Settings, bytes_in: int) -> Comparison:
    """The SVG, stretched to the raster's size, against it. bytes_in: of the raster's file.

    Raises EngineError where the SVG cannot be drawn.
    """
    if not svg.lstrip("\ufeff \t\r\n").startswith("<"):
        raise EngineError("it is no SVG", "give the image first and then the SVG that was made of it")
    rendered = render_stretched(svg, raster.width, raster.height)
    score, worst = compare(raster, rendered), flaws(raster, rendered)
    found = prepared.classified(raster, settings).classification
    targets = settings.targets[found.tier]
    verdict = judge(score, worst, found.tier, targets, seconds=0)
    return Comparison(raster, svg, bytes_in, found, score, worst, targets, verdict)
