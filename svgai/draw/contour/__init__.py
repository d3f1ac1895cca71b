"""Flat art, exact to a fraction of a pixel: palette → labels with coverage → planar map → arcs → cubics → shapes."""

from svgai.draw.contour.engine import draw
from svgai.draw.contour.plan import ContourPlan

__all__ = ["ContourPlan", "draw"]
