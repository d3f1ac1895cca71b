"""How often a client may ask: sliding windows, shared through Redis where it is up. The only module that imports
limits."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from limits import RateLimitItem, parse_many
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from svgai.serve.environment import Configuration
from svgai.serve.redis_link import RedisLink
from svgai.serve.values import Network

# What a request counts as, by method and the beginning of its path; the first that fits.
_API_CONVERT, _API_BATCH = ("/api/convert", "/api/convert-ai"), ("/api/batch-convert", "/api/classify-batch")
# What an orchestrator or a scraper asks for is never refused.
_FREE = ("/livez", "/readyz", "/metrics")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands. limit: of requests in the window that is nearest to its end; remaining of it; reset:
    seconds until it is whole again."""

    allowed: bool
    limit: int
    remaining: int
    reset: float


def kind(method: str, path: str) -> str | None:
    """The name of what a request counts as; None: it is not counted."""
    if path in _FREE:
        return None
    if method != "POST":
        return "read"
    if path in _API_CONVERT:
        return "api_convert"
    if path in _API_BATCH:
        return "api_batch"
    if path.startswith("/api/"):
        return "api"
    return {"/convert": "convert", "/jobs": "jobs"}.get(path, "read")


def client_address(peer: str, forwarded: str | None, proxies: Sequence[Network]) -> str:
    """Whose request it is: the peer, or where that is a trusted proxy the last address in X-Forwarded-For that is
    none."""
    chain = [peer, *reversed([part.strip() for part in (forwarded or "").split(",") if part.strip()])]
    for address in chain:
        if not _within(address, proxies):
            return address if _is_address(address) else peer
    return chain[-1]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _within(address: str, networks: Sequence[Network]) -> bool:
    if not networks or not _is_address(address):
        return False
    return any(ipaddress.ip_address(address) in network for network in networks)


class Limits:
    """What each kind of request may, by the configuration."""

    def __init__(self, wanted: Configuration, redis: RedisLink | None) -> None:
        self._rates = rates(wanted)
        self._redis = redis
        self._local = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = None
        if redis is not None:
            storage = RedisStorage(redis.url, connection_pool=redis.pool, wrap_exceptions=True)
            self._shared = SlidingWindowCounterRateLimiter(storage)

    def blocks(self) -> bool:
        """Whether `hit` asks over a network, and belongs in a thread."""
        return self._redis is not None and self._redis.up

    def hit(self, name: str, client: str) -> Standing | None:
        """Count a request; None where its kind has no limit."""
        items = self._rates.get(name)
        if not items:
            return None
        if self._shared is not None and self._redis is not None and self._redis.up:
            try:
                return _hit(self._shared, items, name, client)
            except StorageError as e:
                self._redis.lost(e)
        return _hit(self._local, items, name, client)


def rates(wanted: Configuration) -> Mapping[str, list[RateLimitItem]]:
    """The limits of each kind of request."""
    if not wanted.limited:
        return {}
    words = {
        "convert": wanted.limit_convert,
        "jobs": wanted.limit_jobs,
        "api": wanted.limit_api,
        "api_convert": wanted.limit_api_convert,
        "api_batch": wanted.limit_api_batch,
        "read": wanted.limit_read,
    }
    return {name: parse_many(text) for name, text in words.items() if text != "off"}


def _hit(limiter: SlidingWindowCounterRateLimiter, items: list[RateLimitItem], name: str, client: str) -> Standing:
    standings = []
    for item in items:
        allowed = limiter.hit(item, name, client)
        window = limiter.get_window_stats(item, name, client)
        remaining = max(0, window.remaining) if allowed else 0
        standings.append(Standing(allowed, item.amount, remaining, max(0.0, window.reset_time - time.time())))
        if not allowed:
            break
    return min(standings, key=lambda s: (s.allowed, s.remaining / s.limit))
