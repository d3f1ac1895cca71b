"""What is answered where a request cannot be: one body for every error, with a code for programs and words for
people, and nothing of the inside."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import JSONResponse

from svgai.errors import SvgaiError
from svgai.serve.queue import QueueFullError

# By an error's code in outcomes: HTTP status, and the code in answers (those of SVG-AI, where it had one).
_CODES: Mapping[str, tuple[int, str]] = {
    "unreadable": (400, "INVALID_FILE_FORMAT"),
    "too-large": (413, "TOO_LARGE"),
    "timeout": (422, "TIMEOUT_ERROR"),
    "memory": (422, "INSUFFICIENT_MEMORY"),
    "engine": (422, "CONVERSION_FAILED"),
    "storage": (507, "DISK_FULL"),
    "output": (507, "DISK_FULL"),
    "database": (503, "UNAVAILABLE"),
    "store": (503, "UNAVAILABLE"),
}
_FAULT = (500, "CONVERSION_FAILED")
# Words that may hold paths are for the log alone.
_FULL = "the disk is full, or cannot be written to"
_WITHHELD = {"internal": "a fault of svgai; the log has its traceback", "storage": _FULL, "output": _FULL,
             "database": "the database does not answer", "store": "the object store does not answer"}  # fmt: skip


class ApiError(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        suggestions: Sequence[str] = (),
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.suggestions = list(suggestions)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


def response(error: ApiError, request_id: str) -> JSONResponse:
    """The error's answer."""
    # A request's own words may be in it, with halves of characters that no UTF-8 has.
    message = str(error).encode("utf-8", "replace").decode()
    body = {
        "detail": message,
        "success": False,
        "error": {"code": error.code, "message": message, "suggestions": error.suggestions},
        "request_id": request_id,
        **error.extra,
    }
    return JSONResponse(body, error.status, error.headers)


def of_reason(reason: Mapping[str, str]) -> ApiError:
    """The answer of a failed job, from its code, message and remedy."""
    status, code = _CODES.get(reason["code"], _FAULT)
    return ApiError(status, code, reason["message"], [reason["remedy"]])


def reason_of(error: SvgaiError) -> dict[str, str]:
    """What is kept and shown of a job's error: of a fault of ours no more than that it is one."""
    cause = _WITHHELD.get(error.code, error.cause)
    return {"code": error.code, "message": cause, "remedy": error.remedy}


def of_error(error: SvgaiError) -> ApiError:
    """The answer of an error that was raised here."""
    return of_reason(reason_of(error))


def of_full_queue(error: QueueFullError) -> ApiError:
    """The answer where no further job is taken in: when to come again, and what allows more."""
    seconds = max(1, math.ceil(error.seconds))
    return ApiError(429, "QUEUE_FULL", f"{error}; try again in {seconds} s", [f"raise {error.setting}"],
                    headers={"Retry-After": str(seconds)})  # fmt: skip


def invalid(message: str) -> ApiError:
    """The answer to a parameter that there is not, or that cannot be so."""
    return ApiError(400, "INVALID_PARAMETERS", message, ["GET /options/schema lists the options"])


def missing(message: str = "Job not found") -> ApiError:
    """The answer where there is no such job or file."""
    return ApiError(404, "FILE_NOT_FOUND", message, ["check the id; files are kept for a limited time"])
