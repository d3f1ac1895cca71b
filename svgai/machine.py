"""Where a result's times were measured: system, processor, cores."""

from __future__ import annotations

import platform
from pathlib import Path

from svgai.workers.pool import cores


def machine() -> dict[str, str | int]:
    """System, processor, and the cores that this process may use."""
    return {"system": platform.platform(), "processor": _processor(), "cores": cores()}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
