"""What all jobs of an instance add up to, kept in the database: no restart and no kill loses a job's figures."""

from __future__ import annotations

import bisect
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from svgai.serve.database import Database, put
from svgai.serve.jobs import COMPLETED, CONVERT, FAILED, Job
from svgai.serve.tables import TOTALS

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600)
SSIM = (0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999, 1.0)
BUCKETS: Mapping[str, tuple[float, ...]] = {"duration": SECONDS, "span": SECONDS, "ssim": SSIM}
# Every label that a counter can have: so rate() sees the first of each.
ERRORS = ("crash", "engine", "internal", "memory", "output", "storage", "timeout", "too-large", "unreadable")
LABELS: Mapping[str, tuple[str, ...]] = {
    "jobs": (COMPLETED, FAILED),
    "errors": ERRORS,
    "verdicts": tuple(f"{tier}/{word}" for tier in (1, 2, 3) for word in ("PASS", "MISS")),
    "late": ("1", "2", "3"),
}
# The spans that an operator sees, by the pipeline's stages.
SPANS = {"load": "decode", "classify": "classify", "draw": "draw", "write": "write", "render": "render",
         "score": "score"}  # fmt: skip


class Totals:
    """counters: by name and label. histograms: by name and label, the count of each bucket, the last above all
    bounds, and the sum of the values."""

    def __init__(self, database: Database, instance: str) -> None:
        self._instance = instance
        self.counters = {name: dict.fromkeys(labels, 0) for name, labels in LABELS.items()}
        self.histograms: dict[str, dict[str, list[float]]] = {"duration": {}, "span": {}, "ssim": {}}
        for row in database.read(select(TOTALS.c.state).where(TOTALS.c.instance == instance)):
            state = json.loads(row["state"])
            for name, labels in self.counters.items():
                labels.update(state["counters"].get(name, {}))
            for name, bounds in BUCKETS.items():
                kept = state["histograms"].get(name, {})
                self.histograms[name] = {k: v for k, v in kept.items() if len(v) == len(bounds) + 2}

    def count(self, name: str, label: str) -> None:
        self.counters[name][label] = self.counters[name].get(label, 0) + 1

    def observe(self, name: str, label: str, value: float) -> None:
        bounds = BUCKETS[name]
        counts = self.histograms[name].setdefault(label, [0.0] * (len(bounds) + 2))
        counts[bisect.bisect_left(bounds, value)] += 1
        counts[-1] += value

    def add(self, job: Job, connection: Connection) -> None:
        """Count a job that has just ended, in the transaction that ended it."""
        self.count("jobs", job.state)
        if job.error is not None:
            self.count("errors", job.error["code"])
        if job.started is not None and job.finished is not None:
            self.observe("duration", "", job.finished - job.started)
            self.observe("span", "queue", max(0.0, job.started - job.created))
        if job.kind == CONVERT and job.record is not None and not job.cached:
            self._add_record(job.record)
        state = json.dumps({"counters": self.counters, "histograms": self.histograms})
        put(connection, TOTALS.c.instance, self._instance, {"state": state})

    def _add_record(self, record: Mapping[str, Any]) -> None:
        tier = str(record["tier"])
        self.count("verdicts", f"{tier}/{record['verdict']}")
        self.observe("ssim", tier, record["ssim"])
        if not record["in_time"]:
            self.count("late", tier)
        for stage, span in SPANS.items():
            if stage in record["seconds"]:
                self.observe("span", span, record["seconds"][stage])
