"""svgai serve whose jobs svgai worker draws, over real brokers and PostgreSQL: whoever is killed, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest

import svgai
from tests.cluster.machines import Machine, machines
from tests.pictures import encoded
from tests.serve.faults import guilty
from tests.serve.running import Running, free_port, running, wait
from tests.servers import PostgreSQL, RabbitMQ, Redis, Server, serving


def picture(number: int) -> bytes:
    return encoded(np.full((8, 8, 4), (9 * number % 256, 99, 200, 255), np.uint8))


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    with serving(PostgreSQL) as found:
        yield found


@contextmanager
def together(folder: Path, workers: int, **told: str) -> Iterator[tuple[list[Running], list[Machine]]]:
    """Two replicas and some workers. told: what all of them are."""
    with ExitStack() as stack:
        replicas = []
        for name in ("a", "b"):
            (folder / name).mkdir()
            replicas.append(stack.enter_context(running(folder / name, faulty=True, **told)))
        own = {"SVGAI_DATA": str(folder / "own"), "SVGAI_TIMEOUT": "30", **told}
        yield replicas, stack.enter_context(machines(folder, told["SVGAI_BROKER_URL"], workers, "--service", **own))


def submit(service: Running, content: bytes) -> str:
    answer = service.http.post("/jobs", content=content, params={"quality": "fast"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def drawn_by(found: list[Machine]) -> str:
    return "".join(machine.log.read_text() for machine in found)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Redis, RabbitMQ])
def test_process_machine_and_broker_die_and_nothing_is_lost(
    tmp_path: Path, database: Server, kind: type[Server]
) -> None:
    """With Redis on one folder that all see, with RabbitMQ on folders of their own and an object store."""
    files = {"SVGAI_DATA": f"{tmp_path}/data"} if kind is Redis else {"SVGAI_STORAGE_URL": f"file://{tmp_path}/store"}
    with (
        serving(kind) as broker,
        together(tmp_path, 2, SVGAI_BROKER_URL=broker.url, SVGAI_DATABASE_URL=database.url, **files) as (
            (first, second),
            found,
        ),
    ):
        good = {submit(first, guilty("slow", picture(k))): picture(k) for k in range(6)}
        bad = submit(second, guilty("segv"))
        wait(lambda: "Complete!" in drawn_by(found), "it goes on")
        found[0].children()[0].kill()
        found[1].lose_power()
        broker.stop()
        wait(lambda: second.http.get("/health").json()["components"]["broker"] == "unavailable", "it is noticed")
        health = second.http.get("/health")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        good[submit(second, guilty("slow", picture(9)))] = picture(9)
        assert second.http.post("/convert", content=picture(10)).status_code == 200, "a replica draws it by itself"
        broker.start()
        for job, data in good.items():
            assert first.wait_for(job)["status"] == "completed", drawn_by(found)
            svg = second.http.get(f"/jobs/{job}/svg").content
            assert svg == svgai.convert(data, quality="fast").svg.data
        assert first.wait_for(bad)["error"]["code"] == "crash"
        assert "retry 1 of 1" in drawn_by(found), "it is tried twice"
        lines = first.lines() + second.lines() + drawn_by(found)
        assert [lines.count(f"[JOB {job}] Complete!") for job in good] == [1] * len(good)
        assert not any(f"[JOB {job}] Complete!" in first.lines() + second.lines() for job in good)
        wait(lambda: first.http.get("/health").json()["status"] == "healthy", "it is well again")
        assert found[0].stop() == 0


@pytest.mark.slow
def test_jobs_wait_for_a_worker_and_for_their_messages(tmp_path: Path) -> None:
    """Without a worker a job waits; a broker that forgets its messages is told again. SQLite does."""
    with serving(Redis) as broker, ExitStack() as stack:
        told = {"SVGAI_BROKER_URL": broker.url, "SVGAI_DATA": f"{tmp_path}/data"}
        (first, second), _ = stack.enter_context(together(tmp_path, 0, **told))
        job = submit(first, picture(1))
        wait(lambda: second.http.get("/health").json()["pending_jobs"] == 1, "it waits")
        broker.stop()
        broker.start()
        told["PROMETHEUS_PORT"] = str(free_port())
        with machines(tmp_path, broker.url, 1, "--service", **told):
            assert second.wait_for(job)["status"] == "completed"
            metrics = second.http.get(f"http://127.0.0.1:{told['PROMETHEUS_PORT']}/metrics").text
            assert 'vectorizer_jobs_total{status="completed"} 1.0' in metrics
            assert "svgai_broker_up 1.0" in metrics


def test_a_worker_of_no_service_is_told(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "lost", "redis://127.0.0.1:9/0", "--service", SVGAI_DATA=str(tmp_path / "none"))
    assert machine.process.wait(60) == 2
    assert "SVGAI_DATA" in machine.log.read_text()
