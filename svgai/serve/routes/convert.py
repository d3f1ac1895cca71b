"""POST /convert: one picture in, its SVG out, in one request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from svgai.serve import answers, openapi, problems, uploads
from svgai.serve.cache import key
from svgai.serve.intake import Ask, Made, made, service_of, strict, verdict_missed, wanted
from svgai.serve.jobs import CONVERT
from svgai.serve.uploads import Upload

router = APIRouter(tags=["convert"])

_STRICT = {"name": "strict", "in": "query", "required": False, "schema": {"type": "integer", "enum": [0, 1]},
           "description": "1: 422 where a target is missed."}  # fmt: skip


@router.post(
    "/convert",
    openapi_extra={
        "parameters": [*openapi.option_parameters(), _STRICT],
        **openapi.body(openapi.RAW, openapi.form("file")),
    },
    responses={200: {"content": {answers.SVG: {}, "application/json": {}}}, 304: {}, 422: {}},
)
async def convert(request: Request) -> Response:
    """The SVG of one picture, with its score in headers; as JSON where that is what is accepted."""
    sent, words = await uploads.read_pictures(request, service_of(request).uploads)
    if len(sent) > 1:
        raise problems.invalid("send one picture; POST /jobs takes several")
    must_pass = strict(words)
    asked = Ask(words)
    tag = f'"{key(sent[0].digest, CONVERT, wanted(service_of(request), words), squares=False)}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    return _answer(request, sent[0], await made(request, sent[0], asked), tag, must_pass)


def _answer(request: Request, upload: Upload, result: Made, tag: str, must_pass: bool) -> Response:
    record: Mapping[str, Any] = result.hit.record
    headers = {"ETag": tag, "X-Svgai-Cache": "hit" if result.cached else "miss", **answers.score(record)}
    status = 422 if must_pass and verdict_missed(record) else 200
    if "application/json" in request.headers.get("accept", ""):
        named = {**record, "source": upload.name or "-", "target": "-", "svg": result.hit.svg.decode()}
        return answers.json(_with_error(named, request) if status == 422 else named, status, headers)
    return answers.svg(result.hit.svg, upload.name, headers, status)


def _with_error(record: Mapping[str, Any], request: Request) -> dict[str, Any]:
    message = "; ".join(record["misses"]) or f"it took {record['seconds']['total']:.1f} s"
    return {**record, "detail": message, "success": False, "request_id": request.state.id,
            "error": {"code": "TARGET_MISSED", "message": message, "suggestions": ["try quality=ultra"]}}  # fmt: skip
