"""The outermost layer: a request gets its id and its client, is logged and counted, and answers with safe headers."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from svgai.report.text import shown
from svgai.serve import logs, problems
from svgai.serve.limits import client_address
from svgai.serve.problems import ApiError
from svgai.serve.service import Service

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# What an answer may do in a browser, where it says nothing else: nothing.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
# FastAPI's pages of documentation begin with a script of their own.
_DOCS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; worker-src blob:; frame-ancestors 'none'"
    )
}
# What orchestrators ask for every second is no news.
_QUIET = ("/livez", "/readyz", "/health", "/metrics")


class Observe:
    """The last resort too: an exception becomes a 500 that tells nothing, and a traceback in the log."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = _Seen(scope, self._service)
        metrics = self._service.metrics
        metrics.active.inc()
        try:
            await self._app(scope, receive, seen.wrapped(send))
        except Exception as e:  # noqa: BLE001 - the boundary: no request ends the service
            logs.LOGGER.error("a fault of the service", exc_info=e, extra={"request": seen.id})
            if seen.status == 0:
                error = ApiError(500, "INTERNAL", "Internal Server Error", ["the log has the request's id"])
                await problems.response(error, seen.id)(scope, receive, seen.wrapped(send))
        finally:
            metrics.active.dec()
            seen.end()


class _Seen:
    """One request."""

    def __init__(self, scope: Scope, service: Service) -> None:
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        self.id = given if _ID.fullmatch(given) else uuid.uuid4().hex[:12]
        peer = scope["client"][0] if scope.get("client") else "unknown"
        forwarded = ", ".join(headers.getlist("x-forwarded-for"))
        self.client = client_address(peer, forwarded, service.wanted.proxies)
        self.status = 0
        self._scope = scope
        self._service = service
        self._began = time.monotonic()
        scope.setdefault("state", {}).update(id=self.id, client=self.client)

    def wrapped(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                headers = MutableHeaders(scope=message)
                safe = {**_SAFE, **(_DOCS if self._scope["path"] in ("/docs", "/redoc") else {})}
                for name, value in safe.items():
                    headers.setdefault(name, value)
                headers["X-Request-ID"] = self.id
            await send(message)

        return sending

    def end(self) -> None:
        """Count and log it."""
        seconds = time.monotonic() - self._began
        method, path = self._scope["method"], self._scope["path"]
        route: Any = self._scope.get("route")
        name = getattr(route, "path", "other")
        method = method if method in ("GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH") else "other"
        self._service.metrics.requests.labels(method, name, str(self.status)).inc()
        self._service.metrics.seconds.labels(method, name).observe(seconds)
        level = logging.DEBUG if path in _QUIET and self.status < 400 else logging.INFO
        level = logging.WARNING if self.status in (401, 408, 413, 429) else level
        text = f"{method} {shown(path)} {self.status} {1000 * seconds:.0f} ms from {self.client} (request {self.id})"
        logs.line(level, text, request=self.id, client=self.client, method=method, path=path, status=self.status,
                  seconds=round(seconds, 4))  # fmt: skip
