"""Pixels → regions of smooth colour."""
