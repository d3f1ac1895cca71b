"""Pixels → palette → one label a pixel."""
