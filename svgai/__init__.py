"""svgai: raster images in, clean SVG out, each result measured against its source.

import svgai

result = svgai.convert("logo.png", target_ssim=0.98)
print(result.classification.tier, result.score.ssim, result.verdict.word)
result.save("logo.svg")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from svgai.version import __version__

if TYPE_CHECKING:
    from svgai import errors
    from svgai.comparison import Comparison
    from svgai.inspection import Inspection
    from svgai.library import Result, batch, compare, convert, inspect
    from svgai.outcome import Converted, Failed, Skipped
    from svgai.settings import Settings

__all__ = [
    "Comparison",
    "Converted",
    "Failed",
    "Inspection",
    "Result",
    "Settings",
    "Skipped",
    "__version__",
    "batch",
    "compare",
    "convert",
    "errors",
    "inspect",
]

# Where each public name comes from; nothing is loaded before it is asked for, so that --help is quick.
_HOMES = {
    "Comparison": "svgai.comparison",
    "Inspection": "svgai.inspection",
    "Settings": "svgai.settings",
    **dict.fromkeys(("Result", "batch", "compare", "convert", "inspect"), "svgai.library"),
    **dict.fromkeys(("Converted", "Failed", "Skipped"), "svgai.outcome"),
}


def __getattr__(name: str) -> Any:
    """A public name, loaded when it is first used."""
    if name == "errors":
        return import_module("svgai.errors")
    if name not in _HOMES:
        raise AttributeError(f"module 'svgai' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
