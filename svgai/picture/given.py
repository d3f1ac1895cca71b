"""What a caller hands over as a picture → the bytes of a file, or a Raster."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels
from svgai.picture.load import is_image, of_image
from svgai.picture.raster import Raster

if TYPE_CHECKING:
    from PIL import Image


class Readable(Protocol):
    """A file that is open for bytes."""

    def read(self) -> bytes: ...


# A path, the bytes of a file, an open file, an array or one of Pillow's images.
Given: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | Readable | Image.Image | NDArray[Any]"

_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_ARRAYS = "(h, w) grey, (h, w, 2) grey and alpha, (h, w, 3) RGB or (h, w, 4) RGBA"


def path_of(given: object) -> str | None:
    """The path that a str or a Path is, `~` spelt out; None where it is neither. Raises ValueError on a URL."""
    if not isinstance(given, str | os.PathLike):
        return None
    path = os.fspath(given)
    if not isinstance(path, str):
        path = os.fsdecode(path)
    if _URL.match(path):
        raise ValueError(f"{path} is a URL, and svgai opens no connections: give the file or its bytes")
    return os.path.expanduser(path)


def picture_of(given: object) -> bytes | Raster:
    """The bytes of an image file, or a raster, of whatever is one but a path.

    Arrays are sRGB with straight alpha: bool, uint8, uint16 or floating point from 0 to 1.
    Raises TypeError where it is no picture, ValueError where it is an array of another shape or range,
    UnreadableError where Pillow's image cannot be decoded.
    """
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given)
    if isinstance(given, np.ndarray):
        return Raster.from_array(_levels(given))
    if is_image(given):
        return of_image(given)
    read = getattr(given, "read", None)
    if callable(read):
        data = read()
        if not isinstance(data, bytes):
            raise TypeError("the file is open for text: open it with mode 'rb'")
        return data
    raise TypeError(
        f"a {type(given).__name__} is no picture: give a path, bytes, a file open for bytes, an array or a PIL image"
    )


def _levels(array: NDArray[Any]) -> Pixels:
    """An array of any of the kinds that are taken → (h, w) to (h, w, 4) uint8."""
    values = _eight_bits(array)
    if values.ndim == 3 and values.shape[2] == 1:
        return values[..., 0]
    if values.ndim == 3 and values.shape[2] == 2:
        return np.dstack([values[..., :1]] * 3 + [values[..., 1:]])
    if values.ndim == 3 and values.shape[2] not in (3, 4) and values.shape[0] in (1, 3, 4):
        raise ValueError(f"the array is {array.shape}, its channels first: give array.transpose(1, 2, 0)")
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (3, 4)) or 0 in values.shape:
        raise ValueError(f"the array is {array.shape}, and a picture is {_ARRAYS}")
    return values


def _eight_bits(array: NDArray[Any]) -> Pixels:
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint16:
        return ((array.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if np.issubdtype(array.dtype, np.floating):
        if not np.isfinite(array).all() or array.min(initial=0) < 0 or array.max(initial=0) > 1:
            raise ValueError("the array's floating-point values are not all from 0 to 1: divide them by their white")
        levels: Pixels = np.rint(array * 255).astype(np.uint8)
        return levels
    raise ValueError(f"the array is {array.dtype}: give uint8, uint16, bool or floating point from 0 to 1")
