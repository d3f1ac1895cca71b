"""Raster, Plan → Drawing: one engine a sub-package, loaded when a plan asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from svgai.draw.contour.plan import ContourPlan
from svgai.draw.gradient.plan import GradientPlan
from svgai.draw.vtracer.plan import VtracerPlan

if TYPE_CHECKING:
    from svgai.drawing import Declined, Drawing
    from svgai.picture.raster import Raster

Plan: TypeAlias = ContourPlan | GradientPlan | VtracerPlan


def draw(raster: Raster, plan: Plan) -> Drawing | Declined:
    """Draw a raster as the plan says. Raises EngineError where a native engine fails."""
    if isinstance(plan, ContourPlan):
        from svgai.draw.contour.engine import draw as draw_contours

        return draw_contours(raster, plan)
    if isinstance(plan, GradientPlan):
        from svgai.draw.gradient.engine import draw as draw_gradients

        return draw_gradients(raster, plan)
    from svgai.draw.vtracer.drawing import draw as draw_vtracer

    return draw_vtracer(raster, plan)
