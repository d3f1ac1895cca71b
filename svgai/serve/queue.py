"""The table of jobs: accepted once, claimed by one worker at a time, ended once, whoever dies in between."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from svgai.serve.database import Database
from svgai.serve.jobs import COLUMNS, COMPLETED, FAILED, PROCESSING, QUEUED, STORED, Job, from_row, to_row

# Seconds that a claim holds without being renewed, and between two renewals.
LEASE, RENEWAL = 15.0, 1.0
# A job whose worker or service died so often is failed.
TRIES = 3
# The queue's speed is that of the last so many jobs; before any has ended, this many seconds each.
_MEASURED = 50
_FIRST = 2.0

_INSERT = f"INSERT INTO jobs ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_CLAIM = f"""
UPDATE jobs SET state = '{PROCESSING}', owner = ?, lease = ?, started = ?, tries = tries + 1, progress = 0,
    stage = 'load'
WHERE rowid = (SELECT rowid FROM jobs WHERE state = '{QUEUED}' ORDER BY rowid LIMIT 1)
RETURNING *
"""
_OURS = f"id = ? AND owner = ? AND tries = ? AND state = '{PROCESSING}'"


class QueueFullError(Exception):
    """More jobs than may wait. setting: the variable that allows more; seconds: until there is room, about."""

    def __init__(self, waiting: int, setting: str, seconds: float) -> None:
        super().__init__(f"{waiting} jobs are pending, the most that {setting} allows")
        self.setting = setting
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Bounds:
    """pending: jobs that may wait; client: jobs of one client that may wait or run."""

    pending: int
    client: int


@dataclass(frozen=True, slots=True)
class Depth:
    """Jobs that wait and that run; oldest: when the one that has run longest began, None without any."""

    queued: int
    processing: int
    oldest: float | None


class Queue:
    """owner: a name for this process that no other has, whose instance (before the colon) outlives it."""

    def __init__(self, database: Database, bounds: Bounds, owner: str) -> None:
        self.owner = owner
        self._database = database
        self._bounds = bounds
        self._ends: deque[float] = deque(maxlen=_MEASURED)
        self.arrived = threading.Condition()

    def accept(self, jobs: Sequence[Job], *, durable: bool = True) -> None:
        """Take jobs in, all or none; durable: they survive the machine's death from here on.

        Raises QueueFullError, StorageError.
        """
        with self._database.transaction(durable=durable) as connection:
            waiting = [job for job in jobs if job.state == QUEUED]
            if waiting:
                self._check_room(connection, waiting)
            connection.executemany(_INSERT, [to_row(job) for job in jobs])
        with self.arrived:
            self.arrived.notify_all()

    def _check_room(self, connection: Any, jobs: Sequence[Job]) -> None:
        pending = connection.execute(f"SELECT count(*) FROM jobs WHERE state = '{QUEUED}'").fetchone()[0]
        if pending + len(jobs) > self._bounds.pending:
            over = pending + len(jobs) - self._bounds.pending
            raise QueueFullError(pending, "SVGAI_MAX_PENDING", over * self.seconds_each())
        own = connection.execute(
            f"SELECT count(*) FROM jobs WHERE state IN ('{QUEUED}', '{PROCESSING}') AND client = ?", (jobs[0].client,)
        ).fetchone()[0]
        if own + len(jobs) > self._bounds.client:
            over = own + len(jobs) - self._bounds.client
            raise QueueFullError(own, "SVGAI_CLIENT_JOBS", over * self.seconds_each())

    def seconds_each(self) -> float:
        """How often a job ends: seconds between two of the last."""
        ends = list(self._ends)
        return (ends[-1] - ends[0]) / (len(ends) - 1) if len(ends) > 1 else _FIRST

    def wait(self, seconds: float) -> None:
        """Until a job arrives, or the time is over."""
        with self.arrived:
            self.arrived.wait(seconds)

    def claim(self) -> Job | None:
        """The job that has waited longest, now ours; None where none waits."""
        if not self._database.read(f"SELECT 1 FROM jobs WHERE state = '{QUEUED}' LIMIT 1"):
            return None
        now = time.time()
        with self._database.transaction() as connection:
            rows = connection.execute(_CLAIM, (self.owner, now + LEASE, now)).fetchall()
        return from_row(rows[0]) if rows else None

    def renew(self, jobs: Iterable[str]) -> set[str]:
        """Hold on to jobs that run here; the ids of those that are still ours. Another was deleted, ended or taken
        away."""
        held = tuple(jobs)
        if not held:
            return set()
        with self._database.transaction() as connection:
            rows = connection.execute(
                f"UPDATE jobs SET lease = ? WHERE owner = ? AND state = '{PROCESSING}' "
                f"AND id IN ({', '.join('?' * len(held))}) RETURNING id",
                (time.time() + LEASE, self.owner, *held),
            ).fetchall()
        return {row["id"] for row in rows}

    def advance(self, job: Job, stage: str, progress: int) -> None:
        """Note how far a job is."""
        with self._database.transaction() as connection:
            connection.execute(
                f"UPDATE jobs SET stage = ?, progress = max(progress, ?) WHERE {_OURS}",
                (stage, progress, job.id, job.owner, job.tries),
            )

    def end(
        self,
        job: Job,
        also: Callable[[Job, Any], None],
        *,
        record: dict[str, Any] | None = None,
        error: dict[str, str] | None = None,
        cached: bool = False,
    ) -> Job | None:
        """End a job as it was claimed: with a record, or an error. None where somebody else has it by now, or nobody:
        then nothing of it counts. also: told of the ended job and the transaction in which it ends.
        """
        state = COMPLETED if error is None else FAILED
        texts = tuple(None if value is None else json.dumps(value) for value in (record, error))
        with self._database.transaction() as connection:
            rows = connection.execute(
                f"UPDATE jobs SET state = ?, finished = ?, cached = ?, record = ?, error = ?, progress = 100, "
                f"stage = 'done', owner = NULL, lease = NULL WHERE {_OURS} RETURNING *",
                (state, time.time(), int(cached), *texts, job.id, job.owner, job.tries),
            ).fetchall()
            ended = from_row(rows[0]) if rows else None
            if ended is not None:
                also(ended, connection)
        self._ends.append(time.monotonic())
        return ended

    def release(self, job: Job, *, tried: bool) -> None:
        """Give a job that is ours back to the queue. tried: whether this counts as a try."""
        with self._database.transaction() as connection:
            connection.execute(
                f"UPDATE jobs SET state = '{QUEUED}', stage = 'queued', owner = NULL, lease = NULL, tries = tries - ? "
                f"WHERE {_OURS}",
                (int(not tried), job.id, job.owner, job.tries),
            )

    def abandoned(self, *, restarted: bool) -> list[Job]:
        """Jobs that are processing and nobody's any more. restarted: this instance has just begun, so what it
        processed under an earlier process is nobody's either."""
        instance = self.owner.rpartition(":")[0]
        where = "lease < ?" + (" OR (owner LIKE ? AND owner != ?)" if restarted else "")
        values = (time.time(), f"{instance}:%", self.owner) if restarted else (time.time(),)
        return self._jobs(f"state = '{PROCESSING}' AND ({where})", values)

    def overdue(self, seconds: float) -> list[Job]:
        """Jobs that have been processing for longer."""
        return self._jobs(f"state = '{PROCESSING}' AND started < ?", (time.time() - seconds,))

    def get(self, job: str) -> Job | None:
        found = self._jobs("id = ?", (job,))
        return found[0] if found else None

    def batch(self, batch: str) -> list[Job]:
        """The jobs of a batch, in the order in which their files came."""
        return self._jobs("batch = ?", (batch,))

    def older(self, before: float) -> list[Job]:
        """Jobs that were ended (or stored) before a time: at most 1,000, the oldest first."""
        ended = f"state IN ('{COMPLETED}', '{FAILED}', '{STORED}')"
        return self._jobs(f"{ended} AND created < ? AND coalesce(finished, created) < ?", (before, before), most=1000)

    def delete(self, jobs: Iterable[str]) -> None:
        """Forget jobs; whoever processes one notices."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM jobs WHERE id = ?", [(job,) for job in jobs])

    def depth(self) -> Depth:
        rows = self._database.read(
            f"SELECT state, count(*) AS jobs, min(started) AS oldest FROM jobs "
            f"WHERE state IN ('{QUEUED}', '{PROCESSING}') GROUP BY state"
        )
        count = {row["state"]: row["jobs"] for row in rows}
        oldest = next((row["oldest"] for row in rows if row["state"] == PROCESSING), None)
        return Depth(count.get(QUEUED, 0), count.get(PROCESSING, 0), oldest)

    def _jobs(self, where: str, values: Sequence[Any], most: int = -1) -> list[Job]:
        rows = self._database.read(f"SELECT * FROM jobs WHERE {where} ORDER BY rowid LIMIT {most}", values)
        return [from_row(row) for row in rows]
