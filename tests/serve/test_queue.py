"""The table of jobs: one owner at a time, one end, whatever dies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from svgai.serve.database import Database, url_of
from svgai.serve.jobs import Job, new_id
from svgai.serve.limits import client_address
from svgai.serve.queue import Bounds, Queue, QueueFullError
from svgai.serve.tables import METADATA
from svgai.serve.totals import Totals
from svgai.serve.values import networks
from tests.servers import PostgreSQL, Server, serving


def job(**fields: object) -> Job:
    plain = Job(
        id=new_id(), name="a.png", suffix=".png", bytes=1, digest="", words={}, client="c", request="r", created=0
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(PostgreSQL) as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Empty, of either kind."""
    url = request.getfixturevalue("server").url if request.param == "postgresql" else None
    found = Database(url_of(url, tmp_path / "jobs.sqlite"))
    yield found
    with found.transaction() as connection:
        METADATA.drop_all(connection)
    found.close()


def queue(database: Database, owner: str = "host:1:a", pending: int = 100, client: int = 100) -> Queue:
    return Queue(database, Bounds(pending, client), owner)


def nothing(*_: object) -> None:
    pass


def test_first_come_first_served_and_each_once(database: Database) -> None:
    first, second = queue(database), queue(database, "host:2:b")
    jobs = [job() for _ in range(4)]
    first.accept(jobs)
    claimed = [(first if k % 2 else second).claim() for k in range(5)]
    assert [j.id if j else None for j in claimed] == [*(j.id for j in jobs), None]


def test_many_at_once_get_each_job_once(database: Database) -> None:
    jobs = [job() for _ in range(24)]
    queue(database).accept(jobs)

    def claimed(name: str) -> list[str]:
        ours = queue(database, name)
        return [found.id for found in iter(ours.claim, None)]

    with ThreadPoolExecutor(4) as pool:
        found = chain.from_iterable(pool.map(claimed, ("h:1:a", "h:2:b", "h:3:c", "h:4:d")))
    assert sorted(found) == sorted(j.id for j in jobs)


def test_only_the_owner_ends_a_job_and_only_once(database: Database) -> None:
    ours, theirs = queue(database), queue(database, "host:2:b")
    ours.accept([job()])
    claimed = ours.claim()
    assert claimed is not None
    assert theirs.end(replace(claimed, owner="host:2:b"), nothing, record={}) is None
    ended = ours.end(claimed, nothing, record={"x": 1})
    assert ended is not None
    assert (ended.state, ended.record) == ("completed", {"x": 1})
    assert ours.end(claimed, nothing, record={"x": 2}) is None


def test_a_claim_that_was_lost_and_taken_again_does_not_count(database: Database) -> None:
    ours = queue(database)
    ours.accept([job()])
    old = ours.claim()
    assert old is not None
    ours.release(old, tried=True)
    new = ours.claim()
    assert new is not None
    assert ours.end(old, nothing, record={}) is None
    assert ours.end(new, nothing, record={}) is not None
    assert (old.tries, new.tries) == (1, 2)


def test_what_an_earlier_process_of_this_instance_had_is_abandoned_at_once(database: Database) -> None:
    before, other, after = (queue(database, name) for name in ("host:1:a", "host:2:b", "host:1:c"))
    before.accept([job(), job()])
    mine, theirs = before.claim(), other.claim()
    assert mine is not None
    assert theirs is not None
    assert [j.id for j in after.abandoned(restarted=True)] == [mine.id]
    assert after.abandoned(restarted=False) == []


def test_a_lease_that_is_not_renewed_ends(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = queue(database)
    ours.accept([job()])
    claimed = ours.claim()
    assert claimed is not None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 10)
    assert ours.renew([claimed.id, new_id()]) == {claimed.id}
    assert ours.renew([]) == set()
    monkeypatch.setattr(time, "time", lambda: now + 20)
    assert ours.abandoned(restarted=False) == []
    monkeypatch.setattr(time, "time", lambda: now + 26)
    assert [j.id for j in ours.abandoned(restarted=False)] == [claimed.id]


def test_a_full_queue_takes_all_or_none(database: Database) -> None:
    ours = queue(database, pending=3, client=2)
    ours.accept([job(client="a"), job(client="a")])
    with pytest.raises(QueueFullError, match="SVGAI_CLIENT_JOBS"):
        ours.accept([job(client="a")])
    with pytest.raises(QueueFullError, match="SVGAI_MAX_PENDING"):
        ours.accept([job(client="b"), job(client="b")])
    assert ours.depth().queued == 2
    ours.accept([job(client="b")])


def test_how_long_to_wait_is_the_queues_speed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = queue(database)
    ours.accept([job() for _ in range(5)])
    clock = iter(range(0, 100, 4))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    for _ in range(5):
        claimed = ours.claim()
        assert claimed is not None
        ours.end(claimed, nothing, record={})
    assert ours.seconds_each() == 4


def test_totals_are_written_with_the_job_or_not_at_all(database: Database) -> None:
    ours = Queue(database, Bounds(9, 9), "host:1:a")
    totals = Totals(database, "host:1")
    ours.accept([job(), job()])
    claimed = ours.claim()
    assert claimed is not None

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ours.end(claimed, broken, error={"code": "crash", "message": "", "remedy": ""})
    assert Totals(database, "host:1").counters["jobs"] == {"completed": 0, "failed": 0}
    ours.end(claimed, totals.add, error={"code": "crash", "message": "", "remedy": ""})
    again = Totals(database, "host:1")
    assert again.counters["jobs"] == {"completed": 0, "failed": 1}
    assert again.counters["errors"]["crash"] == 1
    assert Totals(database, "host:2").counters["jobs"]["failed"] == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "client"),
    [
        ("1.1.1.1", "9.9.9.9", "", "1.1.1.1"),
        ("10.0.0.1", "9.9.9.9", "10.0.0.0/8", "9.9.9.9"),
        ("10.0.0.1", "6.6.6.6, 9.9.9.9, 10.0.0.2", "10.0.0.0/8", "9.9.9.9"),
        ("10.0.0.1", None, "10.0.0.0/8", "10.0.0.1"),
        ("10.0.0.1", "<script>", "10.0.0.0/8", "10.0.0.1"),
        ("10.0.0.1", "2001:db8::1", "*", "2001:db8::1"),
        ("::1", "9.9.9.9", "::1", "9.9.9.9"),
    ],
)
def test_whose_request_it_is(peer: str, forwarded: str | None, proxies: str, client: str) -> None:
    assert client_address(peer, forwarded, networks(proxies)) == client
