"""Real servers from Debian, each in a folder and on a port of its own, which may be killed and started again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def program(name: str, package: str, *places: str) -> str:
    """Where a program is; a test that needs it fails without it, and says what to install."""
    found = shutil.which(name) or next((path for p in places for path in map(str, Path("/").glob(p))), None)
    assert found, f"this test needs {name}: apt-get install {package}"
    return found


class Server:
    """url: for clients. It is killed with all its processes, as a machine that loses its power."""

    url: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def user(self) -> str | None:
        """Whom it runs as, if not as we do."""
        return None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=self.folder, env=self.environment(), user=self.user(), stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        deadline = time.monotonic() + 120
        while not self.answers():
            log_ = (self.folder / "log").read_text()
            assert self._process.poll() is None, log_
            assert time.monotonic() < deadline, log_
            time.sleep(0.05)

    def answers(self) -> bool:
        with socket.socket() as s:
            s.settimeout(1)
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """At once: nothing is written down any more."""
        if self._process is not None:
            own = psutil.Process(self._process.pid)
            processes = [*own.children(recursive=True), own]
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(processes)
            self._process.wait()
            self._process = None


class Redis(Server):
    """Keeps nothing on the disk: what it held is gone after a restart."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        return [program("redis-server", "redis-server"), "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]


class RabbitMQ(Server):
    """Keeps durable queues and persistent messages on the disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._names = free_port()

    def command(self) -> list[str]:
        # The one in sbin changes the user.
        return [program("no-rabbitmq-server-in-path", "rabbitmq-server", "usr/lib/rabbitmq/bin/rabbitmq-server")]

    def environment(self) -> dict[str, str]:
        here = str(self.folder)
        return {
            **os.environ,
            "HOME": here,
            "RABBITMQ_NODENAME": f"svgai{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_MNESIA_BASE": here,
            "RABBITMQ_LOG_BASE": here,
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{here}/plugins",
            "RABBITMQ_CONF_ENV_FILE": f"{here}/none",
            # No daemon that outlives it, which tells other nodes where this one is.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-start_epmd false -erl_epmd_port {self._names} +S 1:1",
            "RABBITMQ_DIST_PORT": str(self._names),
        }


class PostgreSQL(Server):
    """Runs as the user postgres where we are root, as which it refuses to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"postgresql://svgai@127.0.0.1:{self.port}/postgres"
        user = self.user()
        if user is not None:
            shutil.chown(folder, user)
        initdb = program("initdb", "postgresql", "usr/lib/postgresql/*/bin/initdb")
        command = [initdb, "-D", str(folder / "data"), "-A", "trust", "-U", "svgai", "--no-sync"]
        subprocess.run(command, cwd=folder, user=user, check=True, capture_output=True)

    def command(self) -> list[str]:
        postgres = program("postgres", "postgresql", "usr/lib/postgresql/*/bin/postgres")
        return [postgres, "-D", str(self.folder / "data"), "-p", str(self.port), "-c", "fsync=off",
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]  # fmt: skip

    def user(self) -> str | None:
        return "postgres" if os.getuid() == 0 else None


@contextmanager
def serving(kind: type[Server]) -> Iterator[Server]:
    """A server while this lasts, in a folder that its user may enter."""
    folder = Path(tempfile.mkdtemp(prefix=f"svgai-{kind.__name__.lower()}-"))
    server = kind(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
