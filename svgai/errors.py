"""What can go wrong with one image: a value the batch reports, with a code, a cause and a remedy."""

from __future__ import annotations


class SvgaiError(Exception):
    """An image that could not be converted.

    code: a stable word for programs. remedy: what the user can do. str() is the one line for people.
    """

    code = "error"

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}; {remedy}")
        self.cause = cause
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[SvgaiError], tuple[str, str]]:
        return type(self), (self.cause, self.remedy)


class UnreadableError(SvgaiError):
    """The input is no picture that can be decoded, or cannot be opened."""

    code = "unreadable"


class TooLargeError(SvgaiError):
    """The input passes the limit on bytes or pixels."""

    code = "too-large"


class EngineError(SvgaiError):
    """A native engine (vtracer, the renderer) failed or returned nonsense."""

    code = "engine"


class OutputError(SvgaiError):
    """The SVG could not be written."""

    code = "output"


class InternalError(SvgaiError):
    """svgai itself is at fault."""

    code = "internal"


class StorageError(OutputError):
    """Nothing more can be written there: the disk is full, read-only or forbidden."""

    code = "storage"


class UsageError(Exception):
    """What was asked for cannot be done, found before any work."""


class NoWorkersError(Exception):
    """Worker processes die before they do anything."""
