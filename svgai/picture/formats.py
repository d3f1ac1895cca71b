"""Which files count as pictures, and how large they may be. Standard library only: doors ask before anything loads."""

from __future__ import annotations

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"})
MAX_BYTES = 256 * 2**20
# The largest phone pictures have 50 MP; above, one copy of the pixels alone takes 200 MB.
MAX_PIXELS = 51_000_000
