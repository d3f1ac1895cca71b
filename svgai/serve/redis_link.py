"""Redis, which may be gone at any time and come back: whoever needs it is told at once. The only module that imports
redis."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import redis

from svgai.serve import logs

Value = TypeVar("Value")

# Seconds that one command may take, and between two looks whether it is there. By eye: one takes 0.2 ms nearby.
_PATIENCE, _LOOK = 0.5, 1.0


class RedisDownError(Exception):
    """Redis cannot be asked at the moment."""


class RedisLink:
    """One pool of connections. up: whether Redis answered when it was last asked."""

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
        self.pool = redis.ConnectionPool.from_url(url, max_connections=64, **options)
        self.url = url
        self.up = False
        self._said = False
        self._client = redis.Redis(connection_pool=self.pool)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="svgai redis", daemon=True)

    def start(self) -> None:
        self._look()
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self.pool.disconnect()

    def ask(self, question: Callable[[redis.Redis], Value]) -> Value:
        """The answer to a question. Raises RedisDownError, at once where it is known to be down."""
        if not self.up:
            raise RedisDownError
        try:
            return question(self._client)
        except (redis.RedisError, OSError) as e:
            self.lost(e)
            raise RedisDownError from e

    def lost(self, error: Exception) -> None:
        """Note that Redis did not answer."""
        if self.up or not self._said:
            self._said = True
            logs.line(logging.WARNING, f"Redis is unavailable ({type(error).__name__}): cache and limits are local")
        self.up = False

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK):
            self._look()

    def _look(self) -> None:
        try:
            self._client.ping()
        except (redis.RedisError, OSError) as e:
            self.lost(e)
            return
        if not self.up:
            logs.line(logging.INFO, "Redis is connected")
        self.up = True
