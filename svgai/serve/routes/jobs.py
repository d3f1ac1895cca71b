"""Jobs: pictures accepted now and drawn when their turn comes, one or many."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from tempfile import mkstemp
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from svgai.serve import answers, intake, openapi, problems, uploads
from svgai.serve.archive import write_archive
from svgai.serve.intake import Ask, accept, service_of
from svgai.serve.jobs import COMPLETED, CONVERT, Job, as_json, batch_as_json, is_id, new_id
from svgai.serve.problems import ApiError
from svgai.serve.service import Service
from svgai.serve.store import output, upload

router = APIRouter(tags=["jobs"])

# Seconds between two looks at the table for those who follow a job, and after which silence is broken.
_LOOK, _SILENCE = 0.2, 15.0
_FIELDS = {"webhook": {"type": "string", "format": "uri"}}


def found(request: Request, name: str) -> list[Job]:
    """The job of an id, or the jobs of a batch. Raises ApiError."""
    service = service_of(request)
    if not is_id(name):
        raise problems.missing()
    job = service.queue.get(name)
    jobs = [job] if job is not None else service.queue.batch(name)
    if not jobs:
        raise problems.missing()
    return jobs


def one(request: Request, name: str) -> Job:
    """The job of an id. Raises ApiError."""
    jobs = found(request, name)
    if jobs[0].id != name:
        raise problems.missing("this is a batch; its jobs have files")
    return jobs[0]


def shape(name: str, jobs: Sequence[Job]) -> dict[str, Any]:
    """A job or a batch as JSON."""
    return as_json(jobs[0]) if jobs[0].id == name else batch_as_json(name, jobs)


@router.post(
    "/jobs",
    status_code=202,
    openapi_extra={
        "parameters": openapi.option_parameters(),
        **openapi.body(openapi.form("files", many=True, fields=_FIELDS), openapi.RAW, {"application/zip": {}}),
    },
)
async def create(request: Request) -> JSONResponse:
    """Accept pictures, or a zip of them: a job for one, a batch for several."""
    service = service_of(request)
    sent, words = await uploads.read_pictures(request, service.uploads, zips=True)
    webhook = words.pop("webhook", None)
    if webhook is not None:
        try:
            service.webhooks.check(webhook)
        except ValueError as e:
            raise problems.invalid(str(e)) from e
    batch = new_id() if len(sent) > 1 else None
    jobs = await accept(request, sent, Ask(words, webhook=webhook), batch=batch)
    name = batch or jobs[0].id
    return answers.json(shape(name, jobs), 202, {"Location": f"/jobs/{name}"})


@router.get("/jobs/{job_id}")
async def status(request: Request, job_id: str) -> JSONResponse:
    """How far a job or a batch is, and what came of it."""
    return answers.json(shape(job_id, found(request, job_id)))


@router.delete("/jobs/{job_id}", status_code=204)
async def delete(request: Request, job_id: str) -> Response:
    """Stop a job or a batch where it runs, and drop every file of it."""
    await run_in_threadpool(intake.forget, service_of(request), found(request, job_id))
    return Response(status_code=204)


@router.get("/jobs/{job_id}/svg", responses={200: {"content": {answers.SVG: {}}}})
async def drawing(request: Request, job_id: str) -> Response:
    """The SVG of a completed job."""
    job = one(request, job_id)
    return answers.svg(await svg_of(request, job), job.picture, answers.score(job.record or {}))


async def svg_of(request: Request, job: Job) -> bytes:
    """The bytes of a completed job's SVG. Raises ApiError."""
    if job.state != COMPLETED or job.kind != CONVERT:
        raise ApiError(409, "NOT_READY", f"there is no SVG: the job is {job.state}", [f"GET /jobs/{job.id}"])
    return await _read(request, output(job.id))


@router.get("/jobs/{job_id}/source", responses={200: {"content": {"image/*": {}}}})
async def source(request: Request, job_id: str) -> Response:
    """The picture as it was sent."""
    job = one(request, job_id)
    data = await _read(request, upload(job.id, job.suffix))
    return answers.picture(data, job.picture, job.suffix)


async def _read(request: Request, name: str) -> bytes:
    try:
        return await run_in_threadpool(service_of(request).store.read, name)
    except OSError as e:
        raise problems.missing("the file is gone") from e


@router.get("/jobs/{job_id}/zip", responses={200: {"content": {"application/zip": {}}}})
async def archive(request: Request, job_id: str) -> FileResponse:
    """Every SVG of a batch, and report.json."""
    service, jobs = service_of(request), found(request, job_id)
    handle, path = mkstemp(suffix=".zip")
    os.close(handle)
    try:
        await run_in_threadpool(write_archive, path, service, jobs)
    except BaseException:
        os.unlink(path)
        raise
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''svgs.zip"}
    return FileResponse(path, 200, headers, "application/zip", background=BackgroundTask(os.unlink, path))


@router.get("/jobs/{job_id}/events", responses={200: {"content": {"text/event-stream": {}}}})
async def events(request: Request, job_id: str) -> StreamingResponse:
    """A job's or a batch's progress as server-sent events."""
    found(request, job_id)
    return StreamingResponse(_events(service_of(request), job_id), media_type="text/event-stream",
                             headers={"X-Accel-Buffering": "no"})  # fmt: skip


async def _events(service: Service, name: str) -> AsyncIterator[str]:
    said: dict[str, str] = {}
    silent = 0.0
    while True:
        job = service.queue.get(name)
        jobs = [job] if job is not None else service.queue.batch(name)
        for job in jobs:
            text = json.dumps(as_json(job))
            if said.get(job.id) != text:
                said[job.id] = text
                silent = 0.0
                yield f"event: job\ndata: {text}\n\n"
        if all(job.ended for job in jobs):
            yield f"event: end\ndata: {json.dumps(shape(name, jobs) if jobs else {})}\n\n"
            return
        silent += _LOOK
        if silent > _SILENCE or service.draining:
            silent = 0.0
            yield ": still here\n\n"
        if service.draining and service.drawer.active == 0:
            return
        await asyncio.sleep(_LOOK)
