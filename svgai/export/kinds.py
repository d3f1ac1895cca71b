"""Which kinds of file a drawing can be written as, and what each needs. Standard library only."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from svgai.errors import OutputError
from svgai.records import Value

if TYPE_CHECKING:
    from svgai.pipeline import Conversion


class Kind(Value):
    """module: has data(conversion) → bytes, imported when the first such file is written. extra: what has
    its packages, None where they are svgai's own."""

    module: str
    extra: str | None = None


KINDS: Mapping[str, Kind] = {
    ".svg": Kind("svgai.export.svg"),
    ".svgz": Kind("svgai.export.svgz"),
    ".png": Kind("svgai.export.png"),
    ".pdf": Kind("svgai.export.pdf", "pdf"),
    ".eps": Kind("svgai.export.eps"),
    ".dxf": Kind("svgai.export.dxf", "dxf"),
}


def suffix(path: str) -> str:
    """The ending of a path that says its kind; of another one that of SVG."""
    ending = os.path.splitext(path)[1].lower()
    return ending if ending in KINDS else ".svg"


def data_of(conversion: Conversion, target: str) -> bytes:
    """A conversion as the file that its target's name wants. Raises OutputError where packages are missing."""
    kind = KINDS[suffix(target)]
    try:
        written: Callable[[Conversion], bytes] = import_module(kind.module).data
    except ModuleNotFoundError as e:
        remedy = f"pip install 'svgai[{kind.extra}]'"
        raise OutputError(f"{target} needs a package that is not installed ({e.name})", remedy) from e
    return written(conversion)
