"""Boundaries of level sets: pixels → isophotes → polygons."""
