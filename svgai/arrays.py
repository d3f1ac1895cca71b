"""The kinds of arrays that records and functions take, by name.

A name says the dtype; each docstring says the shape and the range.
"""

from __future__ import annotations

from dataclasses import fields
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# (h, w, 4) or (n, 4), sRGB, 0–255.
Pixels: TypeAlias = NDArray[np.uint8]
# (h, w, channels) or (n, channels), sRGB or a linear image of it, 0–255.
Colors: TypeAlias = NDArray[np.float32]
# (h, w), one channel or mask of 0–255.
Grey: TypeAlias = NDArray[np.uint8]
# (h, w), one measure a pixel.
Plane: TypeAlias = NDArray[np.float32]
# (..., 2), x to the right and y down, px.
Points: TypeAlias = NDArray[np.float64]
Floats: TypeAlias = NDArray[np.float64]
Index: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
# (h, w), the number of a palette colour or of a region.
Labels: TypeAlias = NDArray[np.int16]
RegionLabels: TypeAlias = NDArray[np.int32]


Number = TypeVar("Number", bound=np.generic)


def greatest(channels: NDArray[Number]) -> NDArray[Number]:
    """(h, w): the greatest value of each pixel, (h, w, n). As max(axis=2), which takes 3 to 9 times as long."""
    return reduce(np.maximum, (channels[..., k] for k in range(channels.shape[2])))


def freeze(*arrays: NDArray[np.generic]) -> None:
    """Make arrays read-only, as those of records are."""
    for array in arrays:
        array.flags.writeable = False


def freeze_fields(record: DataclassInstance) -> None:
    """Make the arrays that a record's own fields hold read-only: for its `__post_init__`."""
    values = (getattr(record, field.name) for field in fields(record))
    freeze(*(value for value in values if isinstance(value, np.ndarray)))
