"""Redis, really started and stopped under the service: everything goes on, and comes back by itself."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pictures import encoded, noise
from tests.serve.running import Running, free_port, running, wait


class Redis:
    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        assert program, "these tests need redis-server: apt-get install redis-server"
        self.port = free_port()
        self._command = [program, "--port", str(self.port), "--save", "", "--dir", str(folder)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    found = Redis(tmp_path)
    found.start()
    yield found
    found.stop()


def state(service: Running) -> tuple[str, str]:
    body = service.http.get("/health").json()
    return body["status"], body["components"]["redis"]


def test_redis_stops_and_starts_under_load(tmp_path: Path, redis: Redis) -> None:
    with running(tmp_path, REDIS_URL=f"redis://127.0.0.1:{redis.port}", SVGAI_LIMITS="on",
                 SVGAI_LIMIT_CONVERT="100000/minute") as service:  # fmt: skip
        wait(lambda: state(service) == ("healthy", "connected"), "it is connected")
        codes: list[int] = []
        ended = threading.Event()

        def load() -> None:
            while not ended.is_set():
                data = encoded(noise(8, 8, seed=len(codes) % 5))
                codes.append(service.http.post("/convert", content=data, params={"quality": "fast"}).status_code)

        client = threading.Thread(target=load)
        client.start()
        try:
            wait(lambda: len(codes) > 5, "requests go through")
            redis.stop()
            wait(lambda: state(service) == ("degraded", "unavailable"), "its end is noticed")
            assert service.http.get("/health").status_code == 200
            assert "svgai_redis_up 0.0" in service.http.get("/metrics").text
            count = len(codes)
            wait(lambda: len(codes) > count + 5, "requests go through without it")
            redis.start()
            wait(lambda: state(service) == ("healthy", "connected"), "it is connected again")
            count = len(codes)
            wait(lambda: len(codes) > count + 5, "requests go through with it")
        finally:
            ended.set()
            client.join()
        assert set(codes) == {200}
        assert service.lines().count("Redis is unavailable") == 1


def test_a_cache_and_limits_are_shared(tmp_path: Path, redis: Redis, icon: bytes) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    told = {"REDIS_URL": f"redis://127.0.0.1:{redis.port}", "SVGAI_LIMITS": "on", "SVGAI_LIMIT_JOBS": "3/minute"}
    with running(tmp_path / "a", **told) as first, running(tmp_path / "b", **told) as second:
        for service in (first, second):
            wait(lambda s=service: state(s)[1] == "connected", "it is connected")
        drawn = first.http.post("/convert", content=icon)
        found = second.http.post("/convert", content=icon)
        assert found.headers["X-Svgai-Cache"] == "hit"
        assert found.content == drawn.content
        codes = [s.http.post("/jobs", content=b"x").status_code for s in (first, second, first, second)]
        assert codes == [400, 400, 400, 429]


def test_it_starts_without_redis(tmp_path: Path, icon: bytes) -> None:
    with running(tmp_path, REDIS_URL=f"redis://127.0.0.1:{free_port()}") as service:
        assert state(service) == ("degraded", "unavailable")
        assert service.http.post("/convert", content=icon).status_code == 200
