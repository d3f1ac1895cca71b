"""From pictures that were sent to jobs that are accepted, and on to what was drawn."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from svgai.errors import SvgaiError
from svgai.report.text import size
from svgai.serve import logs, problems
from svgai.serve.cache import Hit, key
from svgai.serve.jobs import COMPLETED, CONVERT, QUEUED, Job, new_id
from svgai.serve.problems import ApiError
from svgai.serve.queue import QueueFullError
from svgai.serve.service import Service
from svgai.serve.store import files_of, output
from svgai.serve.store import upload as upload_name
from svgai.serve.uploads import Upload
from svgai.serve.wanted import Wanted

# Seconds between two looks whether a client still waits, and whether another process has ended its job.
_LOOK = 0.5


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be done with each of some pictures. words: the options; squares: see jobs.Job."""

    words: Mapping[str, str] = field(default_factory=dict)
    kind: str = CONVERT
    squares: bool = False
    webhook: str | None = None
    state: str = QUEUED


def service_of(request: Request) -> Service:
    """The service that a request came to."""
    service: Service = request.app.state.service
    return service


def wanted(service: Service, words: Mapping[str, str]) -> Wanted:
    """What a request's words ask for. Raises ApiError."""
    try:
        return service.defaults.wanted(words)
    except ValueError as e:
        raise problems.invalid(str(e)) from e


async def accept(
    request: Request, uploads: Sequence[Upload], ask: Ask, *, batch: str | None = None, awaited: bool = False
) -> list[Job]:
    """Take pictures in, all or none: from here on nothing of them is lost. awaited: see Queue.accept.

    Raises ApiError.
    """
    service = service_of(request)
    wanted(service, ask.words)
    if service.draining:
        raise ApiError(503, "DRAINING", "the service is stopping", ["send it again in a moment"],
                       headers={"Retry-After": "5"})  # fmt: skip
    jobs = [_job(request, upload, ask, batch) for upload in uploads]
    try:
        await run_in_threadpool(_keep, service, jobs, uploads, awaited)
    except QueueFullError as e:
        raise problems.of_full_queue(e) from e
    except SvgaiError as e:
        logs.line(logging.ERROR, str(e), request=request.state.id)
        raise problems.of_error(e) from e
    return jobs


def _job(request: Request, upload: Upload, ask: Ask, batch: str | None) -> Job:
    return Job(
        id=new_id(),
        kind=ask.kind,
        batch=batch,
        state=ask.state,
        name=upload.name,
        suffix=upload.suffix,
        bytes=len(upload.data),
        digest=upload.digest,
        words=service_of(request).defaults.over(ask.words),
        squares=ask.squares,
        client=request.state.client,
        request=request.state.id,
        webhook=ask.webhook,
        created=time.time(),
    )


def _keep(service: Service, jobs: Sequence[Job], uploads: Sequence[Upload], awaited: bool) -> None:
    service.folders.check_room(sum(job.bytes for job in jobs))
    try:
        for job, upload in zip(jobs, uploads, strict=True):
            service.store.keep(upload_name(job.id, job.suffix), upload.data, durable=not awaited)
        service.queue.accept(jobs, awaited=awaited)
    except BaseException:
        for job in jobs:
            with suppress(SvgaiError):
                service.store.drop(files_of(job))
        raise
    for job in jobs:
        _log(service, job)


def _log(service: Service, job: Job) -> None:
    known = {"job": job.id, "request": job.request}
    text = f"Accepted {job.picture}, {size(job.bytes)}, from {job.client} (request {job.request})"
    logs.line(logging.INFO, text, **known, client=job.client)
    if job.state == QUEUED:
        logs.line(logging.INFO, "Processing queued", **known)
    place = service.store.shown(upload_name(job.id, job.suffix))
    logs.line(logging.INFO, f"File saved: {place}", **known)


@dataclass(frozen=True, slots=True)
class Made:
    """What came out of a picture. name: of it in the cache, for its ETag; seconds: until it was there."""

    name: str
    hit: Hit
    cached: bool
    seconds: float


async def made(request: Request, upload: Upload, ask: Ask) -> Made:
    """What comes out of a picture: from the cache, or drawn while the client waits. Raises ApiError."""
    service = service_of(request)
    start = time.monotonic()
    name = key(upload.digest, ask.kind, wanted(service, ask.words), squares=ask.squares)
    hit = service.cache.local(name) or await run_in_threadpool(service.cache.get, name)
    if hit is not None:
        return Made(name, hit, True, time.monotonic() - start)
    job = (await accept(request, [upload], ask, awaited=True))[0]
    job = await _ended(request, job)
    try:
        if job.state != COMPLETED or job.record is None:
            raise problems.of_reason(job.error or {"code": "internal", "message": "it failed", "remedy": "try again"})
        svg = await run_in_threadpool(_svg, service, job)
        return Made(name, Hit(job.record, svg), job.cached, time.monotonic() - start)
    finally:
        _forget(service, job)


def _svg(service: Service, job: Job) -> bytes:
    return service.store.read(output(job.id)) if job.kind == CONVERT else b""


async def _ended(request: Request, job: Job) -> Job:
    """The job at its end. Raises ApiError where that does not come in time, or the client has gone."""
    service = service_of(request)
    deadline = time.monotonic() + service.wanted.request_timeout
    while True:
        await service.board.wait(job.id, max(0.0, min(_LOOK, deadline - time.monotonic())))
        now = service.queue.get(job.id)
        if now is None:
            raise problems.missing("the job was deleted")
        if now.ended:
            return now
        if await request.is_disconnected():
            _forget(service, job)
            raise ApiError(499, "CLIENT_GONE", "the client has gone")
        later = {"job_id": job.id, "links": {"self": f"/jobs/{job.id}"}}
        if service.draining and now.state == QUEUED:
            raise ApiError(503, "DRAINING", "the service is stopping; the job waits for its next start",
                           [f"GET /jobs/{job.id} later"], headers={"Retry-After": "5"}, extra=later)  # fmt: skip
        if time.monotonic() >= deadline:
            limit = f"{service.wanted.request_timeout:g} s"
            raise ApiError(504, "TIMEOUT_ERROR", f"it is not drawn within {limit}, and is drawn on",
                           [f"GET /jobs/{job.id} later", "SVGAI_REQUEST_TIMEOUT gives more"], extra=later)  # fmt: skip


def _forget(service: Service, job: Job) -> None:
    """Drop a job that nobody can ask for any more, beside the answer."""
    asyncio.get_running_loop().run_in_executor(None, forget, service, [job])


def forget(service: Service, jobs: Sequence[Job]) -> None:
    """Delete jobs and all that is theirs; what runs is killed."""
    with suppress(SvgaiError):
        service.queue.delete(job.id for job in jobs)
        for job in jobs:
            service.drawer.stop_job(job.id)
            service.store.drop(files_of(job))


def strict(words: dict[str, str], name: str = "strict") -> bool:
    """Take a yes or no out of a request's words. Raises ApiError."""
    from svgai.serve.values import yes

    try:
        return yes(words.pop(name, "0"))
    except ValueError as e:
        raise problems.invalid(f"{name}: {e}") from e


def verdict_missed(record: Mapping[str, Any]) -> bool:
    """Whether a target was missed, time among them."""
    return not (record["verdict"] == "PASS" and record["in_time"])
