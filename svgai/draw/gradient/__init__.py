"""Shaded art with real gradients: smooth regions → a paint each, with overlays → the contour engine's outlines."""
