"""What can go wrong with one image: a value the batch reports, with a code, a cause and a remedy."""

from __future__ import annotations

import os
import traceback


class _ExplainedError(Exception):
    """code: a stable word for programs. remedy: what the user can do. str() is the one line for people."""

    code = "error"

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause}; {remedy}")
        self.cause = cause
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[_ExplainedError], tuple[str, str]]:
        return type(self), (self.cause, self.remedy)


class SvgaiError(_ExplainedError):
    """An image that could not be converted."""


class UnreadableError(SvgaiError):
    """The input is no picture that can be decoded, or cannot be opened."""

    code = "unreadable"


class TooLargeError(SvgaiError):
    """The input passes the limit on bytes or pixels."""

    code = "too-large"


class ColorError(SvgaiError):
    """The picture has a colour that is not among those wanted."""

    code = "color"


class StructureError(SvgaiError):
    """The drawing cannot be had in the structure that is wanted: layers, cut-outs, strokes alone."""

    code = "structure"


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


class UsageError(_ExplainedError):
    """What was asked for cannot be done, found before any work."""

    code = "usage"


class NoWorkersError(_ExplainedError):
    """Worker processes die before they do anything."""

    code = "no-workers"


# Characters of a fault's own message that are repeated. By eye: two lines of a terminal.
_FAULT_LENGTH = 300


def internal(error: BaseException) -> InternalError:
    """A fault of svgai's own in words: its kind, its message, and the line where it happened."""
    frames = traceback.extract_tb(error.__traceback__)
    at = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    text = " ".join(f"{type(error).__name__}: {error}".split())[:_FAULT_LENGTH]
    return InternalError(f"a fault of svgai: {text}{at}", "try another --plan, and report it with this image")
