"""Who may ask, and how often: bearer keys and rate limits, before anything of a body is read."""

from __future__ import annotations

import hmac
import math
import time

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from svgai.serve import problems
from svgai.serve.http.linger import linger
from svgai.serve.limits import Standing, kind
from svgai.serve.problems import ApiError
from svgai.serve.service import Service

# What orchestrators, scrapers and the page's own files need is no secret.
_OPEN = ("/", "/livez", "/readyz", "/health", "/metrics")


class Admit:
    """Refuses with 401 and 429; tells of the limit in X-RateLimit-*."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check_key(scope)
            standing = await self._counted(scope)
        except ApiError as e:
            await linger(scope, receive)
            await problems.response(e, scope["state"]["id"])(scope, receive, send)
            return
        await self._app(scope, receive, send if standing is None else _told(send, standing))

    def _check_key(self, scope: Scope) -> None:
        path = scope["path"]
        if not self._service.wanted.keys or path in _OPEN or path.startswith("/static/"):
            return
        scheme, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
        given = key.strip().encode()
        # All of them are compared, each in constant time: the time tells nothing.
        fits = [hmac.compare_digest(given, known.encode()) for known in self._service.wanted.keys]
        if scheme.lower() != "bearer" or not any(fits):
            raise ApiError(401, "UNAUTHORIZED", "a key is needed", ["send Authorization: Bearer KEY"],
                           headers={"WWW-Authenticate": "Bearer"})  # fmt: skip

    async def _counted(self, scope: Scope) -> Standing | None:
        name = kind(scope["method"], scope["path"])
        if name is None:
            return None
        limits, client = self._service.limits, scope["state"]["client"]
        if limits.blocks():
            standing = await run_in_threadpool(limits.hit, name, client)
        else:
            standing = limits.hit(name, client)
        if standing is None or standing.allowed:
            return standing
        self._service.metrics.refused.labels(name).inc()
        seconds = max(1, math.ceil(standing.reset))
        message = f"more than {standing.limit} requests; try again in {seconds} s"
        raise ApiError(429, "RATE_LIMITED", message, [f"raise SVGAI_LIMIT_{name.upper()}"],
                       headers={"Retry-After": str(seconds), **_headers(standing)})  # fmt: skip


def _headers(standing: Standing) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(standing.limit),
        "X-RateLimit-Remaining": str(standing.remaining),
        "X-RateLimit-Reset": str(math.ceil(time.time() + standing.reset)),
    }


def _told(send: Send, standing: Standing) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_headers(standing))
        await send(message)

    return sending
