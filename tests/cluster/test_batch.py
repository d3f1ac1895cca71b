"""svgai batch --broker over real brokers: the same SVGs, report and exit codes, whoever is killed meanwhile."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import svgai
from tests.cluster.machines import ENVIRONMENT, machines
from tests.cluster.machines import svgai as command
from tests.faults import FAULT
from tests.pictures import encoded
from tests.serve.running import free_port, wait
from tests.servers import RabbitMQ, Redis, Server, serving


def picture(number: int) -> bytes:
    return encoded(np.full((8, 8, 4), (9 * number % 256, 99, 200, 255), np.uint8))


def filled(folder: Path, count: int, *guilty: str) -> dict[str, bytes]:
    """A folder of pictures that each take a moment, and of guilty ones; the innocent by the name of their SVG."""
    folder.mkdir()
    good = {}
    for k in range(count):
        (folder / f"{k:02}.png").write_bytes(FAULT + b"slow " + picture(k))
        good[f"{k:02}.svg"] = picture(k)
    for kind in guilty:
        (folder / f"{kind}.png").write_bytes(FAULT + kind.encode() + b" ")
    return good


def started(folder: Path, broker: str, *arguments: str) -> subprocess.Popen[str]:
    words = ("batch", "in", "-o", "out", "--quality", "fast", "--broker", broker, "--report", "r.json", "--force")
    return subprocess.Popen(command(*words, *arguments), cwd=folder, env=ENVIRONMENT, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def done(folder: Path) -> int:
    return len(list((folder / "out").glob("*.svg")))


def check(folder: Path, good: dict[str, bytes]) -> dict[str, str]:
    """Hold the SVGs against the library's; why each of the others failed."""
    for name, data in good.items():
        assert (folder / "out" / name).read_bytes() == svgai.convert(data, quality="fast").svg.data
    rows = json.loads((folder / "r.json").read_text())["images"]
    assert len({row["source"] for row in rows}) == len(rows)
    assert sum(row["status"] == "converted" for row in rows) == len(good)
    return {Path(row["source"]).stem: row["code"] for row in rows if row["status"] == "failed"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Redis, RabbitMQ])
def test_worker_machine_and_broker_die_and_nothing_is_lost(tmp_path: Path, kind: type[Server]) -> None:
    good = filled(tmp_path / "in", 12, "segv", "exception", "hang")
    with serving(kind) as broker, machines(tmp_path, broker.url, 3) as found:
        batch = started(tmp_path, broker.url, "--timeout", "6")
        wait(lambda: done(tmp_path) >= 1, "it goes on")
        found[0].kill_a_drawing()
        # By then the picture of that process is drawn: at most six are out, in their order.
        wait(lambda: done(tmp_path) >= 8, "it goes on without a process")
        found[1].lose_power()
        wait(lambda: done(tmp_path) >= 9, "it goes on without a machine")
        broker.stop()
        broker.start()
        output, words = batch.communicate(timeout=100)
        assert batch.returncode == 1, words
        assert check(tmp_path, good) == {"segv": "crash", "exception": "internal", "hang": "timeout"}
        assert "12 converted, 3 failed" in output
        again = started(tmp_path, broker.url, "--timeout", "6", "--resume")
        assert "12 of them by an earlier run" in again.communicate(timeout=100)[0]
        assert found[2].stop() == 0


@pytest.fixture(scope="module")
def redis() -> Iterator[Server]:
    with serving(Redis) as found:
        yield found


@pytest.mark.slow
def test_paths_go_out_where_all_see_the_same_files(tmp_path: Path, redis: Server) -> None:
    good = filled(tmp_path / "in", 2)
    with machines(tmp_path, redis.url, 1, "--shared-folder", str(tmp_path)):
        batch = started(tmp_path, redis.url, "--shared")
        words = batch.communicate(timeout=60)
        assert batch.returncode == 0, words
        assert not check(tmp_path, good)
        assert not list((tmp_path / "out" / ".svgai" / "run").glob("*.svg"))


@pytest.mark.slow
def test_a_worker_reads_no_files_that_it_was_not_told(tmp_path: Path, redis: Server) -> None:
    filled(tmp_path / "in", 1)
    (tmp_path / "other").mkdir()
    with machines(tmp_path, redis.url, 1, "--shared-folder", str(tmp_path / "other")):
        batch = started(tmp_path, redis.url, "--shared")
        assert "--shared-folder" in batch.communicate(timeout=60)[1]
        assert batch.returncode == 1


@pytest.mark.slow
def test_ctrl_c_leaves_what_resume_needs_and_no_messages(tmp_path: Path, redis: Server) -> None:
    good = filled(tmp_path / "in", 8)
    with machines(tmp_path, redis.url, 1):
        batch = started(tmp_path, redis.url)
        wait(lambda: done(tmp_path) >= 2, "it goes on")
        batch.send_signal(signal.SIGINT)
        assert "--resume" in batch.communicate(timeout=60)[1]
        assert batch.returncode == 130
        finished = done(tmp_path)
        again = started(tmp_path, redis.url, "--resume")
        output = again.communicate(timeout=60)[0]
        assert f"{finished} of them by an earlier run" in output
        assert not check(tmp_path, good)


@pytest.mark.slow
def test_a_second_signal_ends_a_worker_at_once(tmp_path: Path, redis: Server) -> None:
    filled(tmp_path / "in", 0, "hang")
    with machines(tmp_path, redis.url, 1) as found:
        batch = started(tmp_path, redis.url, "--timeout", "600")
        wait(lambda: bool(found[0].children()), "it draws")
        found[0].process.terminate()
        wait(lambda: "Warm shutdown" in found[0].log.read_text(), "it has heard")
        assert found[0].stop() == 128 + signal.SIGTERM
        batch.send_signal(signal.SIGINT)
        batch.communicate(timeout=60)


def test_what_is_not_there_is_told(tmp_path: Path, redis: Server) -> None:
    filled(tmp_path / "in", 1)
    for url, words in (
        (redis.url, "no svgai worker answers"),
        (f"redis://127.0.0.1:{free_port()}/0", "the broker does not answer"),
        ("http://127.0.0.1/", "redis:// or amqp://"),
    ):
        batch = started(tmp_path, url)
        assert words in batch.communicate(timeout=60)[1]
        assert batch.returncode == 2
