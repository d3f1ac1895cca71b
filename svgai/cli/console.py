"""The process's three streams as they are: closed, full, a broken pipe, an encoding without "→"."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import Any, TextIO


class StdoutError(Exception):
    """stdout cannot be written. closed: whoever read it is gone, as `head` is, and nobody need be told."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"stdout cannot be written ({error.strerror or error})")
        self.closed = error.errno == errno.EPIPE


class _Stdout(io.TextIOWrapper):
    """stdout, whose failures are told from those of files."""

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except OSError as e:
            raise StdoutError(e) from e

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as e:
            raise StdoutError(e) from e


class _Stderr(io.TextIOWrapper):
    """stderr; what it does not take is lost, and the work goes on."""

    def write(self, text: str, /) -> int:
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def prepare() -> None:
    """Make the three streams safe to use; those of a test or of an embedding program stay as they are."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Else the next file opened would be taken for it, here and in the worker processes.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 - lives as long as the process
    out, err = sys.__stdout__, sys.__stderr__
    sys.stdout, sys.stderr = _safe(sys.stdout, out, 1, _Stdout), _safe(sys.stderr, err, 2, _Stderr)
    # The originals have lost their buffers, and libraries ask them what the terminal is.
    if isinstance(sys.stdout, _Stdout):
        sys.__stdout__ = sys.stdout  # type: ignore[misc]
    if isinstance(sys.stderr, _Stderr):
        sys.__stderr__ = sys.stderr  # type: ignore[misc]


def _safe(stream: TextIO | None, original: TextIO | None, number: int, kind: type[io.TextIOWrapper]) -> Any:
    if stream is None:
        return kind(
            open(number, "wb", closefd=False), encoding="utf-8", errors="backslashreplace", line_buffering=True
        )
    if stream is not original or isinstance(stream, kind) or not isinstance(stream, io.TextIOWrapper):
        return stream
    encoding, buffered = stream.encoding, stream.line_buffering
    return kind(stream.detach(), encoding=encoding, errors="backslashreplace", line_buffering=buffered)


def give_up_stdout() -> None:
    """Let what is still buffered for stdout go nowhere, so that the interpreter's last flush does not fail."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)


def write_bytes(data: bytes) -> None:
    """Bytes on stdout, whole. Raises StdoutError."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as e:
        raise StdoutError(e) from e
