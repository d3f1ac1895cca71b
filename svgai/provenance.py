"""What a result depends on: the image's bytes, the settings, the versions of svgai and its engines."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version

from svgai.settings import Settings
from svgai.version import __version__

PACKAGES = ("vtracer", "svg2png-py", "numpy", "opencv-python-headless", "pillow")


def versions() -> dict[str, str]:
    """Versions of svgai, Python and every package that decides what is drawn or measured."""
    return {"svgai": __version__, "python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def fingerprint(settings: Settings) -> str:
    """Equal where the same image gives the same record: settings and versions, as 64 hexadecimal digits."""
    text = json.dumps([asdict(settings), versions()], sort_keys=True)
    return digest(text.encode())


def digest(data: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
