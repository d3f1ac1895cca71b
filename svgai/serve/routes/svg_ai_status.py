"""SVG-AI's questions about the service itself. It has no models: what decides is named as it is."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from svgai.draw import engines
from svgai.serve import answers, memory
from svgai.serve.intake import service_of
from svgai.serve.jobs import timestamp
from svgai.serve.service import Service
from svgai.serve.svg_ai import LOGO_TYPES

router = APIRouter(prefix="/api", tags=["SVG-AI"])

# Its alert, in MB; the manual's bound for a container is 500.
_ALERT, _BOUND = 400.0, 500.0
_METHOD = "rules over measured features; no learned model"


@router.get("/classification-status")
async def classification_status(request: Request) -> JSONResponse:
    """What classifies."""
    ready = service_of(request).drawer.healthy
    return answers.json({"status": "available" if ready else "unavailable", "classification_available": ready,
                         "methods": ["rules"], "logo_types": list(LOGO_TYPES.values()), "method": _METHOD,
                         "timestamp": timestamp(time.time())})  # fmt: skip


@router.get("/ai-health")
async def ai_health(request: Request) -> JSONResponse:
    """Whether what SVG-AI called AI works: the classifier and the planner, in the worker processes."""
    ready = service_of(request).drawer.healthy
    state = "ready" if ready else "unavailable"
    parts = {name: {"status": state} for name in ("classifier", "planner", *engines.names())}
    return answers.json({"status": "healthy" if ready else "unhealthy", "ai_available": ready, "method": _METHOD,
                         "components": parts, "timestamp": timestamp(time.time())})  # fmt: skip


@router.get("/model-status")
async def model_status() -> JSONResponse:
    """Models: there are none, and none is missing."""
    return answers.json({"status": "ready", "models_loaded": 0, "models": {}, "models_available": False,
                         "method": _METHOD, "timestamp": timestamp(time.time())})  # fmt: skip


@router.get("/memory-status")
async def memory_status(request: Request) -> JSONResponse:
    """Memory of the service with its workers, in MB."""
    return answers.json(await run_in_threadpool(_memory, service_of(request)))


def _memory(service: Service) -> dict[str, Any]:
    own, workers = service.memory()
    total, most = own + sum(workers), memory.limit()
    current = total / 1e6
    alerts = [f"{current:.0f} MB, more than {_ALERT:.0f}"] if current > _ALERT else []
    return {
        "status": "warning" if alerts else "ok",
        "current_memory_mb": current,
        "memory_percent": 100 * total / most,
        "available_mb": memory.available() / 1e6,
        "thresholds": {"alert_mb": _ALERT, "bound_mb": _BOUND, "limit_mb": most / 1e6,
                       "worker_limit_mb": service.wanted.memory_limit / 1e6},
        "statistics": {"service_mb": own / 1e6, "workers_mb": [worker / 1e6 for worker in workers]},
        "alerts": alerts,
        "monitoring_active": True,
        "trend": None,  # Prometheus keeps it: svgai_memory_bytes
        "timestamp": timestamp(time.time()),
    }  # fmt: skip


@router.get("/resource-status")
async def resource_status(request: Request) -> JSONResponse:
    """Workers, queue, disk, cache."""
    return answers.json(await run_in_threadpool(_resources, service_of(request)))


def _resources(service: Service) -> dict[str, Any]:
    depth = service.queue.depth()
    own, workers = service.memory()
    return {
        "status": "healthy" if service.drawer.healthy else "unhealthy",
        "timestamp": timestamp(time.time()),
        "resource_statistics": {
            "workers": service.wanted.slots, "worker_processes": len(workers), "active_jobs": depth.processing,
            "pending_jobs": depth.queued, "memory_mb": (own + sum(workers)) / 1e6,
            "disk_free_ratio": service.folders.free(), "cache_hits": service.cache.hits,
            "cache_misses": service.cache.misses,
        },
        "resource_leaks": [],
    }  # fmt: skip
