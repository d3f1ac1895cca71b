"""PostgreSQL, really started and stopped under two services: any answers for every job, and nothing is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from svgai.errors import UsageError
from svgai.serve.database import url_of
from tests.pictures import encoded, noise
from tests.serve.faults import guilty
from tests.serve.running import running, wait
from tests.servers import PostgreSQL, Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(PostgreSQL) as found:
        yield found


def test_two_services_and_a_database_that_goes_and_comes_back(tmp_path: Path, server: Server, icon: bytes) -> None:
    told = {"SVGAI_DATABASE_URL": server.url, "SVGAI_DATA": str(tmp_path / "data")}
    (tmp_path / "b").mkdir()
    with (
        running(tmp_path, faulty=True, **told) as first,
        running(tmp_path / "b", faulty=True, **told) as second,
    ):
        pictures = [guilty("slow", encoded(noise(4, 4, seed=k))) for k in range(4)]
        sent = [first.http.post("/jobs", content=picture).json()["id"] for picture in pictures]
        for job in sent:
            assert second.wait_for(job)["status"] == "completed"
            assert second.http.get(f"/jobs/{job}/svg").content.startswith(b"<svg")
        ends = [service.lines().count("] Complete!") for service in (first, second)]
        assert sum(ends) == 4, "each once"
        assert all(ends), "both have drawn"
        assert not list((tmp_path / "data").glob("*.sqlite")), "nothing of it is in a file"

        server.stop()
        refused = first.http.post("/jobs", content=icon)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "UNAVAILABLE")
        assert "postgresql" not in refused.text
        health = first.http.get("/health")
        assert (health.status_code, health.json()["components"]["database"]) == (503, "unavailable")
        server.start()
        wait(lambda: first.http.get("/health").status_code == 200, "it is well again")
        job = second.http.post("/jobs", content=icon).json()["id"]
        assert first.wait_for(job)["status"] == "completed"


@pytest.mark.parametrize("url", ["nonsense", "mysql://localhost/x", "sqlite:///x", "postgresql+asyncpg://localhost/x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="SVGAI_DATABASE_URL"):
        url_of(url, Path("jobs.sqlite"))


def test_a_server_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    service = running(tmp_path, SVGAI_DATABASE_URL="postgresql://127.0.0.1:9/x", arguments=("--data", "d"))
    with pytest.raises(AssertionError, match="the database does not answer"), contextlib.ExitStack() as stack:
        stack.enter_context(service)
