"""Vectorizer.dev's routes: upload, follow, download. Its upload is SVG-AI's too, and answers both."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from svgai.serve import answers, openapi, problems, uploads
from svgai.serve.intake import Ask, accept, service_of, strict
from svgai.serve.jobs import (
    COMPLETED,
    CONVERT,
    PROCESSING,
    QUEUED,
    STORED,
    Job,
    is_id,
    message,
    new_id,
    progress,
    timestamp,
)
from svgai.serve.problems import ApiError
from svgai.serve.routes.jobs import svg_of
from svgai.version import __version__

router = APIRouter(prefix="/api", tags=["Vectorizer.dev"])

# Its levels of quality, and ours. high, its default, was its third of four.
QUALITIES = {"fast": "fast", "balanced": "balanced", "high": "balanced", "ultra": "ultra"}
_MOST = 10
_FIELDS = {"quality": {"type": "string", "enum": list(QUALITIES)}, "use_lab": {"type": "boolean"},
           "use_ai": {"type": "boolean"}, "convert": {"type": "boolean"}}  # fmt: skip


def _quality(words: dict[str, str], default: str) -> str:
    """Take its quality out of a request's words, and put ours in. Raises ApiError."""
    quality = words.pop("quality", default)
    if quality not in QUALITIES:
        raise problems.invalid(f"quality is one of {', '.join(QUALITIES)}, not {quality}")
    words["quality"] = QUALITIES[quality]
    for name in ("use_lab", "use_ai"):
        strict(words, name)
    return quality


def _check_name(upload: uploads.Upload) -> None:
    """A name that says another format than the file is refused, as both ancestors did."""
    said = "." + upload.name.rpartition(".")[2].lower() if "." in upload.name else upload.suffix
    said = {".jpeg": ".jpg", ".jfif": ".jpg", ".tif": ".tiff"}.get(said, said)
    if said != upload.suffix:
        raise ApiError(400, "INVALID_FILE_FORMAT", f"the name says {said}, and the file is {upload.suffix}",
                       ["give the file its own suffix"])  # fmt: skip


@router.post("/upload", openapi_extra=openapi.body(openapi.form("file", fields=_FIELDS)))
async def upload(request: Request) -> JSONResponse:
    """Store a picture and begin to convert it; convert=false only stores it, for /api/convert."""
    sent, words = await uploads.read_pictures(request, service_of(request).uploads)
    if len(sent) > 1:
        raise problems.invalid("send one file; /api/batch takes several")
    _check_name(sent[0])
    quality = _quality(words, "high")
    begins = strict({"convert": words.pop("convert", "1")}, "convert")
    job = (await accept(request, sent, Ask(words, state=QUEUED if begins else STORED)))[0]
    started = "Image uploaded successfully." + (" Processing started." if begins else "")
    return answers.json({
        "job_id": job.id, "file_id": job.id, "filename": job.picture, "path": f"/jobs/{job.id}/source",
        "size_bytes": job.bytes, "uploaded_at": timestamp(job.created), "success": True, "status": job.state,
        "message": started, "quality": quality, "api_version": __version__,
        # Colours are compared in CIELAB (CIEDE2000); edges are found by no network.
        "premium_features": {"lab_color_science": True, "ai_edge_detection": False},
    })  # fmt: skip


def _job(request: Request, name: str) -> Job:
    job = service_of(request).queue.get(name) if is_id(name) else None
    if job is None:
        raise problems.missing()
    return job


@router.get("/status/{job_id}")
async def status(request: Request, job_id: str) -> JSONResponse:
    """How far a job is: poll every 2 to 5 seconds."""
    job = _job(request, job_id)
    done = job.state == COMPLETED and job.kind == CONVERT
    taken = job.finished - job.started if job.finished is not None and job.started is not None else None
    return answers.json({
        "job_id": job.id, "status": job.state, "progress": 100 if job.ended else job.progress,
        "message": message(job), "output_file": f"/api/download/{job.id}" if done else None,
        "processing_time": taken,
    })  # fmt: skip


@router.get("/download/{job_id}", responses={200: {"content": {answers.SVG: {}}}})
async def download(request: Request, job_id: str) -> Response:
    """The SVG of a completed job."""
    job = _job(request, job_id)
    if job.state != COMPLETED:
        raise ApiError(400, "NOT_READY", "File not ready", [f"GET /api/status/{job.id}"])
    return answers.svg(await svg_of(request, job), job.picture)


@router.post("/batch", openapi_extra=openapi.body(openapi.form("files", many=True, fields=_FIELDS)))
async def batch(request: Request) -> JSONResponse:
    """Accept up to ten pictures."""
    sent, words = await uploads.read_pictures(request, service_of(request).uploads)
    if len(sent) > _MOST:
        raise ApiError(400, "TOO_LARGE", f"Maximum {_MOST} files per batch", ["POST /jobs takes more"])
    quality = _quality(words, "balanced")
    name = new_id()
    jobs = await accept(request, sent, Ask(words), batch=name)
    return answers.json({"batch_id": name, "job_ids": [job.id for job in jobs], "total_files": len(jobs),
                         "quality": quality})  # fmt: skip


@router.get("/batch/{batch_id}/status")
async def batch_status(request: Request, batch_id: str) -> JSONResponse:
    """How far a batch is."""
    jobs = service_of(request).queue.batch(batch_id) if is_id(batch_id) else []
    if not jobs:
        raise problems.missing("Batch not found")
    found = progress(jobs)
    rows: list[dict[str, Any]] = [
        {"job_id": job.id, "status": job.state, "progress": 100 if job.ended else job.progress} for job in jobs
    ]
    return answers.json({
        "batch_id": batch_id, "total": found.total, "completed": found.completed,
        "processing": sum(job.state in (PROCESSING, QUEUED) for job in jobs), "failed": found.failed,
        "progress": found.percent, "jobs": rows,
    })  # fmt: skip
