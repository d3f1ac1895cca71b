"""Where coroutines wait for jobs that threads end."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Board:
    """Made in the event loop's thread; tell() may be called from any."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: dict[str, list[asyncio.Event]] = {}

    def attach(self) -> None:
        """Belong to the running event loop."""
        self._loop = asyncio.get_running_loop()

    def tell(self, job: str) -> None:
        """A job has ended."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                self._loop.call_soon_threadsafe(self._wake, job)

    def _wake(self, job: str) -> None:
        for event in self._waiting.get(job, ()):
            event.set()

    async def wait(self, job: str, seconds: float) -> None:
        """Until the job ends in this process, or the time is over: another process may have it."""
        event = asyncio.Event()
        self._waiting.setdefault(job, []).append(event)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
        finally:
            self._waiting[job].remove(event)
            if not self._waiting[job]:
                del self._waiting[job]
