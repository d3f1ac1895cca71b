"""Shaded art with real gradients: smooth regions → a paint each, with overlays → the contour engine's outlines."""

from svgai.draw.gradient.engine import draw
from svgai.draw.gradient.plan import GradientPlan

__all__ = ["GradientPlan", "draw"]
