"""What a result depends on: versions of svgai and its engines, and the machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from svgai import __version__

ENGINES = ("vtracer", "svg2png-py", "numpy", "opencv-python-headless", "pillow")


def versions() -> dict[str, str]:
    """Versions of svgai, Python and every package that decides what is drawn or measured."""
    return {"svgai": __version__, "python": platform.python_version(), **{name: _version(name) for name in ENGINES}}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def machine() -> dict[str, str | int]:
    """System, processor, and the cores that this process may use."""
    return {"system": platform.platform(), "processor": _processor(), "cores": cores()}


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
