"""Bytes of an image file → Raster: one of its pictures, upright, sRGB, 8 bits, straight alpha. Pillow decodes."""

from __future__ import annotations

import io
import math
import struct
import warnings
import zlib
from typing import TypeGuard

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from svgai.errors import SvgaiError, TooLargeError, UnreadableError
from svgai.picture import noise
from svgai.picture.formats import FORMATS, HEIF, HEIF_BRANDS, MAX_BYTES, MAX_PIXELS
from svgai.picture.raster import Raster
from svgai.picture.srgb import srgb

# Lossy files that don't say their σ have 2 grey levels: what WebP leaves at its usual quality of 80 to 95 (by eye).
LOSSY = 2.0

# Where a PNG's header has its bits a channel.
_PNG_DEPTH = 24
_REMEDY = f"give a whole {', '.join(FORMATS[:-1])} or {FORMATS[-1]} file"
# What Pillow's decoders raise on damaged data, found by fuzzing (tests/test_load.py).
_DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, ArithmeticError, TypeError, RuntimeError, AttributeError,
    MemoryError, struct.error, zlib.error,
)  # fmt: skip


def load(data: bytes, number: int = 1) -> Raster:
    """Decode an image file. number: which of its pictures, from 1, where it has several (frames or pages).

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
        kind, sigma, frames = image.format, coding_noise(image, data), _turned_to(image, number)
        frame = _frame(image) if number == 1 else None
        _scale_key(image, data)
        image = _with_deep_key(image, data)
        try:
            # In place: the turned copy takes the place of the image, whose memory pixels need.
            ImageOps.exif_transpose(image, in_place=True)
            pixels = srgb(image, frame)
        except _DAMAGE as e:
            raise UnreadableError(f"the {kind} data are damaged ({e})", _REMEDY) from e
        del image
    return Raster(pixels, sigma or noise.coding(pixels), frames)


def is_image(given: object) -> TypeGuard[Image.Image]:
    """Whether this is one of Pillow's images."""
    return isinstance(given, Image.Image)


def of_image(given: Image.Image) -> Raster:
    """A raster of an image that Pillow has made or opened; the image stays as it is.

    Raises UnreadableError where its pixels cannot be decoded, TooLargeError where they pass MAX_PIXELS.
    """
    _check_size(*given.size)
    try:
        sigma = coding_noise(given, b"")
        pixels = srgb(ImageOps.exif_transpose(given), None)
    except _DAMAGE as e:
        raise UnreadableError(f"the image's data are damaged ({e})", _REMEDY) from e
    return Raster(pixels, sigma or noise.coding(pixels))


def _turned_to(image: Image.Image, number: int) -> int:
    """How many pictures a file has, the image turned to one of them."""
    try:
        frames = int(getattr(image, "n_frames", 1))
        if number <= frames and number > 1:
            image.seek(number - 1)
    except _DAMAGE as e:
        if number == 1:  # what follows it may be damaged
            return 1
        raise UnreadableError(f"picture {number} of the file is damaged ({e})", _REMEDY) from e
    if number > frames:
        raise UnreadableError(
            f"the file has {frames} picture{'s' * (frames > 1)}, and no {number}", "give another --frame"
        )
    return frames


def _frame(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Where a GIF's first frame lies on its page: around it the page is clear, where Pillow paints colour 0."""
    tiles = getattr(image, "tile", None)
    return tiles[0].extents if image.format == "GIF" and tiles else None


def _scale_key(image: Image.Image, data: bytes) -> None:
    """Bring the transparent grey of a PNG of 2 or 4 bits to the 8 bits that Pillow brings its pixels to."""
    key, depth = image.info.get("transparency"), data[_PNG_DEPTH : _PNG_DEPTH + 1]
    if image.format == "PNG" and image.mode == "L" and isinstance(key, int) and depth in (b"\x02", b"\x04"):
        image.info["transparency"] = key * 255 // (2 ** depth[0] - 1)


def _with_deep_key(image: Image.Image, data: bytes) -> Image.Image:
    """A PNG of 16 bits whose transparent colour Pillow does not know, decoded by OpenCV; other images as they are."""
    key, depth = image.info.get("transparency"), data[_PNG_DEPTH : _PNG_DEPTH + 1]
    if image.format != "PNG" or depth != b"\x10" or not isinstance(key, tuple):
        return image
    deep = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if deep is None or deep.shape != (*image.size[::-1], 4) or deep.dtype != np.uint16:
        return image
    channels = np.asarray(deep[..., [2, 1, 0, 3]], np.uint16)
    result = Image.fromarray((channels // 256).astype(np.uint8))
    result.info = {name: value for name, value in image.info.items() if name != "transparency"}
    return result


def _open(data: bytes) -> Image.Image:
    if not data:
        raise UnreadableError("the file is empty", _REMEDY)
    try:
        return Image.open(io.BytesIO(data), formats=_formats(data))
    except Image.DecompressionBombError as e:
        raise _too_many_pixels("more than 178") from e
    except UnidentifiedImageError as e:
        raise UnreadableError(f"this is no image file that can be read ({_first_bytes(data)})", _REMEDY) from e
    except _DAMAGE as e:
        raise UnreadableError(f"the image header is damaged ({e})", _REMEDY) from e


def _formats(data: bytes) -> tuple[str, ...]:
    """The formats that may be tried; HEIC alone where the file says that it is that."""
    if data[4:8] != b"ftyp" or not any(brand in data[8:64] for brand in HEIF_BRANDS):
        return FORMATS
    try:
        from pillow_heif import register_heif_opener
    except ModuleNotFoundError as e:
        remedy = "pip install 'svgai[heif]', or save it as PNG or JPEG"
        raise UnreadableError("it is HEIC, whose decoder is not installed", remedy) from e
    register_heif_opener()
    return (*FORMATS, HEIF)


# What people give that is no picture of pixels, or one that is not read, by its first bytes.
_OTHERS = (
    (b"8BPS", "a Photoshop document"), (b"%PDF", "a PDF"), (b"%!PS", "PostScript"), (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"), (b"\xff\x0a", "JPEG XL"), (b"\0\0\0\x0cjP  ", "JPEG 2000"), (b"PK\3\4", "a ZIP"),
    (b"\x1a\x45\xdf\xa3", "a video"),
)  # fmt: skip


def _first_bytes(data: bytes) -> str:
    start = data[:512].lstrip().lower()
    if data.startswith((b"II*\0", b"MM\0*")):
        return "a TIFF of a kind that is not supported"
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")):
        return "it is SVG or XML already"
    return next((f"it is {name}" for begin, name in _OTHERS if data.startswith(begin)), f"it begins with {data[:8]!r}")


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
    return LOSSY if image.format in ("AVIF", HEIF) or (image.format == "WEBP" and not _lossless_webp(data)) else 0.0


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
