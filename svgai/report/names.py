"""Names and numbers as a page writes them: nothing in a file's name can be anything but text."""

from __future__ import annotations

import os
from urllib.parse import quote

from svgai.report.text import shown


def anchor(source: str) -> str:
    """The link to an image within its page: `#` and its name, as a URL."""
    return "#" + quote(shown(source), safe="/")


def link(path: str) -> str:
    """The URL of a file: absolute, or as seen from the working folder."""
    quoted = quote(os.fsencode(path.replace(os.sep, "/")))
    if os.path.isabs(path):
        return "file:///" + quoted.lstrip("/")
    # A leading ./ keeps a name like `javascript:x.png` a name.
    return "./" + quoted


def base(page: str) -> str:
    """The URL of the working folder as seen from a page, for its links."""
    folder = os.path.dirname(os.path.realpath(page))
    try:
        return link(os.path.relpath(os.getcwd(), folder)) + "/"
    except ValueError:  # another drive of Windows
        return link(os.getcwd()) + "/"


def number(value: float) -> str:
    """A coordinate of a plot."""
    return f"{value:.1f}".removesuffix(".0")
