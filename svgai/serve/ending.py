"""The end of a job: written down once, counted, logged, and told to whoever waits for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection

from svgai.errors import StorageError, SvgaiError
from svgai.serve import logs
from svgai.serve.jobs import CONVERT, Job
from svgai.serve.problems import reason_of
from svgai.serve.queue import Queue
from svgai.serve.store import Store, files_of, output
from svgai.serve.totals import Totals
from svgai.serve.webhooks import Webhooks

# Seconds above which a job is slow: the manual's figure for a picture of 512 × 512.
SLOW = 20.0


class Ending:
    """told: called with a job's id when it has ended, from any thread."""

    def __init__(
        self,
        queue: Queue,
        store: Store,
        totals: Totals,
        webhooks: Webhooks,
        told: Callable[[str], None],
    ) -> None:
        self._queue = queue
        self._store = store
        self._totals = totals
        self._webhooks = webhooks
        self._told = told

    def completed(self, job: Job, record: dict[str, Any], *, cached: bool) -> bool:
        """End a job well; False where it is not ours to end any more: then its SVG goes."""
        ended = self._queue.end(job, self._also, record=record, cached=cached)
        if ended is None:
            self._dismissed(job)
            return False
        _log_completed(ended, record)
        self._told(job.id)
        return True

    def failed(self, job: Job, error: SvgaiError) -> bool:
        """End a job badly; False where it is not ours to end any more."""
        ended = self._queue.end(job, self._also, error=reason_of(error))
        if ended is None:
            return False
        with suppress(StorageError):  # else it goes with the job
            self._store.drop([output(job.id)])
        text = f"Failed: {error.code}: {error} (request {job.request})"
        logs.line(logging.ERROR, text, job=job.id, request=job.request)
        self._told(job.id)
        return True

    def _also(self, job: Job, connection: Connection) -> None:
        """What counts with the end of a job, or not at all."""
        self._totals.add(job, connection)
        self._webhooks.note(job, connection)

    def _dismissed(self, job: Job) -> None:
        if self._queue.get(job.id) is None:
            self._store.drop(files_of(job))


def _log_completed(job: Job, record: dict[str, Any]) -> None:
    seconds = time.time() - (job.started or job.created)
    logs.line(logging.INFO, f"Complete! Time: {seconds:.2f}s", job=job.id, request=job.request)
    text = f"Processing time: {seconds:.2f}s"
    if job.kind == CONVERT:
        text += f", T{record['tier']} {record['plan']}, SSIM {record['ssim']:.4f}, {record['verdict']}"
    if job.cached:
        text += ", from the cache"
    logs.line(logging.INFO, f"{text} (request {job.request})", job=job.id, request=job.request)
    if seconds > SLOW:
        logs.line(logging.WARNING, f"Slow: {seconds:.2f}s, more than {SLOW:g}s", job=job.id, request=job.request)
