"""A batch over several workers and a real broker: what it survives, how fast it is, what the sender holds.

    python benchmarks/machines.py kills FOLDER...    1,000 pictures, 3 workers, 12 guilty; a worker killed every 20 s,
                                                     the broker restarted: the SVGs beside a local batch's
    python benchmarks/machines.py speed FOLDER...    2 workers of one process beside a local batch with --jobs 2
    python benchmarks/machines.py memory             the sender's size with 1,000 and with --most pictures: when the
                                                     first is drawn, and the largest

FOLDER: images, made small and each a little different until there are --count. The "machines" are process groups;
redis-server or rabbitmq-server (--broker rabbitmq) is Debian's. kills may be done in pieces: --seconds stops it by
Ctrl-C, and goes on where it was with the same --folder.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import math
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from service import icons

from tests.cluster.machines import ENVIRONMENT, Machine, machines
from tests.faults import FAULT
from tests.pictures import encoded
from tests.servers import RabbitMQ, Redis, serving

GUILTY = ("panic", "exception", "segv", "kill", "exit", "declared") * 2


def write(folder: Path, pictures: list[bytes], guilty: tuple[str, ...] = ()) -> None:
    """The pictures, and the guilty ones evenly among them."""
    folder.mkdir()
    for k, data in enumerate(pictures):
        (folder / f"{k:05}.png").write_bytes(data)
    for k, kind in enumerate(guilty):
        (folder / f"{(k + 1) * len(pictures) // (len(guilty) + 1):05}-{kind}.png").write_bytes(
            FAULT + kind.encode() + b" "
        )


@dataclass(frozen=True)
class Ran:
    """Wall seconds of a batch, whether it came to its end, and the resident MB of its own process: when the first SVG
    was there, so that all names were read, and the most."""

    seconds: float
    whole: bool
    begun: float
    most: float


def batch(folder: Path, out: str, *arguments: str, limit: float = math.inf) -> Ran:
    """Run one in a folder, up to so many seconds, or go on with it."""
    command = [sys.executable, "-m", "svgai", "batch", "in", "-o", out, "-q", "--report", f"{out}.csv",
               "--quality", "fast", *(["--resume"] if (folder / out).exists() else []), *arguments]  # fmt: skip
    start, begun, most = time.monotonic(), 0.0, 0.0
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT) as process:
        while process.poll() is None:
            with suppress(psutil.NoSuchProcess):
                size = psutil.Process(process.pid).memory_info().rss / 1e6
                most = max(most, size)
                begun = begun or (size if next((folder / out).glob("*.svg"), None) else 0.0)
            if time.monotonic() - start > limit:
                process.send_signal(signal.SIGINT)
                process.wait()
            time.sleep(0.1)
    ran = Ran(time.monotonic() - start, process.returncode in (0, 1), begun, most)
    print(f"{' '.join(arguments)}: exit {process.returncode}, {ran.seconds:.1f} s, {done(folder, out)} SVGs, "
          f"sender {begun:.1f} MB at the first, {most:.1f} MB at most", flush=True)  # fmt: skip
    return ran


def kills(folder: Path, pictures: list[bytes], kind: type[Redis] | type[RabbitMQ], limit: float) -> None:
    """Each call does what fits into its seconds: first away, then here."""
    if not (folder / "in").exists():
        write(folder / "in", pictures[: len(pictures) - len(GUILTY)], GUILTY)
    if not (folder / "whole").exists():
        if not away(folder, kind, limit).whole:
            return
        (folder / "whole").touch()
        for path in (folder / "in").glob("*-*.png"):
            path.unlink()
        if limit < math.inf:
            return
    if batch(folder, "local", limit=limit).whole:
        compare(folder)


def away(folder: Path, kind: type[Redis] | type[RabbitMQ], limit: float) -> Ran:
    """The batch over three workers, one of which is killed every 20 s; the broker is restarted once."""
    with ExitStack() as stack:
        broker = stack.enter_context(serving(kind))
        found = stack.enter_context(machines(folder, broker.url, 3))
        # Those of an earlier piece have logs of these names.
        first = len(list(folder.glob("again-*.log")))
        ended = threading.Event()

        def kill() -> None:
            for k in itertools.count():
                if ended.wait(20):
                    return
                found[k % 3].lose_power()
                found[k % 3] = Machine(folder, f"again-{first + k}", broker.url)
                if k == 1:
                    broker.stop()
                    broker.start()
                restarted = ", broker restarted" if k == 1 else ""
                print(f"worker {k % 3} killed{restarted}, {done(folder, 'out')} done", flush=True)

        killer = threading.Thread(target=kill)
        killer.start()
        ran = batch(folder, "out", "--broker", broker.url, limit=limit)
        ended.set()
        killer.join()
        for machine in found:
            machine.lose_power()
    return ran


def done(folder: Path, out: str) -> int:
    return len(list((folder / out).glob("*.svg")))


def compare(folder: Path) -> None:
    """Hold the SVGs against a local batch's."""
    local = {path.name: path.read_bytes() for path in (folder / "local").glob("*.svg")}
    found = {path.name: path.read_bytes() for path in (folder / "out").glob("*.svg")}
    same = sum(found.get(name) == data for name, data in local.items())
    with (folder / "out.csv").open() as f:
        rows = list(csv.DictReader(f))
    print(f"{len(local)} local, {same} equal, {len(found.keys() - local.keys())} more")
    print(dict(Counter((row["status"], row.get("code", "")) for row in rows)))


def speed(folder: Path, pictures: list[bytes], kind: type[Redis] | type[RabbitMQ]) -> None:
    write(folder / "in", pictures)
    with serving(kind) as broker, machines(folder, broker.url, 2):
        batch(folder, "warm", "--broker", broker.url, "--include", "0000?.png")
        away = batch(folder, "out", "--broker", broker.url).seconds
    here = batch(folder, "local", "--jobs", "2").seconds
    print(f"throughput {len(pictures) / away:.2f} and {len(pictures) / here:.2f} pictures/s, ratio {here / away:.3f}")
    compare(folder)


def memory(folder: Path, counts: tuple[int, ...], kind: type[Redis] | type[RabbitMQ]) -> None:
    with serving(kind) as broker, machines(folder, broker.url, 2):
        for count in counts:
            own = folder / str(count)
            own.mkdir()
            write(
                own / "in", [encoded(np.full((4, 4, 4), (k % 256, k // 256, 9, 255), np.uint8)) for k in range(count)]
            )
            batch(own, "out", "--broker", broker.url)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["kills", "speed", "memory"])
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--most", type=int, default=20_000)
    parser.add_argument("--side", type=int, default=32)
    parser.add_argument("--folder", type=Path, help="kept, for kills in pieces")
    parser.add_argument("--seconds", type=float, default=math.inf, help="of one piece of kills")
    parser.add_argument("--broker", choices=["redis", "rabbitmq"], default="redis")
    given = parser.parse_args()
    kind: type[Redis] | type[RabbitMQ] = {"redis": Redis, "rabbitmq": RabbitMQ}[given.broker]  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as name:
        if given.what == "memory":
            memory(Path(name), (1000, given.most), kind)
        else:
            made = icons(given.folders, given.count, given.side)
            place = given.folder or Path(name)
            place.mkdir(exist_ok=True)
            if given.what == "kills":
                kills(place, made, kind, given.seconds)
            else:
                speed(place, made, kind)
