"""Distinct values, medians and quantiles, by sorting: np.unique, isin, median and quantile load numpy.ma, 20 ms."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats

Number = TypeVar("Number", bound=np.generic)


def distinct(values: NDArray[Number]) -> NDArray[Number]:
    """(m,): the values of an array of any shape, each once, rising."""
    ordered = np.sort(values, axis=None)
    fresh = np.ones(len(ordered), bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def median(values: NDArray[Number]) -> Floats:
    """The medians along the first axis, (n, ...) → (...), n ≥ 1; of an even number the mean of the middle two."""
    ordered = np.sort(values, axis=0)
    return np.asarray(ordered[(len(ordered) - 1) // 2] / 2 + ordered[len(ordered) // 2] / 2)


def quantile(values: Floats, share: float) -> float:
    """The value that a share of (n,) values lies below, n ≥ 1, in between two by linear interpolation."""
    ordered = np.sort(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    return low + (high - low) * (place - below)
