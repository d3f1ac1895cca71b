"""A picture in memory."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Pixels, freeze
from svgai.kernels.library import kernel
from svgai.picture.skew import Skew
from svgai.records import Record


def _memory(array: NDArray[np.generic]) -> object:
    """What an array is a view of, at the bottom."""
    memory: object = array
    while isinstance(memory, np.ndarray) and memory.base is not None:
        memory = memory.base
    return memory


def _stained(pixels: Pixels) -> bool:
    """Whether there is colour under alpha 0; pixels: contiguous."""
    compiled = kernel("stained")
    if compiled is None:
        return specified_stained(pixels)
    found = np.zeros(1, np.uint8)
    compiled(pixels.size // 4, pixels, found)
    return bool(found[0])


def specified_stained(pixels: Pixels) -> bool:
    """_stained in numpy: what kernels/pixels.c does."""
    rows = max(1, (1 << 20) // pixels.shape[1])
    bands = (pixels[top : top + rows] for top in range(0, len(pixels), rows))
    return any(band[band[..., 3] == 0].any() for band in bands)


class Raster(Record):
    """A picture in memory.

    pixels: (height, width, 4) uint8, sRGB with straight alpha; colour under alpha 0 is 0. They are copied, unless they
    are read-only already and nobody else can write to their memory.
    noise: σ of what coding or a sensor added, in grey levels; 0 for a clean picture.
    frames: how many pictures its file has, of which this is one.
    skew: how the page lay in the file, where this is that page made straight.
    """

    pixels: Pixels
    noise: float = 0.0
    frames: int = 1
    skew: Skew | None = None

    def __post_init__(self) -> None:
        p = self.pixels
        if p.dtype != np.uint8 or p.ndim != 3 or p.shape[2] != 4 or 0 in p.shape:
            raise ValueError(f"a raster is (height, width, 4) uint8, not {p.shape} {p.dtype}")
        if not (math.isfinite(self.noise) and self.noise >= 0):
            raise ValueError(f"noise is a σ of 0 or more, not {self.noise}")
        kept = p.flags.owndata or isinstance(_memory(p), bytes)
        own = kept and p.flags.c_contiguous and not p.flags.writeable
        pixels = p if own and not _stained(p) else _cleared(p)
        freeze(pixels)
        object.__setattr__(self, "pixels", pixels)

    @classmethod
    def from_array(cls, array: Pixels) -> Raster:
        """From (h, w) grey, (h, w, 3) RGB or (h, w, 4) RGBA, uint8. Raises ValueError on any other array."""
        color = np.repeat(array[..., None], 3, axis=2) if array.ndim == 2 else array
        if color.ndim == 3 and color.shape[2] == 3:
            color = np.dstack([color, np.full(color.shape[:2], 255, color.dtype)])
        return cls(color)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    @property
    def opaque(self) -> bool:
        return bool((self.pixels[..., 3] == 255).all())


def _cleared(pixels: Pixels) -> Pixels:
    """A copy with no colour where alpha is 0."""
    compiled = kernel("cleared")
    if compiled is None:
        return specified(pixels)
    result = np.empty(pixels.shape, np.uint8)
    compiled(result.size // 4, np.ascontiguousarray(pixels), result)
    return result


def specified(pixels: Pixels) -> Pixels:
    """_cleared in numpy: what kernels/pixels.c does."""
    result = np.array(pixels, order="C")
    result *= result[..., 3:] != 0  # indexing by the mask would take 16 bytes a pixel
    return result
