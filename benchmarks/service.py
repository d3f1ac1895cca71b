"""How well `svgai serve` uses the machine beside `svgai batch`, and what it survives.

    python benchmarks/service.py load FOLDER...    200 small icons by 8 clients; /health meanwhile; cache hits; memory
    python benchmarks/service.py faults FOLDER...  1,000 jobs, 12 of them guilty, 10 kill -9 of workers and service

FOLDER: images, made small and each a little different until there are enough. `hey` (Debian) asks for /health and the
cache. Figures of time are from the same run; on a machine with other work the ratio of CPU says more than that of
seconds.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import psutil
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from svgai.folders.find import Rules, find
from svgai.workers.pool import cores
from tests.serve.faults import guilty
from tests.serve.running import Running, running, wait

CLIENTS = 8
GUILTY = ("panic", "exception", "segv", "kill", "exit", "declared") * 2


def icons(folders: list[str], count: int, side: int) -> list[bytes]:
    """PNGs of at most side × side, all different: the same picture again has another colour in a corner."""
    sources = [source.path for source in find(folders, Rules()).sources]
    made = []
    for k in range(count):
        with Image.open(sources[k % len(sources)]) as image:
            small = image.convert("RGBA")
            small.thumbnail((side, side))
        small.putpixel((0, 0), (k % 256, k // 256, 7, 255))
        f = io.BytesIO()
        small.save(f, "PNG")
        made.append(f.getvalue())
    print(f"{count} icons of at most {side} px from {len(sources)} pictures")
    return made


def batch(pictures: list[bytes], folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of `svgai batch` on them."""
    source = folder / "in"
    source.mkdir()
    for k, data in enumerate(pictures):
        (source / f"{k:04}.png").write_bytes(data)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "svgai", "batch", str(source), "-o", str(folder / "out"), "-q"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, cpu


def cpu_of(service: Running) -> float:
    assert service.process is not None
    processes = [psutil.Process(service.process.pid), *service.workers()]
    return float(sum(p.cpu_times().user + p.cpu_times().system for p in processes))


def sizes(service: Running) -> list[int]:
    """Resident MB of each worker."""
    return [round(worker.memory_info().rss / 1e6) for worker in service.workers()]


def posted(service: Running, pictures: list[bytes]) -> float:
    """Wall seconds for all pictures by CLIENTS clients."""
    local = threading.local()

    def post(data: bytes) -> int:
        if not hasattr(local, "connection"):
            local.connection = HTTPConnection("127.0.0.1", service.port, timeout=300)
        local.connection.request("POST", "/convert", data)
        answer = local.connection.getresponse()
        answer.read()
        return int(answer.status)

    start = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        codes = Counter(pool.map(post, pictures))
    print(f"answers: {dict(codes)}")
    return time.monotonic() - start


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def load(folders: list[str], side: int) -> None:
    hey = shutil.which("hey")
    assert hey, "apt-get install hey"
    pictures = icons(folders, 200, side)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "service").mkdir()
        wall, cpu = batch(pictures, folder)
        print(f"svgai batch: {wall:.1f} s, {200 / wall:.2f} icons/s, CPU {cpu:.1f} s")
        with running(folder / "service", SVGAI_TIMEOUT="300", WORKERS=str(cores())) as service:
            wait(lambda: "[NATIVE]" in service.lines(), "the workers are loaded")
            time.sleep(2)
            assert service.process is not None
            idle = psutil.Process(service.process.pid).memory_info().rss
            print(f"idle: service {idle / 1e6:.0f} MB, workers {sizes(service)} MB")
            command = [hey, "-z", "600s", "-c", "1", "-q", "50", "-o", "csv", f"{service.url}/health"]
            health = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            before = cpu_of(service)
            wall2 = posted(service, pictures)
            cpu2 = cpu_of(service) - before
            health.send_signal(2)
            rows = list(csv.DictReader(io.StringIO(health.communicate()[0])))
            times = [1000 * float(row["response-time"]) for row in rows]
            print(f"svgai serve: {wall2:.1f} s, {200 / wall2:.2f} icons/s, CPU {cpu2:.1f} s")
            print(f"throughput ratio {wall / wall2:.3f}, by CPU {cpu / cpu2:.3f}")
            codes = dict(Counter(row["status-code"] for row in rows))
            print(f"/health meanwhile: {len(times)} times, p50 {quantile(times, 0.5):.1f} ms, "
                  f"p99 {quantile(times, 0.99):.1f} ms, codes {codes}")  # fmt: skip
            print(f"workers after: {sizes(service)} MB")
            picture = folder / "hit.png"
            picture.write_bytes(pictures[0])
            before = cpu_of(service)
            done = subprocess.run([hey, "-n", "5000", "-c", "8", "-m", "POST", "-D", str(picture),
                                   f"{service.url}/convert"], capture_output=True, text=True, check=True)  # fmt: skip
            for line in done.stdout.splitlines():
                if any(word in line for word in ("Requests/sec", "99% in", "50% in", "responses")):
                    print("cache hits:", line.strip())
            print(f"cache hits: {1000 * (cpu_of(service) - before) / 5000:.2f} ms of CPU each")


def submitted(service: Running, data: bytes) -> str:
    """The id of an accepted job; who is refused, or finds nobody there, comes again."""
    while True:
        try:
            answer = service.http.post("/jobs", content=data)
        except Exception:  # noqa: BLE001 - the service is being killed: was it accepted? then it is one more
            time.sleep(0.2)
            continue
        if answer.status_code == 202:
            return str(answer.json()["id"])
        assert answer.status_code in (429, 503), answer.text
        time.sleep(float(answer.headers.get("Retry-After", "1")) / 4)


def faults(folders: list[str], side: int) -> None:
    chance = random.Random(1)
    pictures = icons(folders, 988, side)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "service").mkdir()
        batch(pictures, folder)
        jobs: list[tuple[str, int | None]] = []
        order: list[int | None] = [*range(988), *[None] * 12]
        chance.shuffle(order)
        kills = dict(zip(sorted(chance.sample(range(50, 1000), 10)), ["worker", "service"] * 5, strict=True))
        bad = iter(GUILTY)
        with running(folder / "service", faulty=True, SVGAI_TIMEOUT="120", WORKERS=str(cores())) as service:
            for at, k in enumerate(order):
                jobs.append((submitted(service, guilty(next(bad)) if k is None else pictures[k]), k))
                if kills.get(at) == "worker":
                    wait(lambda: bool(service.workers()), "a worker is there")
                    service.workers()[0].kill()
                elif kills.get(at) == "service":
                    service.kill()
                    service.start()
            results(service, jobs, folder / "out")


def results(service: Running, jobs: list[tuple[str, int | None]], out: Path) -> None:
    """Hold what became of each job against batch's SVGs."""
    found: Counter[str] = Counter()
    for job, k in jobs:
        done = service.wait_for(job, 3600)
        if done["status"] == "failed":
            found[f"failed: {done['error']['code']}" + ("" if k is None else " (and innocent!)")] += 1
        else:
            same = service.http.get(f"/jobs/{job}/svg").content == (out / f"{k:04}.svg").read_bytes()
            found["equal to batch's" if same else "different!"] += 1
    print(dict(found))
    lines = service.lines()
    print("completed more than once:", sum(lines.count(f"[JOB {job}] Complete!") > 1 for job, _ in jobs))
    figures = service.http.get("/metrics").text
    print([line for line in figures.splitlines() if line.startswith("vectorizer_jobs_total")])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["load", "faults"])
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--side", type=int, default=64)
    given = parser.parse_args()
    os.environ["PYTHONPATH"] = str(Path(__file__).parent.parent)
    {"load": load, "faults": faults}[given.what](given.folders, given.side)
