"""Bodies: none is larger than it may be, whatever it says of itself, and none comes for ever."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from svgai.serve import problems
from svgai.serve.http.linger import linger
from svgai.serve.problems import ApiError
from svgai.serve.service import Service

# Seconds in which a body must have come. By eye: 16 MiB at 2 Mbit/s.
_PATIENCE = 60.0


class Body:
    """Refuses with 413 and 408, also where a route has hidden the error in one of its own."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._most = service.wanted.max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        meter = _Meter(self._most, receive)
        try:
            meter.check(Headers(scope=scope).get("content-length"))
            await self._app(scope, meter.receive, meter.guarded(send))
        except Exception:
            if meter.error is None or meter.started:
                raise
        if meter.error is not None and not meter.started:
            if not meter.whole:
                await linger(scope, receive)
            await problems.response(meter.error, scope["state"]["id"])(scope, receive, send)


class _Meter:
    """One request's body. error: what was wrong with it. whole: whether all of it came."""

    def __init__(self, most: int, receive: Receive) -> None:
        self.error: ApiError | None = None
        self.started = False
        self._most = most
        self._receive = receive
        self._count = 0
        self.whole = False
        self._deadline = asyncio.get_running_loop().time() + _PATIENCE

    def check(self, length: str | None) -> None:
        if length is not None and length.isdecimal() and int(length) > self._most:
            raise self._refused(ApiError(413, "TOO_LARGE", f"the request has more than {self._most} bytes",
                                         ["scale the picture down, or raise MAX_CONTENT_LENGTH"],
                                         headers={"Connection": "close"}))  # fmt: skip

    async def receive(self) -> Message:
        if self.whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise self._refused(ApiError(408, "TIMEOUT_ERROR", f"the body did not come within {_PATIENCE:g} s",
                                         headers={"Connection": "close"})) from None  # fmt: skip
        if message["type"] == "http.request":
            self._count += len(message.get("body", b""))
            self.whole = not message.get("more_body", False)
            self.check(str(self._count))
        return message

    def _refused(self, error: ApiError) -> ApiError:
        self.error = error
        return error

    def guarded(self, send: Send) -> Send:
        """Lets no answer through once the body was refused: that is the answer."""

        async def sending(message: Message) -> None:
            if self.error is not None and not self.started:
                return
            self.started = True
            await send(message)

        return sending
