"""What operators and their programs ask: whether it lives, is ready, is well, and its figures."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from svgai.serve import answers
from svgai.serve.intake import service_of
from svgai.serve.jobs import timestamp
from svgai.serve.metrics import CONTENT_TYPE
from svgai.serve.problems import ApiError
from svgai.serve.wanted import schema
from svgai.version import __version__

router = APIRouter(tags=["operations"])


@router.get("/livez")
async def livez() -> JSONResponse:
    """The process answers."""
    return answers.json({"status": "alive"})


@router.get("/readyz", responses={503: {}})
async def readyz(request: Request) -> JSONResponse:
    """Whether to send it more work: not while it stops, its queue is full, or it cannot store or draw."""
    service = service_of(request)
    state = service.health()
    full = state.depth.queued >= service.wanted.max_pending
    reasons = [
        text
        for holds, text in (
            (service.draining, "stopping"),
            (full, "the queue is full"),
            (state.disk == "full", "the disk is full"),
            (state.database != "ready", "the database does not answer"),
            (state.store != "ready", "the object store does not answer"),
            (state.converter != "ready", "no worker processes"),
        )
        if holds
    ]
    return answers.json({"status": "not ready" if reasons else "ready", "reasons": reasons}, 503 if reasons else 200)


@router.get("/health", responses={503: {}})
async def health(request: Request) -> JSONResponse:
    """How it is; 503 where it cannot work."""
    service = service_of(request)
    state = service.health()
    components = {name: getattr(state, name) for name in ("redis", "broker", "converter", "disk", "database", "store")}
    return answers.json(
        {
            "status": state.status,
            "service": "svgai",
            "version": __version__,
            "timestamp": timestamp(time.time()),
            "uptime": time.time() - service.began,
            "active_jobs": state.depth.processing,
            "pending_jobs": state.depth.queued,
            "draining": service.draining,
            "components": components,
            # SVG-AI's field: its AI was a classifier and a planner, which are here without a model.
            "ai_available": state.converter == "ready",
        },
        503 if state.status == "unhealthy" else 200,
    )


@router.get("/metrics", responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """What Prometheus reads."""
    service = service_of(request)
    if not service.wanted.prometheus:
        raise ApiError(404, "NOT_FOUND", "metrics are off", ["set PROMETHEUS_ENABLED=1"])
    return Response(await run_in_threadpool(service.metrics.text), media_type=CONTENT_TYPE)


@router.get("/options/schema")
async def options_schema() -> JSONResponse:
    """JSON Schema of every option of a conversion."""
    return answers.json(schema(), headers={"Cache-Control": "max-age=3600"})
