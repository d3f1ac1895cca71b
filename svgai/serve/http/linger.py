"""The rest of a body that was refused: read and dropped, so that its sender sees the answer.

A connection that is closed over unread bytes is reset, and the answer goes with it (nginx's lingering_close).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

# Lingering ends after 5 s, as nginx's does between two reads, and after 64 MiB: four times the largest body.
_SECONDS, _BYTES = 5.0, 64 * 2**20


async def linger(scope: Scope, receive: Receive) -> None:
    """Read and drop what still comes of a request's body, which must not have ended yet, within bounds."""
    # Who asks first has sent nothing yet, and being read from would be the leave to send.
    if Headers(scope=scope).get("expect", "").lower() == "100-continue":
        return
    dropped, more = 0, True
    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS):
            while more and dropped < _BYTES:
                message = await receive()
                dropped += len(message.get("body", b""))
                more = bool(message.get("more_body", False))
