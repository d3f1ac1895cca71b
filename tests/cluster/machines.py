"""Machines that draw: each an `svgai worker` with its processes, killed as a machine is that loses its power."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.serve.running import ROOT, wait

ENVIRONMENT = {**{k: v for k, v in os.environ.items() if not k.startswith("SVGAI")}, "PYTHONPATH": str(ROOT)}


def svgai(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tests.cluster.launch", *arguments]


class Machine:
    def __init__(self, folder: Path, name: str, broker: str, *arguments: str, **environment: str) -> None:
        self.log = folder / f"{name}.log"
        command = svgai("worker", "--broker", broker, "--jobs", "1", *arguments)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, env={**ENVIRONMENT, **environment}, stdout=log, stderr=subprocess.STDOUT
            )

    def children(self) -> list[psutil.Process]:
        found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return found

    def lose_power(self) -> None:
        processes = [*self.children(), psutil.Process(self.process.pid)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.terminate()
        return self.process.wait(60)


@contextmanager
def machines(folder: Path, broker: str, count: int, *arguments: str, **environment: str) -> Iterator[list[Machine]]:
    """So many, once all are connected."""
    found = [Machine(folder, f"machine-{k}", broker, *arguments, **environment) for k in range(count)]
    try:
        for machine in found:
            wait(lambda m=machine: "Connected to" in m.log.read_text(), "it is connected")
        yield found
    finally:
        for machine in found:
            if machine.process.poll() is None:
                machine.lose_power()
