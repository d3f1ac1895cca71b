"""Raster, Plan → Drawing: one engine a sub-package, loaded when a plan asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from svgai.draw.vtracer.plan import VtracerPlan

if TYPE_CHECKING:
    from svgai.records import Declined, Drawing, Raster

Plan: TypeAlias = VtracerPlan


def draw(raster: Raster, plan: Plan) -> Drawing | Declined:
    """Draw a raster as the plan says. Raises EngineError where a native engine fails."""
    from svgai.draw import vtracer

    return vtracer.draw(raster, plan)
