"""SVGs and pictures as answers: named for downloading, and harmless in a browser whatever is in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from fastapi.responses import JSONResponse, Response

from svgai.serve.uploads import TYPES

SVG = "image/svg+xml"
# An SVG opened by itself may be styled, and do nothing else.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def disposition(name: str, suffix: str, kind: str = "attachment") -> str:
    """A Content-Disposition with a client's name for its picture, and another suffix (RFC 6266, RFC 8187)."""
    stem = PurePosixPath(name).stem or "picture"
    return f"{kind}; filename*=UTF-8''{quote(stem + suffix, safe='')}"


def svg(data: bytes, name: str, headers: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """An SVG. name: of the picture that it was made from."""
    safe = {"Content-Security-Policy": _SANDBOX, "Content-Disposition": disposition(name, ".svg")}
    return Response(data, status, {**safe, **(headers or {})}, SVG)


def picture(data: bytes, name: str, suffix: str) -> Response:
    """A picture as it was sent."""
    safe = {"Content-Security-Policy": _SANDBOX, "Content-Disposition": disposition(name, suffix)}
    return Response(data, 200, safe, TYPES[suffix])


def score(record: Mapping[str, Any]) -> dict[str, str]:
    """How good a drawing is, as headers."""
    return {
        "X-Svgai-Ssim": f"{record['ssim']:.5f}",
        "X-Svgai-Delta-E": f"{record['delta_e']:.3f}",
        "X-Svgai-Tier": str(record["tier"]),
        "X-Svgai-Plan": record["plan"],
        "X-Svgai-Verdict": record["verdict"],
        "X-Svgai-Seconds": f"{record['seconds']['total']:.3f}",
    }


def json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A JSON value."""
    return JSONResponse(value, status, headers)
