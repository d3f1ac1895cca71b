"""Raster, Plan → Drawing: one engine a sub-package."""
