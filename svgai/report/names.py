"""Names and numbers as a page writes them: nothing in a file's name can be anything but text."""

from __future__ import annotations

import os
from urllib.parse import quote

from svgai.report.text import shown


def anchor(source: str) -> str:
    """The link to an image within its page: `#` and its name, as a URL."""
    return "#" + quote(shown(source), safe="/")


def link(path: str, page: str) -> str:
    """The URL of a file as seen from a page beside it; absolute where they are on different disks."""
    folder = os.path.dirname(os.path.realpath(page))
    try:
        relative = os.path.relpath(os.path.realpath(path), folder)
    except ValueError:  # another drive of Windows
        return "file:///" + quote(os.path.realpath(path).replace(os.sep, "/"))
    # A leading ./ keeps a name like `javascript:x.png` a name.
    return "./" + quote(os.fsencode(relative.replace(os.sep, "/")))


def number(value: float) -> str:
    """A coordinate of a plot."""
    return f"{value:.1f}".removesuffix(".0")
