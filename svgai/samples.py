"""The sample images that come with svgai."""

from __future__ import annotations

from pathlib import Path

from svgai.errors import UsageError


def folder() -> Path:
    """Where they are: inside the installed package, or beside it in a checkout. Raises UsageError."""
    package = Path(__file__).parent
    for place in (package / "samples", package.parent / "samples"):
        if place.is_dir():
            return place
    raise UsageError("the sample images are missing", "reinstall svgai")


def paths() -> list[Path]:
    """Every sample image, by name."""
    return sorted(p for p in folder().iterdir() if p.is_file())
