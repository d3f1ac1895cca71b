"""What changes in folders, told when it is whole. The only module that imports watchfiles."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from watchfiles import Change, watch

# A file counts as whole when its size and its time stay the same for so many milliseconds (by eye: a copy over a
# network writes every 100 ms).
SETTLED = 500


@dataclass(frozen=True, slots=True)
class Changes:
    """Absolute paths: written, new or changed files that are whole; gone, files that are there no longer."""

    written: frozenset[str]
    gone: frozenset[str]


def changes(folders: Sequence[str], stop: threading.Event) -> Generator[Changes]:
    """What happens below the folders, until stop is set; never empty. A file that grows is told when it is whole."""
    pending: dict[str, tuple[int, int] | None] = {}
    gone: set[str] = set()
    for told in watch(
        *folders, stop_event=stop, debounce=SETTLED, step=50, rust_timeout=SETTLED, yield_on_timeout=True,
        raise_interrupt=False, watch_filter=None, ignore_permission_denied=True,
    ):  # fmt: skip
        for change, path in told:
            (gone.add if change is Change.deleted else gone.discard)(path)
            pending |= dict.fromkeys(_files(path))
        now = {path: _state(path) for path in pending}
        whole = {path for path, state in now.items() if state is not None and state == pending[path]}
        pending = {path: state for path, state in now.items() if state is not None and path not in whole}
        left = {path for path in gone if not os.path.lexists(path)}
        gone = set()
        if whole or left:
            yield Changes(frozenset(whole), frozenset(left))


def _files(path: str) -> list[str]:
    """The path, or all files below it: what was written into a new folder before it was watched is not told."""
    if not os.path.isdir(path) or os.path.islink(path):
        return [path]
    return [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]


def _state(path: str) -> tuple[int, int] | None:
    """Size and time of a file; None of what is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if os.path.isfile(path) else None
