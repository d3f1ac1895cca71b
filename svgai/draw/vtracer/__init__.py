"""Photographs, textures and whatever the other engines decline: vtracer's outlines, keyed, parsed and simplified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svgai.draw.vtracer.plan import VtracerPlan

if TYPE_CHECKING:
    from svgai.drawing import Drawing
    from svgai.picture.raster import Raster


def draw(raster: Raster, plan: VtracerPlan) -> Drawing:
    """The raster drawn by vtracer, which is loaded at the first call. Raises EngineError where it fails."""
    from svgai.draw.vtracer.drawing import draw

    return draw(raster, plan)
