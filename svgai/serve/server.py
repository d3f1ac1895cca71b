"""uvicorn, which stops in order: on SIGTERM it answers on, that it is not ready, until running jobs have ended. The
only module that imports uvicorn."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from types import FrameType

import uvicorn

from svgai.errors import UsageError
from svgai.serve import logs
from svgai.serve.app import application
from svgai.serve.service import Service

# Seconds between two looks whether running jobs have ended.
_LOOK = 0.05
# Connections at once; above, 503. By eye: each holds one body in memory.
_MOST_CONNECTIONS = 512
_KEEP_ALIVE = 15


class Server(uvicorn.Server):
    """The first signal drains; the second ends at once."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._drained: asyncio.Task[None] | None = None
        super().__init__(
            uvicorn.Config(
                application(service),
                host=service.wanted.host,
                port=service.wanted.port,
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=True,
                proxy_headers=False,
                limit_concurrency=_MOST_CONNECTIONS,
                timeout_keep_alive=_KEEP_ALIVE,
                timeout_graceful_shutdown=5,
                ws="none",
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Called by uvicorn with SIGINT and SIGTERM."""
        if self._service.draining:
            self.force_exit = self.should_exit = True
            return
        self._service.drain()
        loop = asyncio.get_event_loop()
        loop.call_soon_threadsafe(self._start_draining)

    def _start_draining(self) -> None:
        self._drained = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        deadline = time.monotonic() + self._service.wanted.grace
        while self._service.drawer.active and time.monotonic() < deadline:
            await asyncio.sleep(_LOOK)
        # Whoever waits for what has just ended still gets it.
        await asyncio.sleep(2 * _LOOK)
        self.should_exit = True


def run(service: Service) -> None:
    """Serve until a signal ends it. Raises UsageError where the address cannot be had."""
    wanted = service.wanted
    logs.configure(wanted.log_format, debug=wanted.debug)
    server = Server(service)
    try:
        listening = server.config.bind_socket()
    except SystemExit as e:
        raise UsageError(f"{wanted.host}:{wanted.port} is taken, or not an address of this machine",
                         "give another --port") from e  # fmt: skip
    # Head and body of an answer are two writes: with Nagle's algorithm the second waits 40 ms for an acknowledgement.
    # asyncio turns it off, but not on sockets that were made without a protocol's number; accepted ones inherit this.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    end = service.metrics.listen(wanted.host, wanted.prometheus_port) if wanted.prometheus_port else None
    host, port = listening.getsockname()[:2]
    at = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    logs.line(logging.INFO, f"svgai serves at {at}, {wanted.slots} workers, data in {service.folders.data}")
    try:
        server.run(sockets=[listening])
    finally:
        if end is not None:
            end()
    logs.line(logging.INFO, "stopped")
