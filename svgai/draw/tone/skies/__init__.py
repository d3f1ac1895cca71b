"""Smooth regions, as skies and walls are, and their gradients."""
