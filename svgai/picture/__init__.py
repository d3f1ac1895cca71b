"""Bytes → Raster → Features → Tier: decoding, cleaning and classifying a picture."""
