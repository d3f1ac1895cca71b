"""The table of jobs: accepted once, claimed by one worker at a time, ended once, whoever dies in between."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, insert, or_, select, update

from svgai.serve.database import Database, remove
from svgai.serve.jobs import COMPLETED, FAILED, PROCESSING, QUEUED, STORED, Job, from_row, to_row
from svgai.serve.tables import JOBS

# Seconds that a claim holds without being renewed, and between two renewals.
LEASE, RENEWAL = 15.0, 1.0
# A job whose worker or service died so often is failed; where other machines draw, as in cluster.sender.
_TRIES, _TRIES_AWAY = 3, 2
# The queue's speed is that of the last so many jobs; before any has ended, this many seconds each.
_MEASURED = 50
_FIRST = 2.0
_STATE = JOBS.c.state


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
    """owner: a name for this process that no other has, whose instance (before the colon) outlives it.

    announce: told the ids of jobs that any machine may draw, which then call take(). Without it whatever waits is
    drawn by whoever claims it first; with it claim() finds only jobs that a client of this process waits for.
    """

    def __init__(
        self,
        database: Database,
        bounds: Bounds,
        owner: str,
        announce: Callable[[Collection[str]], None] | None = None,
    ) -> None:
        self.owner = owner
        self.tries = _TRIES if announce is None else _TRIES_AWAY
        self._database = database
        self._bounds = bounds
        self._announce = announce
        self._awaited: deque[str] = deque()
        self._ends: deque[float] = deque(maxlen=_MEASURED)
        self.arrived = threading.Condition()

    def accept(self, jobs: Sequence[Job], *, awaited: bool = False) -> None:
        """Take jobs in, all or none. From here on they survive the machine's death; awaited: a client waits for the
        answer, so that they need not, and are drawn here.

        Raises QueueFullError, StorageError.
        """
        with self._database.transaction(durable=not awaited) as connection:
            waiting = [job for job in jobs if job.state == QUEUED]
            if waiting:
                self._check_room(connection, waiting)
            connection.execute(insert(JOBS), [to_row(job) for job in jobs])
        self._tell([job.id for job in waiting], here=awaited)

    def _tell(self, jobs: Collection[str], *, here: bool = False) -> None:
        """Say to those who may draw them that jobs wait."""
        if self._announce is not None and not here:
            self._announce(jobs)
            return
        if self._announce is not None:
            self._awaited.extend(jobs)
        with self.arrived:
            self.arrived.notify_all()

    def _check_room(self, connection: Connection, jobs: Sequence[Job]) -> None:
        pending = _count(connection, _STATE == QUEUED)
        if pending + len(jobs) > self._bounds.pending:
            over = pending + len(jobs) - self._bounds.pending
            raise QueueFullError(pending, "SVGAI_MAX_PENDING", over * self.seconds_each())
        own = _count(connection, and_(_STATE.in_((QUEUED, PROCESSING)), JOBS.c.client == jobs[0].client))
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
        """The job to be drawn here that has waited longest, now ours; None where none waits."""
        if self._announce is None:
            return self._claimed(_STATE == QUEUED)
        while self._awaited:
            with suppress(IndexError):  # another thread was quicker
                found = self.take(self._awaited.popleft())
                if found is not None:
                    return found
        return None

    def take(self, job: str) -> Job | None:
        """A job that waits, now ours; None where it waits no more."""
        return self._claimed(and_(_STATE == QUEUED, JOBS.c.id == job))

    def _claimed(self, which: ColumnElement[bool]) -> Job | None:
        """The longest waiting of some jobs."""
        waiting = select(JOBS.c.rowid).where(which).order_by(JOBS.c.rowid).limit(1)
        if not self._database.read(waiting):
            return None
        now = time.time()
        query = (
            update(JOBS)
            .where(JOBS.c.rowid == waiting.scalar_subquery())
            .values(state=PROCESSING, owner=self.owner, lease=now + LEASE, started=now, tries=JOBS.c.tries + 1)
            .values(progress=0, stage="load")
            .returning(JOBS)
        )
        with self._database.transaction() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else from_row(row)

    def renew(self, jobs: Iterable[str]) -> set[str]:
        """Hold on to jobs that run here; the ids of those that are still ours. Another was deleted, ended or taken
        away."""
        held = tuple(jobs)
        if not held:
            return set()
        ours = and_(JOBS.c.id.in_(held), JOBS.c.owner == self.owner, _STATE == PROCESSING)
        query = update(JOBS).where(ours).values(lease=time.time() + LEASE).returning(JOBS.c.id)
        with self._database.transaction() as connection:
            return set(connection.execute(query).scalars())

    def advance(self, job: Job, stage: str, progress: int) -> None:
        """Note how far a job is."""
        before = JOBS.c.progress
        further = case((before > progress, before), else_=progress)
        with self._database.transaction() as connection:
            connection.execute(update(JOBS).where(_as_claimed(job)).values(stage=stage, progress=further))

    def end(
        self,
        job: Job,
        also: Callable[[Job, Connection], None],
        *,
        record: dict[str, Any] | None = None,
        error: dict[str, str] | None = None,
        cached: bool = False,
    ) -> Job | None:
        """End a job as it was claimed: with a record, or an error. None where somebody else has it by now, or nobody:
        then nothing of it counts. also: told of the ended job and the transaction in which it ends.
        """
        texts = {
            name: None if value is None else json.dumps(value)
            for name, value in (("record", record), ("error", error))
        }
        query = (
            update(JOBS)
            .where(_as_claimed(job))
            .values(state=COMPLETED if error is None else FAILED, finished=time.time(), cached=int(cached), **texts)
            .values(progress=100, stage="done", owner=None, lease=None)
            .returning(JOBS)
        )
        with self._database.transaction() as connection:
            row = connection.execute(query).mappings().one_or_none()
            ended = None if row is None else from_row(row)
            if ended is not None:
                also(ended, connection)
        self._ends.append(time.monotonic())
        return ended

    def release(self, job: Job, *, tried: bool) -> None:
        """Give a job that is ours back to the queue. tried: whether this counts as a try."""
        back = {"state": QUEUED, "stage": "queued", "owner": None, "lease": None}
        query = update(JOBS).where(_as_claimed(job)).values(tries=JOBS.c.tries - int(not tried), **back)
        with self._database.transaction() as connection:
            released = connection.execute(query).rowcount
        if released:
            self._tell([job.id])

    def waiting(self, seconds: float) -> list[str]:
        """The ids of jobs that have waited for longer."""
        late = and_(_STATE == QUEUED, JOBS.c.created < time.time() - seconds)
        return [row["id"] for row in self._database.read(select(JOBS.c.id).where(late).order_by(JOBS.c.rowid))]

    def abandoned(self, *, restarted: bool) -> list[Job]:
        """Jobs that are processing and nobody's any more. restarted: this instance has just begun, so what it
        processed under an earlier process is nobody's either."""
        instance = self.owner.rpartition(":")[0]
        lost: ColumnElement[bool] = JOBS.c.lease < time.time()
        if restarted:
            earlier = JOBS.c.owner.startswith(f"{instance}:", autoescape=True)
            lost = or_(lost, and_(earlier, JOBS.c.owner != self.owner))
        return self._jobs(and_(_STATE == PROCESSING, lost))

    def overdue(self, seconds: float) -> list[Job]:
        """Jobs that have been processing for longer."""
        return self._jobs(and_(_STATE == PROCESSING, JOBS.c.started < time.time() - seconds))

    def get(self, job: str) -> Job | None:
        found = self._jobs(JOBS.c.id == job)
        return found[0] if found else None

    def batch(self, batch: str) -> list[Job]:
        """The jobs of a batch, in the order in which their files came."""
        return self._jobs(JOBS.c.batch == batch)

    def older(self, before: float) -> list[Job]:
        """Jobs that were ended (or stored) before a time: at most 1,000, the oldest first."""
        ended = and_(_STATE.in_((COMPLETED, FAILED, STORED)), JOBS.c.created < before)
        return self._jobs(and_(ended, func.coalesce(JOBS.c.finished, JOBS.c.created) < before), most=1000)

    def delete(self, jobs: Iterable[str]) -> None:
        """Forget jobs; whoever processes one notices."""
        with self._database.transaction() as connection:
            remove(connection, JOBS.c.id, jobs)

    def depth(self) -> Depth:
        going = select(_STATE, func.count().label("jobs"), func.min(JOBS.c.started).label("oldest"))
        rows = self._database.read(going.where(_STATE.in_((QUEUED, PROCESSING))).group_by(_STATE))
        count = {row["state"]: row["jobs"] for row in rows}
        oldest = next((row["oldest"] for row in rows if row["state"] == PROCESSING), None)
        return Depth(count.get(QUEUED, 0), count.get(PROCESSING, 0), oldest)

    def _jobs(self, where: ColumnElement[bool], most: int | None = None) -> list[Job]:
        return [
            from_row(row) for row in self._database.read(select(JOBS).where(where).order_by(JOBS.c.rowid).limit(most))
        ]


def _count(connection: Connection, where: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(JOBS).where(where)).scalar_one()


def _as_claimed(job: Job) -> ColumnElement[bool]:
    """The row of a job while it is as its owner has claimed it."""
    return and_(JOBS.c.id == job.id, JOBS.c.owner == job.owner, JOBS.c.tries == job.tries, _STATE == PROCESSING)
