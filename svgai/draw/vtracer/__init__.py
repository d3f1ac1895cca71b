"""Photographs, textures and whatever the other engines decline: vtracer's outlines, parsed and simplified."""
