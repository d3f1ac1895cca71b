"""A service in a process of its own, as its users start it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests import namespaces

ROOT = Path(__file__).parents[2]
# Variables of the developer's own shell that would count.
_OURS = ("SVGAI", "API_", "PORT", "MAX_", "WORKER", "REDIS", "UPLOAD", "OUTPUT_DIR", "FLASK", "SECRET", "ALLOWED",
         "PROMETHEUS", "FORWARDED")  # fmt: skip


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Running:
    """One service, which may be killed and started again on its port and data.

    faulty: pictures that ask for a fault get it (tests/serve/faults.py). disk: its data folder is a disk of its own of
    so many bytes, which nobody else sees.
    """

    def __init__(
        self,
        folder: Path,
        *,
        faulty: bool = False,
        arguments: tuple[str, ...] = (),
        disk: int | None = None,
        **environment: str,
    ) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.url, timeout=60)
        module = "tests.serve.faulty" if faulty else "svgai"
        self._command = [sys.executable, "-m", module, "serve", "--port", str(self.port), *arguments]
        if disk is not None:
            self.data.mkdir()
            self._command = [*_on_disk_of(disk, self.data), *self._command]
        clean = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
        self._environment = {**clean, "SVGAI_LIMITS": "off", "SVGAI_DATA": str(self.data), "PYTHONPATH": str(ROOT),
                             "OPENBLAS_NUM_THREADS": "1", "WORKERS": "1", **environment}  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=self.folder, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        wait(self.alive, "the service answers")

    def inside(self) -> Path:
        """The data folder as the service sees it."""
        assert self.process is not None
        return Path(f"/proc/{self.process.pid}/root{self.data}")

    def alive(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.lines()
        try:
            return self.http.get("/livez").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """As the kernel or an operator would, at once."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.http.close()
        self.http = httpx.Client(base_url=self.url, timeout=60)

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def workers(self) -> list[psutil.Process]:
        assert self.process is not None
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if any("spawn_main" in word for word in child.cmdline())]

    def lines(self) -> str:
        return self.log.read_text()

    def wait_for(self, job: str, seconds: float = 60) -> dict[str, Any]:
        """A job or batch at its end."""
        found: dict[str, Any] = {}

        def ended() -> bool:
            found.update(self.http.get(f"/jobs/{job}").json())
            return found["status"] in ("completed", "failed")

        wait(ended, f"{job} ends", seconds)
        return found


def _on_disk_of(size: int, folder: Path) -> list[str]:
    """What runs a command where a tmpfs of so many bytes is mounted on a folder: in a mount namespace of its own."""
    namespaces.needed()
    namespace = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user"])]
    return [*namespace, "sh", "-c", f'mount -t tmpfs -o size={size},mode=700 tmpfs {folder} && exec "$@"', "sh"]


def wait(condition: Any, what: str, seconds: float = 60) -> None:
    """Until something holds; a machine at work may be slow, so that the time is no test."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)


@contextmanager
def running(folder: Path, **options: Any) -> Iterator[Running]:
    """A service while this lasts."""
    service = Running(folder, **options)
    try:
        service.start()
        yield service
    finally:
        service.http.close()
        if service.process is not None and service.process.poll() is None:
            service.process.kill()
            service.process.wait()
