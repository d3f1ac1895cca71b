"""The long attack: python -m benchmarks.attack [--files 20000] [--pictures 400] [--kills 100] [--seed 1].

Damaged files are loaded, odd pictures of up to 256 px are converted and measured again, and a batch is killed at
moments drawn by lot and then goes on. Prints what broke, the counts, the largest memory and CPU time of one picture;
exit 1 where anything broke. tests/attack runs a small sample of the same.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, os.fspath(Path(__file__).parent.parent))

from tests.attack import files, kills, odd

# A picture that raises the process's memory above this broke a promise, bytes.
MOST_MEMORY = 500_000_000


def _peak() -> int:
    """The most memory that this process ever had, bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _counted(name: str, complaints: Iterable[tuple[str, str | None]]) -> int:
    """Say each complaint, then the counts; how many there were."""
    tried, broke, start = 0, 0, time.process_time()
    for what, complaint in complaints:
        tried += 1
        if complaint:
            broke += 1
            print(f"BROKE {name} {what}: {complaint}", flush=True)
    print(f"{name}: {tried} tried, {tried - broke} held, {broke} broke; {time.process_time() - start:.0f} s CPU, "
          f"peak {_peak() / 1e6:.0f} MB", flush=True)  # fmt: skip
    return broke


def _files(count: int, seed: int) -> Iterator[tuple[str, str | None]]:
    for k, data in enumerate(files.damaged(count, seed)):
        yield str(k), files.complaint(data)


def _pictures(count: int, seed: int) -> Iterator[tuple[str, str | None]]:
    slowest = (0.0, "")
    for name, data in odd.pictures(count, seed, most=256):
        before = time.process_time()
        complaint = odd.complaint(data)
        slowest = max(slowest, (time.process_time() - before, name))
        yield name, complaint or (f"peak {_peak() / 1e6:.0f} MB" if _peak() > MOST_MEMORY else None)
    print(f"slowest: {slowest[0]:.1f} s CPU with its second measurement, {slowest[1]}")


def _kills(count: int, seed: int) -> Iterator[tuple[str, str | None]]:
    with tempfile.TemporaryDirectory() as folder:
        undisturbed = kills.prepared(Path(folder), images=12, seed=seed)
        broken = list(kills.complaints(Path(folder), undisturbed, count, seed))
    yield from ((str(k), None) for k in range(count - len(broken)))
    yield from (("kill", complaint) for complaint in broken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--pictures", type=int, default=400)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    broke = _counted("damaged files", _files(asked.files, asked.seed))
    broke += _counted("odd pictures", _pictures(asked.pictures, asked.seed))
    broke += _counted("kills", _kills(asked.kills, asked.seed))
    sys.exit(1 if broke else 0)


if __name__ == "__main__":
    main()
