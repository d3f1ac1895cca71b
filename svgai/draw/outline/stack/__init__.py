"""Faces → shapes in paint order, on the page."""
