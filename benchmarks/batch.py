"""How well `svgai batch` uses the machine, and what it survives.

    python benchmarks/batch.py speed FOLDER...     gain of two processes, CPU, first result, a worker's memory
    python benchmarks/batch.py memory              the parent's memory at 100 and at 10,000 images
    python benchmarks/batch.py guilty FOLDER...    1,000 images, 12 of them fatal, killed half-way and resumed

FOLDER: images, repeated under other names until there are enough. Options after `--` go to svgai batch.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from svgai.folders.find import Rules, find

HERE = Path(__file__).parent
SVGAI = [sys.executable, "-m", "svgai"]
GUILTY = [sys.executable, str(HERE / "guilty.py")]
# Kind of fault → the code it must be reported with (tests/faults.py).
KINDS = {"panic": "internal", "exception": "internal", "hog": "memory", "hang": "timeout", "segv": "crash",
         "kill": "crash"}  # fmt: skip
MAX_PIXELS = 2_000_000


def repeated(folders: list[str], count: int, target: Path) -> None:
    """A folder of `count` images of at most 2 MP, under names that are all different."""
    target.mkdir()
    sources = [s.path for s in find(folders, Rules()).sources]
    fitting = [s for s in sources if pixels(s) <= MAX_PIXELS]
    for k, source in enumerate(islice(cycle(fitting), count)):
        shutil.copyfile(source, target / f"{k:05}-{os.path.basename(source)}")
    print(f"{count} images, {len(fitting)} different")


def pixels(path: str) -> int:
    with Image.open(path) as image:
        return image.width * image.height


def cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


BUSY = """
import time
start = time.perf_counter()
x = 0
for i in range(30_000_000):
    x ^= i
print(time.perf_counter() - start)
"""


def busy(processes: int) -> float:
    """Seconds that a fixed loop takes in each of so many processes at once, the slowest."""
    runs = [subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE) for _ in range(processes)]
    return max(float(run.communicate()[0]) for run in runs)


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command and all its children."""
    before, start = cpu_of_children(), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start, cpu_of_children() - before


class Watched:
    """A batch while it runs: seconds to its first result, peak resident bytes of parent and of any worker."""

    def __init__(self, command: list[str], log: Path) -> None:
        self.first: float | None = None
        self.parent = self.worker = 0
        before, start = cpu_of_children(), time.perf_counter()
        with log.open("wb") as err:
            run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=err)
            while run.poll() is None:
                if self.first is None and log.stat().st_size:
                    self.first = time.perf_counter() - start
                self._look(psutil.Process(run.pid))
                time.sleep(0.05)
        self.seconds, self.cpu = time.perf_counter() - start, cpu_of_children() - before

    def _look(self, parent: psutil.Process) -> None:
        try:
            self.parent = max(self.parent, parent.memory_info().rss)
            for child in parent.children():
                self.worker = max(self.worker, child.memory_info().rss)
        except psutil.Error:  # it has ended
            return


def speed(folders: list[str], count: int, options: list[str], scratch: Path) -> None:
    repeated(folders, count, scratch / "in")
    one, two = busy(1), busy(2)
    serial, serial_cpu = timed(
        [sys.executable, str(HERE / "one_by_one.py"), str(scratch / "in"), str(scratch / "serial"), *options]
    )
    one, two = min(one, busy(1)), min(two, busy(2))
    batch = Watched(
        [*SVGAI, "batch", str(scratch / "in"), "-o", str(scratch / "out"), "--jobs", "2", *options], scratch / "log"
    )
    one, two = min(one, busy(1)), min(two, busy(2))
    plain, gain = 2 * one / two, serial / batch.seconds
    print(f"two busy processes gain {plain:.3f}; --jobs 2 gains {gain:.3f}: {gain / plain:.3f} of it")
    print(f"one by one {serial:.1f} s, CPU {serial_cpu:.1f} s; batch {batch.seconds:.1f} s, CPU {batch.cpu:.1f} s: "
          f"{batch.cpu / serial_cpu:.3f} of it")  # fmt: skip
    print(f"first result after {batch.first or 0:.2f} s; peak of a worker {batch.worker / 1e6:.0f} MB, "
          f"of the parent {batch.parent / 1e6:.0f} MB")  # fmt: skip


def memory(options: list[str], scratch: Path) -> None:
    random = np.random.default_rng(1)
    for count in (100, 10_000):
        folder = scratch / f"in-{count}"
        folder.mkdir()
        for k in range(count):
            tile = np.kron(random.integers(0, 256, (3, 3, 3)), np.ones((4, 4, 1))).astype(np.uint8)
            Image.fromarray(tile).save(folder / f"{k:05}.png")
        report = f"--report={scratch}/{count}.json"
        batch = Watched(
            [*SVGAI, "batch", str(folder), "--plan", "vtracer", "--quality", "fast", report, *options], scratch / "log"
        )
        print(f"{count} images: parent {batch.parent / 1e6:.1f} MB, {batch.seconds:.0f} s, CPU {batch.cpu:.0f} s")


def guilty(folders: list[str], count: int, options: list[str], scratch: Path) -> None:
    repeated(folders, count, scratch / "in")
    names = sorted(os.listdir(scratch / "in"))
    wanted = {}
    for k, kind in enumerate(2 * list(KINDS)):
        name = names[(k + 1) * count // 13]
        (scratch / "in" / name).write_bytes(b"fault: " + kind.encode() + b" ")
        wanted[name] = KINDS[kind]
    command = [*GUILTY, "batch", str(scratch / "in"), *options]
    whole = Watched([*command, "-o", str(scratch / "whole"), f"--report={scratch}/whole.json"], scratch / "log")
    check(scratch / "whole.json", wanted, count)
    print(f"undisturbed: {whole.seconds:.0f} s, CPU {whole.cpu:.0f} s")
    print(f"killed after {killed([*command, '-o', str(scratch / 'halves')], count // 2)} results")
    again = [*command, "-o", str(scratch / "halves"), "--resume", f"--report={scratch}/halves.json"]
    subprocess.run(again, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    check(scratch / "halves.json", wanted, count)
    one, other = svgs(scratch / "whole"), svgs(scratch / "halves")
    different = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
    print(f"{len(one)} and {len(other)} SVGs, {len(different)} different {different[:5]}")


def killed(command: list[str], after: int) -> int:
    """SIGKILL a batch when it has printed so many results."""
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert run.stderr is not None
    seen = 0
    for seen, _ in enumerate(run.stderr, 1):
        if seen == after:
            run.kill()
            break
    run.wait()
    return seen


def check(report: Path, wanted: dict[str, str], count: int) -> None:
    content = json.loads(report.read_text())
    found = {os.path.basename(r["source"]): r["code"] for r in content["images"] if r["status"] == "failed"}
    totals = content["totals"]
    print(f"{totals['converted']} converted, {totals['reused']} of them reused, {totals['failed']} failed "
          f"{totals['failed_by_code']}; as expected: {found == wanted and totals['images'] == count}")  # fmt: skip


def svgs(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.glob("*.svg")}


def arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "memory", "guilty"])
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--count", type=int)
    own = list(islice(iter(sys.argv[1:]), sys.argv.index("--") - 1)) if "--" in sys.argv else sys.argv[1:]
    return parser.parse_args(own), sys.argv[len(own) + 2 :]


def main() -> None:
    given, options = arguments()
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if given.what == "speed":
            speed(given.folders, given.count or 100, options, scratch)
        elif given.what == "memory":
            memory(options, scratch)
        else:
            guilty(given.folders, given.count or 1000, options, scratch)


if __name__ == "__main__":
    main()
