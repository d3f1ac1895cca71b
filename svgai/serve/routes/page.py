"""The page, and for programs that ask at / what this is."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.responses import Response as StarletteResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from svgai import viewer
from svgai.serve import answers
from svgai.serve.routes.vectorizer import QUALITIES
from svgai.version import __version__

router = APIRouter(tags=["page"])
STATIC = Path(__file__).parents[1] / "static"
# Nothing from another host, and no script or style that is not a file of ours.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/", responses={200: {"content": {"text/html": {}, "application/json": {}}}})
async def index(request: Request) -> Response:
    """The page, where HTML is accepted; else what this service is."""
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse((STATIC / "index.html").read_text("utf-8"), headers={"Content-Security-Policy": _POLICY})
    features = {"batch": True, "progress_events": True, "measured_quality": True, "cache": True}
    return answers.json({"service": "svgai", "version": __version__, "status": "operational", "features": features,
                         "quality_levels": list(QUALITIES), "docs": "/docs"})  # fmt: skip


class _Files(StaticFiles):
    """Files of the page: revalidated, so that a new version is seen at once."""

    async def get_response(self, path: str, scope: Scope) -> StarletteResponse:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def mount(app: FastAPI) -> None:
    """Serve the page's files, and the viewer's, which the reports have too."""
    app.mount("/static/viewer", _Files(directory=viewer.FOLDER), name="viewer")
    app.mount("/static", _Files(directory=STATIC), name="static")
