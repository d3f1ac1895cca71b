"""Memory of the service with its workers, and what they may take."""

from __future__ import annotations

from pathlib import Path

import psutil

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def used() -> tuple[int, list[int]]:
    """Resident bytes of this process, and of each child."""
    own = psutil.Process()
    children = []
    for process in own.children(recursive=True):
        try:
            children.append(int(process.memory_info().rss))
        except psutil.Error:  # it has ended
            continue
    return int(own.memory_info().rss), children


def limit() -> int:
    """Bytes that the container may take, or the machine has."""
    most = int(psutil.virtual_memory().total)
    for name in _LIMITS:
        path = Path(name)
        text = path.read_text().strip() if path.exists() else ""
        if text.isdecimal():
            most = min(most, int(text))
    return most


def available() -> int:
    """Bytes that the machine could give."""
    return int(psutil.virtual_memory().available)
