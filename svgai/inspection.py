"""What svgai thinks of an image before it draws it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from svgai import prepared
from svgai.draw.engines import Plan
from svgai.outcome import SCHEMA
from svgai.picture.classify import Classification
from svgai.picture.degradation import Degradation
from svgai.picture.raster import Raster
from svgai.search import strategy
from svgai.settings import Settings


@dataclass(frozen=True, slots=True)
class Inspection:
    """width, height: px. degradation: what was found to be done to it. classification: features, and the tier with
    reasons. plans: in the order of tries."""

    width: int
    height: int
    degradation: Degradation
    classification: Classification
    plans: tuple[Plan, ...]

    def record(self, source: str) -> dict[str, Any]:
        """A JSON object. source: the image's name."""
        classification = self.classification
        return {
            "schema": SCHEMA, "source": source, "width": self.width, "height": self.height,
            "tier": int(classification.tier), "reasons": classification.reasons,
            "features": asdict(classification.features), "degradation": asdict(self.degradation),
            "plans": [{"plan": plan.name, **asdict(plan)} for plan in self.plans],
        }  # fmt: skip


def inspected(image: bytes | Raster, settings: Settings) -> Inspection:
    """An image measured and not drawn. Raises SvgaiError where it cannot be decoded."""
    raster = prepared.source(image, settings)
    _, degradation, classification = prepared.classified(raster, settings)
    plans = strategy.candidates(classification.tier, settings, raster.area)
    return Inspection(raster.width, raster.height, degradation, classification, tuple(plans))
