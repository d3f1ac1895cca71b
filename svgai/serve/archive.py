"""Several jobs as one zip: every SVG, and a report of all."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from svgai import files
from svgai.outcome import Failed, as_json, from_json
from svgai.provenance import versions
from svgai.report.summary import Summary
from svgai.serve.jobs import COMPLETED, CONVERT, ENDED, Job
from svgai.serve.service import Service
from svgai.serve.store import output


def write_archive(path: str, service: Service, jobs: Sequence[Job]) -> None:
    """Write a zip of the SVGs that there are, and `report.json` with the schema of `svgai batch --report`."""
    names = dict(zip([job.id for job in jobs], _names(jobs), strict=True))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for job in jobs:
            if job.state == COMPLETED and job.kind == CONVERT:
                with suppress(FileNotFoundError):  # somebody cleaned up
                    archive.writestr(names[job.id], service.store.read(output(job.id)))
        archive.writestr("report.json", json.dumps(report(jobs, names), indent=1))


def _names(jobs: Sequence[Job]) -> list[str]:
    """A name for each SVG, all different: pictures of one name get numbers."""
    places, seen = [], dict[str, int]()
    for job in jobs:
        count = seen[job.picture.casefold()] = seen.get(job.picture.casefold(), 0) + 1
        places.append(("", job.picture if count == 1 else f"{count}-{job.picture}"))
    return files.distinct_targets(places)


def report(jobs: Sequence[Job], names: Mapping[str, str]) -> dict[str, Any]:
    """What became of every job that has ended."""
    rows = [_row(job, names[job.id]) for job in jobs if job.state in ENDED and job.kind == CONVERT]
    summary = Summary()
    for row in rows:
        summary.add(from_json(row))
    began = min(job.created for job in jobs)
    ended = max((job.finished or time.time() for job in jobs), default=began)
    return {"schema": 1, "versions": versions(), "settings": dict(jobs[0].words),
            "totals": summary.as_json(max(ended - began, 1e-3)), "images": rows}  # fmt: skip


def _row(job: Job, name: str) -> dict[str, Any]:
    if job.error is not None:
        error = job.error
        failed = Failed(
            source=job.picture, target=name, code=error["code"], cause=error["message"], remedy=error["remedy"]
        )
        return as_json(failed)
    return {**(job.record or {}), "source": job.picture, "target": name}
