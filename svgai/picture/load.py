"""Bytes of an image file → Raster: first frame, upright, sRGB, 8 bits, straight alpha. Pillow decodes."""

from __future__ import annotations

import io
import math
import struct
import warnings
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from svgai.arrays import Pixels
from svgai.errors import SvgaiError, TooLargeError, UnreadableError
from svgai.picture import noise
from svgai.picture.raster import Raster

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"})
# A file has 256 MiB at most: more than any picture of MAX_PIXELS takes, even uncompressed.
MAX_BYTES = 256 * 2**20
# A picture has 51 MP at most: the largest phones take 50 MP, and one copy of the pixels takes 200 MB.
MAX_PIXELS = 51_000_000
# Lossy files that don't say their σ have 2 grey levels: what WebP leaves at its usual quality of 80 to 95 (by eye).
LOSSY = 2.0
# A profile is sRGB's own where it moves no colour of a 9 × 9 × 9 cube by more than 3 levels: what tables of 8 bits and
# rounding leave.
_SAME_PROFILE = 3

_REMEDY = f"give a whole {', '.join(FORMATS[:-1])} or {FORMATS[-1]} file"
# What Pillow's decoders raise on damaged data, found by fuzzing (tests/test_load.py).
_DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, ArithmeticError, TypeError, RuntimeError, AttributeError,
    MemoryError, struct.error, zlib.error,
)  # fmt: skip


def load(data: bytes) -> Raster:
    """Decode an image file.

    Raises UnreadableError where the bytes are no picture that can be decoded, TooLargeError where they pass
    MAX_BYTES or MAX_PIXELS (looked up before decoding).
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"the file has {len(data) / 2**20:.0f} MB", f"keep it under {MAX_BYTES >> 20} MB")
    with warnings.catch_warnings():
        # Pillow warns of damaged metadata that it can do without, and above 89 MP, where _check_size refuses.
        warnings.simplefilter("ignore")
        image = _open(data)
        _check_size(*image.size)
        try:
            pixels = _srgb(ImageOps.exif_transpose(image))
        except _DAMAGE as e:
            raise UnreadableError(f"the {image.format} data are damaged ({e})", _REMEDY) from e
    return Raster(pixels, coding_noise(image, data) or noise.coding(pixels))


def _open(data: bytes) -> Image.Image:
    if not data:
        raise UnreadableError("the file is empty", _REMEDY)
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as e:
        raise _too_many_pixels("more than 178") from e
    except UnidentifiedImageError as e:
        raise UnreadableError(f"this is no image file that can be read ({_first_bytes(data)})", _REMEDY) from e
    except _DAMAGE as e:
        raise UnreadableError(f"the image header is damaged ({e})", _REMEDY) from e


def _first_bytes(data: bytes) -> str:
    start = data[:512].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return "it is SVG or XML already"
    return f"it begins with {data[:8]!r}"


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise UnreadableError("the picture has no pixels", _REMEDY)
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(f"{width * height / 1e6:.0f}")


def _too_many_pixels(megapixels: str) -> SvgaiError:
    return TooLargeError(f"the picture has {megapixels} MP", f"scale it to {MAX_PIXELS // 10**6} MP or fewer")


def coding_noise(image: Image.Image, data: bytes) -> float:
    """σ of a lossy file's coding noise in grey levels; 0 for a lossless one.

    JPEG: 0.6·√(mean of min(Q, 40)²/12) over the luma quantisation table: a uniform error of one step per DCT
    coefficient, the factor fitted to measured noise (1.2, 3.5, 5.0 at quality 95, 85, 75). Coarse steps are capped:
    their coefficients are 0. WebP and AVIF keep their step deep in the bit stream: LOSSY stands for it.
    """
    tables: dict[int, list[int]] = getattr(image, "quantization", None) or {}
    if tables:
        luma = tables[min(tables)]
        return 0.6 * math.sqrt(sum(min(q, 40) ** 2 for q in luma) / (12 * len(luma)))
    return LOSSY if image.format == "AVIF" or (image.format == "WEBP" and not _lossless_webp(data)) else 0.0


def _lossless_webp(data: bytes) -> bool:
    """Whether a WebP's (first) picture is a VP8L chunk: https://developers.google.com/speed/webp/docs/riff_container"""
    at = 12
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        if kind in (b"VP8 ", b"VP8L"):
            return bool(kind == b"VP8L")
        # An animation's frame holds chunks of its own behind a header of 16 bytes.
        at += 24 if kind == b"ANMF" else 8 + size + size % 2
    return False


def _srgb(image: Image.Image) -> Pixels:
    profile = image.info.get("icc_profile")
    eight = _eight_bits(image)
    pixels = np.array(eight.convert("RGBA"))
    if profile:
        managed = _managed(eight, profile)
        if managed is not None:
            pixels[..., :3] = managed
    return pixels


def _eight_bits(image: Image.Image) -> Image.Image:
    """The same picture in a mode of 8 bits a channel. Pillow itself cuts 16-bit RGB to 8."""
    if image.mode == "F":
        raise ValueError("floating-point pixels have no agreed white")
    if image.mode != "I" and not image.mode.startswith("I;16"):
        return image
    values = np.asarray(image).astype(np.int64)
    if image.mode.startswith("I;16") or values.max() > 255:
        values >>= 8
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _probe() -> Image.Image:
    """9×9×9 colours over the whole RGB cube."""
    levels = np.linspace(0, 255, 9).astype(np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1)
    return Image.fromarray(cube.reshape(27, 27, 3))


def _managed(image: Image.Image, profile: bytes) -> Pixels | None:
    """(height, width, 3) in sRGB; None where the profile is sRGB's own, broken, or of another colour space.

    sRGB is told by what the transform does (at most 3 levels on a colour cube), not by the profile's name: so
    colours of an sRGB file stay exact, and a renamed wide-gamut profile still counts.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        mode = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}.get(space)
        grey = image.mode in ("1", "L", "LA")
        if mode is None or (mode == "L") != grey or (mode == "CMYK") != (image.mode == "CMYK"):
            return None
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        if mode == "RGB":
            probe = _probe()
            moved = np.asarray(ImageCms.applyTransform(probe, transform)).astype(int) - np.asarray(probe)
            if np.abs(moved).max() <= _SAME_PROFILE:
                return None
        # RGBA first: a palette with transparency goes to RGB by way of it without a warning.
        plain = image.convert("RGBA").convert("RGB") if mode == "RGB" else image.convert(mode)
        return np.array(ImageCms.applyTransform(plain, transform))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
