"""What svgai thinks of an image before it draws it."""

from __future__ import annotations

from dataclasses import dataclass

from svgai import pipeline
from svgai.draw.engines import Plan
from svgai.picture.classify import Classification
from svgai.picture.raster import Raster
from svgai.search import strategy
from svgai.settings import Settings


@dataclass(frozen=True, slots=True)
class Inspection:
    """width, height: px. classification: features, and the tier with reasons. plans: in the order of tries."""

    width: int
    height: int
    classification: Classification
    plans: tuple[Plan, ...]


def inspected(image: bytes | Raster, settings: Settings) -> Inspection:
    """An image measured and not drawn. Raises SvgaiError where it cannot be decoded."""
    raster = pipeline.source(image, settings)
    _, classification = pipeline.classified(raster, settings)
    plans = strategy.candidates(classification.tier, settings, raster.area)
    return Inspection(raster.width, raster.height, classification, tuple(plans))
