"""The application: routes, layers around them, and what becomes of errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi_offline import FastAPIOffline
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from svgai.errors import SvgaiError
from svgai.serve import problems
from svgai.serve.http.admit import Admit
from svgai.serve.http.body import Body
from svgai.serve.http.observe import Observe
from svgai.serve.problems import ApiError
from svgai.serve.routes import convert, jobs, operations, page, svg_ai, svg_ai_status, vectorizer
from svgai.serve.service import Service
from svgai.version import __version__

_ABOUT = "Pictures in, clean SVG out, each measured against its source. docs/service.md has examples."
_EXPOSED = ("ETag", "Location", "Retry-After", "X-Request-ID", "X-RateLimit-Limit", "X-RateLimit-Remaining",
            "X-RateLimit-Reset", "X-Svgai-Ssim", "X-Svgai-Delta-E", "X-Svgai-Tier", "X-Svgai-Plan",
            "X-Svgai-Verdict", "X-Svgai-Seconds", "X-Svgai-Cache")  # fmt: skip


def application(service: Service) -> FastAPI:
    """The service's ASGI application; it starts and stops the service with itself."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        yield
        await run_in_threadpool(service.stop)

    app: FastAPI = FastAPIOffline(
        title="svgai", version=__version__, description=_ABOUT, lifespan=lifespan, static_url="/docs-files"
    )
    app.state.service = service
    for module in (convert, jobs, svg_ai, svg_ai_status, vectorizer, operations, page):
        app.include_router(module.router)
    page.mount(app)
    _handle_errors(app)
    _add_layers(app, service)
    return app


def _add_layers(app: FastAPI, service: Service) -> None:
    """The last added is the outermost."""
    app.add_middleware(Body, service=service)
    app.add_middleware(Admit, service=service)
    # Never with credentials: there are no cookies, and * would then mean every page that a user visits.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(service.wanted.allowed_origins),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "If-None-Match", "X-Request-ID"],
        expose_headers=list(_EXPOSED),
        allow_credentials=False,
    )
    app.add_middleware(Observe, service=service)


def _handle_errors(app: FastAPI) -> None:
    def answer(request: Request, error: ApiError) -> Response:
        return problems.response(error, request.state.id)

    @app.exception_handler(ApiError)
    async def api_error(request: Request, error: ApiError) -> Response:
        return answer(request, error)

    @app.exception_handler(SvgaiError)
    async def svgai_error(request: Request, error: SvgaiError) -> Response:
        return answer(request, problems.of_error(error))

    @app.exception_handler(HTTPException)
    async def http_exception(request: Request, error: HTTPException) -> Response:
        code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "TOO_LARGE"}.get(error.status_code, "BAD_REQUEST")
        return answer(request, ApiError(error.status_code, code, str(error.detail), headers=error.headers))

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Response:
        return answer(request, problems.invalid("; ".join(map(_validation, error.errors()))))


def _validation(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"][1:])
    return f"{where}: {error['msg']}" if where else str(error["msg"])
