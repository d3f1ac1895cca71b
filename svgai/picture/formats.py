"""Which files count as pictures, and how large they may be. Standard library only: doors ask before anything loads."""

from __future__ import annotations

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "ICO", "PPM", "TGA")
# HEIC, which telephones write, needs the extra svgai[heif]; told by its brands (ISO/IEC 23008-12).
HEIF = "HEIF"
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc")
_USUAL = {".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"}
SUFFIXES = frozenset(_USUAL | {".ico", ".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".heic", ".heif"})
# A file has 256 MiB at most: more than any picture of MAX_PIXELS takes, even uncompressed.
MAX_BYTES = 256 * 2**20
# A picture has 51 MP at most: the largest phones take 50 MP, and one copy of the pixels takes 200 MB.
MAX_PIXELS = 51_000_000
