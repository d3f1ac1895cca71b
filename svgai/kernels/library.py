"""The shared library of compiled kernels, where the installation has one. The only module that imports ctypes."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Kernel: TypeAlias = Callable[..., int]

# The library's file, made by hatch_build.py from the .c files beside it.
FILE = Path(__file__).with_name("kernels.so")
# SVGAI_KERNELS=numpy leaves the library alone: tests draw both ways.
VARIABLE = "SVGAI_KERNELS"


@cache
def _library() -> ctypes.CDLL | None:
    if os.environ.get(VARIABLE) == "numpy" or not FILE.exists():
        return None
    try:
        return ctypes.CDLL(str(FILE))
    except OSError:  # built for another system
        return None


def in_use() -> bool:
    """Whether compiled kernels draw here, and not their numpy versions."""
    return _library() is not None


@cache
def kernel(name: str) -> Kernel | None:
    """A kernel by its C name; None where numpy is to do its work. It returns 0, or 1 where there was no memory."""
    library = _library()
    if library is None:
        return None
    function = getattr(library, name)
    function.restype = ctypes.c_int
    return _checked(function)


def _checked(function: Any) -> Kernel:
    def call(*arguments: int | float | NDArray[np.generic]) -> int:
        if function(*map(_argument, arguments)):
            raise MemoryError(f"{function.__name__}: no memory for its scratch arrays")
        return 0

    return call


def _argument(value: int | float | NDArray[np.generic]) -> Any:
    """An array's address, an int as long, a float as double. Raises ValueError on a strided array, and TypeError."""
    if isinstance(value, np.ndarray):
        if not value.flags.c_contiguous:
            raise ValueError("a kernel takes contiguous arrays")
        return ctypes.c_void_p(value.ctypes.data)
    if isinstance(value, int):
        return ctypes.c_long(value)
    if isinstance(value, float):
        return ctypes.c_double(value)
    raise TypeError(f"a kernel takes arrays, int and float, not {type(value).__name__}")
