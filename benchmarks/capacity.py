"""What one core draws and what that takes: `python benchmarks/capacity.py`. docs/operations.md has its table.

A service with one worker gets every sample as a job, one after the other. CPU seconds are the worker's, so that other
programs of the machine count little; memory is the largest that the worker held at any of some ten looks a second.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from svgai.samples import paths
from tests.serve.running import Running, running

_LOOK = 0.1


def draw(service: Running, path: Path) -> tuple[int, float, int]:
    """(tier, CPU seconds, largest resident bytes of the worker) of one picture."""
    workers = service.workers()
    before = sum(sum(worker.cpu_times()[:2]) for worker in workers)
    job = service.http.post("/jobs", files={"files": (path.name, path.read_bytes())}).json()["id"]
    largest = 0
    while True:
        found = service.http.get(f"/jobs/{job}").json()
        for worker in service.workers():
            try:
                largest = max(largest, worker.memory_info().rss)
            except psutil.NoSuchProcess:
                continue
        if found["status"] in ("completed", "failed"):
            break
        time.sleep(_LOOK)
    after = sum(sum(worker.cpu_times()[:2]) for worker in service.workers())
    return int(found["result"]["tier"]), after - before, largest


def main() -> None:
    with tempfile.TemporaryDirectory() as name, running(Path(name), WORKERS="1") as service:
        assert service.process is not None
        draw(service, next(iter(paths())))
        seconds: dict[int, list[float]] = defaultdict(list)
        largest: dict[int, int] = defaultdict(int)
        for path in paths():
            tier, used, held = draw(service, path)
            seconds[tier].append(used)
            largest[tier] = max(largest[tier], held)
        print("tier  pictures  CPU s a picture: median, mean  jobs a minute a core (mean)  largest worker, MB")
        for tier in sorted(seconds):
            mean = statistics.mean(seconds[tier])
            print(f"{tier:4}  {len(seconds[tier]):8}  {statistics.median(seconds[tier]):22.2f}, {mean:.2f}"
                  f"  {60 / mean:27.0f}  {largest[tier] / 1e6:18.0f}")  # fmt: skip
        files = [path for path in (Path(name) / "data").rglob("*") if path.is_file()]
        bytes_each = {path.stat().st_ino: path.stat().st_size for path in files}
        count = sum(map(len, seconds.values()))
        print(f"service without workers: {psutil.Process(service.process.pid).memory_info().rss / 1e6:.0f} MB")
        print(f"disk for a thousand jobs like these: {1000 * sum(bytes_each.values()) / count / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
