"""Flat parts and lettering of a mixed picture, over its photograph."""
