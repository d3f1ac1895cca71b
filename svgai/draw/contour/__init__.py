"""Flat art, exact to a fraction of a pixel: palette → labels with coverage → planar map → arcs → cubics → shapes."""
