"""Log lines: `[2026-01-31 12:00:00] INFO - [JOB id] message`, or JSON objects, on stdout."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

from svgai.report.text import shown

LOGGER = logging.getLogger("svgai.serve")


class TextFormat(logging.Formatter):
    """The manual's format, to the letter; a traceback follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("[%(asctime)s] %(levelname)s - %(where)s%(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        job = getattr(record, "job", None)
        record.where = f"[JOB {job}] " if job else ""
        return super().format(record)


class JsonFormat(logging.Formatter):
    """One object a line: time (UTC), level, message, and what is known of job, request, client, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in ("job", "request", "client", "method", "path", "status", "seconds"):
            if (value := getattr(record, name, None)) is not None:
                fields[name] = value
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields)


def configure(log_format: str, *, debug: bool) -> None:
    """Send every line of the service and of its server to stdout."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormat() if log_format == "json" else TextFormat())
    for name in ("svgai.serve", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.DEBUG if debug else logging.INFO)
    # Its lines say what ours say, with paths and without ids.
    logging.getLogger("uvicorn.access").handlers = [logging.NullHandler()]
    logging.getLogger("uvicorn.access").propagate = False


def line(level: int, message: str, *, job: str | None = None, request: str | None = None, **facts: Any) -> None:
    """Log one line; control characters are spelt out, so that no client writes lines of its own.

    job, request: their ids. facts: for JSON alone.
    """
    LOGGER.log(level, "%s", shown(message), extra={"job": job, "request": request, **facts})


def traceback(text: str, *, job: str | None = None, request: str | None = None) -> None:
    """Log a fault of ours with its traceback, on as many lines as it has."""
    LOGGER.error("%s", text.rstrip(), extra={"job": job, "request": request})
