"""Photographs: smooth colour under a tree of luma level sets, chosen exactly by rate and distortion."""
