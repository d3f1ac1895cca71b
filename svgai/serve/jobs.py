"""A job as a value: what was sent, what was asked for, how far it is, and what became of it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

ID = r"[0-9a-f]{32}"
_ID = re.compile(ID)

# A job is stored (and waits for nothing), queued, processing, and then one of the last two.
STORED, QUEUED, PROCESSING, COMPLETED, FAILED = "stored", "queued", "processing", "completed", "failed"
ENDED = (COMPLETED, FAILED)
CONVERT, CLASSIFY = "convert", "classify"


def new_id() -> str:
    """An id that nobody guesses: whoever knows it may read and delete what it names."""
    return uuid.uuid4().hex


def is_id(text: str) -> bool:
    """Whether a text could be an id: nothing else becomes a part of a file's name."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the table of jobs. Times are seconds since 1970.

    kind: what is done with the picture. name: as the client called it. suffix: of the stored file. digest: SHA-256 of
    its bytes. words: the options, for settings.from_words. squares: whether squared pixel differences are measured.
    client: its address; request: the id of the request that brought it. owner, lease: who draws it, and until when
    nobody else may. tries: how often it was begun. record: what came out; error: code, message and remedy.
    """

    id: str
    kind: str = CONVERT
    batch: str | None = None
    state: str = QUEUED
    name: str
    suffix: str
    bytes: int
    digest: str
    words: Mapping[str, str]
    squares: bool = False
    client: str
    request: str
    webhook: str | None = None
    created: float
    started: float | None = None
    finished: float | None = None
    owner: str | None = None
    lease: float | None = None
    tries: int = 0
    progress: int = 0
    stage: str = "queued"
    cached: bool = False
    record: dict[str, Any] | None = None
    error: dict[str, str] | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def picture(self) -> str:
        """A name to show: the picture's, or its id's."""
        return self.name or f"{self.id}{self.suffix}"


COLUMNS = tuple(f.name for f in fields(Job))
_OBJECTS = ("words", "record", "error")
_FLAGS = ("squares", "cached")


def to_row(job: Job) -> dict[str, Any]:
    """The values of COLUMNS."""
    return {name: _stored(name, getattr(job, name)) for name in COLUMNS}


def _stored(name: str, value: Any) -> Any:
    if name in _OBJECTS:
        return None if value is None else json.dumps(dict(value))
    return int(value) if name in _FLAGS else value


def from_row(row: Any) -> Job:
    """The job of a row with COLUMNS."""
    values = {name: row[name] for name in COLUMNS}
    values |= {name: json.loads(values[name]) for name in _OBJECTS if values[name] is not None}
    return Job(**values | {name: bool(values[name]) for name in _FLAGS})


def timestamp(seconds: float | None) -> str | None:
    """Seconds since 1970 as `2026-01-31T12:00:00.000Z`."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def message(job: Job) -> str:
    """How far a job is, for people."""
    match job.state:
        case "stored":
            return "stored; nothing was asked for yet"
        case "queued":
            return "waiting"
        case "processing":
            return {"load": "reading", "classify": "looking", "draw": "drawing"}.get(job.stage, "measuring")
        case "failed":
            return job.error["message"] if job.error else "failed"
    return "done, from the cache" if job.cached else "done"


def as_json(job: Job) -> dict[str, Any]:
    """A job as the API shows it (docs/service.md)."""
    here = f"/jobs/{job.id}"
    done = job.state == COMPLETED
    return {
        "kind": "job",
        "id": job.id,
        "status": job.state,
        "progress": 100 if job.ended else job.progress,
        "stage": "done" if job.ended else job.stage,
        "message": message(job),
        "filename": job.picture,
        "batch": job.batch,
        "created": timestamp(job.created),
        "started": timestamp(job.started),
        "finished": timestamp(job.finished),
        "cached": job.cached,
        "result": result(job),
        "error": job.error,
        "links": {
            "self": here,
            "events": f"{here}/events",
            "source": f"{here}/source",
            "svg": f"{here}/svg" if done and job.kind == CONVERT else None,
        },
    }


def result(job: Job) -> dict[str, Any] | None:
    """A completed job's record, with the names under which the client knows its files."""
    if job.record is None:
        return None
    named = {"source": job.picture}
    return job.record | (named | {"target": f"/jobs/{job.id}/svg"} if job.kind == CONVERT else named)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far several jobs are."""

    queued: int
    processing: int
    completed: int
    failed: int
    percent: int

    @property
    def total(self) -> int:
        return self.queued + self.processing + self.completed + self.failed

    @property
    def state(self) -> str:
        if self.completed + self.failed == self.total:
            return FAILED if self.failed == self.total else COMPLETED
        return QUEUED if self.queued == self.total else PROCESSING


def progress(jobs: Sequence[Job]) -> Progress:
    """How far a batch is."""
    count = {state: sum(job.state == state for job in jobs) for state in (PROCESSING, COMPLETED, FAILED)}
    percent = sum(100 if job.ended else job.progress for job in jobs) // max(1, len(jobs))
    return Progress(len(jobs) - sum(count.values()), count[PROCESSING], count[COMPLETED], count[FAILED], percent)


def batch_as_json(batch: str, jobs: Sequence[Job]) -> dict[str, Any]:
    """A batch as the API shows it (docs/service.md)."""
    found = progress(jobs)
    here = f"/jobs/{batch}"
    return {
        "kind": "batch",
        "id": batch,
        "status": found.state,
        "progress": found.percent,
        "total": found.total,
        "queued": found.queued,
        "processing": found.processing,
        "completed": found.completed,
        "failed": found.failed,
        "created": timestamp(jobs[0].created),
        "jobs": [as_json(job) for job in jobs],
        "links": {"self": here, "events": f"{here}/events", "zip": f"{here}/zip"},
    }
