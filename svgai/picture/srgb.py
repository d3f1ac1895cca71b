"""Pillow's image → pixels in sRGB with straight alpha, a band of rows at a time.

A picture of 50 megapixels takes 200 MB in Pillow and 200 MB as pixels; more copies at once would not fit a worker.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from PIL import Image

from svgai.arrays import Mask, Pixels, freeze
from svgai.errors import UnreadableError

_REMEDY = "save it with 8 or 16 bits a channel"
# A profile is sRGB's own where it moves no colour of a 9 × 9 × 9 cube by more than 3 levels: what tables of 8 bits and
# rounding leave.
_SAME_PROFILE = 3
# Pixels of a band: its copies take 16 MB.
_BAND = 1 << 20

# A band of the image, in a mode of 8 bits a channel → (h, w, 3) in sRGB.
_Managed: TypeAlias = Callable[[Image.Image], Pixels]


def srgb(image: Image.Image, frame: tuple[int, int, int, int] | None) -> Pixels:
    """(height, width, 4) uint8, read-only; colour under alpha 0 is 0.

    frame: (left, top, right, bottom) of what the file shows of its page; beyond it is clear. Raises UnreadableError
    where the image's numbers have no agreed black and white, and what Pillow raises on damaged data.
    """
    image.load()
    managed = _management(image)
    width, height = image.size
    pixels = np.empty((height, width, 4), np.uint8)
    rows = max(1, _BAND // width)
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(height, top + rows)))
        eight, clear = _eight_bits(band, image)
        part = pixels[top : top + rows]
        part[...] = np.asarray(eight.convert("RGBA"))
        if managed:
            part[..., :3] = managed(eight)
        if clear is not None:
            part[clear] = 0
        part *= part[..., 3:] != 0
    if frame:
        left, top, right, bottom = frame
        pixels[:top] = pixels[bottom:] = pixels[:, :left] = pixels[:, right:] = 0
    freeze(pixels)
    return pixels


def _eight_bits(band: Image.Image, image: Image.Image) -> tuple[Image.Image, Mask | None]:
    """A band in a mode of 8 bits a channel, and which of its pixels are clear where 8 bits cannot say that."""
    if band.mode == "F":
        raise UnreadableError("its floating-point pixels have no agreed white", _REMEDY)
    if band.mode != "I" and not band.mode.startswith("I;16"):
        return band, None
    tags = getattr(image, "tag_v2", {})
    values = np.asarray(band)
    if band.mode == "I":
        if tags.get(_SAMPLE_FORMAT, (2,))[0] != _UNSIGNED:
            raise UnreadableError("its signed pixels have no agreed black and white", _REMEDY)
        values = (values.astype(np.uint32) >> 16).astype(np.uint16)
    key = image.info.get("transparency")
    clear = values == key if isinstance(key, int) else None
    if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        values = np.uint16(0xFFFF) - values
    return Image.fromarray((values >> 8).astype(np.uint8)), clear


# TIFF 6.0, tags 262 and 339.
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_SAMPLE_FORMAT, _UNSIGNED = 339, 1


def _probe() -> Image.Image:
    """9×9×9 colours over the whole RGB cube."""
    levels = np.linspace(0, 255, 9).astype(np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1)
    return Image.fromarray(cube.reshape(27, 27, 3))


def _management(image: Image.Image) -> _Managed | None:
    """What brings the image's colours to sRGB; None where its profile is missing, sRGB's own, broken, or another's.

    sRGB is told by what the transform does (at most 3 levels on a colour cube), not by the profile's name: so
    colours of an sRGB file stay exact, and a renamed wide-gamut profile still counts.
    """
    profile = image.info.get("icc_profile")
    if not profile:
        return None
    from PIL import ImageCms  # 5 ms, for the few files that hold a profile

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        mode = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}.get(space)
        grey = image.mode in ("1", "L", "LA") or image.mode.startswith("I")
        if mode is None or (mode == "L") != grey or (mode == "CMYK") != (image.mode == "CMYK"):
            return None
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
        if mode == "RGB":
            probe = _probe()
            moved = np.asarray(ImageCms.applyTransform(probe, transform)).astype(int) - np.asarray(probe)
            if np.abs(moved).max() <= _SAME_PROFILE:
                return None
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None

    def managed(band: Image.Image) -> Pixels:
        # RGBA first: a palette with transparency goes to RGB by way of it without a warning.
        plain = band.convert("RGBA").convert("RGB") if mode == "RGB" else band.convert(mode)
        return np.asarray(ImageCms.applyTransform(plain, transform))

    return managed
