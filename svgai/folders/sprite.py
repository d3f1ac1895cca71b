"""A run's SVGs → one file with a symbol each, for `<use href="sprite.svg#name">`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from svgai import files
from svgai.errors import OutputError, SvgaiError
from svgai.folders.places import Placed

# How a sprite begins: svgai replaces files that begin so without being asked.
HEAD = b"<!-- symbols by svgai batch -->"
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_OPEN = f'\n<svg xmlns="{_SVG}" xmlns:xlink="{_XLINK}">\n'.encode()
_NO_NAME = re.compile(r"[^\w-]+")
_REFERENCE = re.compile(r"url\(\s*([\"']?)#([^\"')]+)\1\s*\)")


@dataclass(frozen=True, slots=True)
class Part:
    """One symbol to be: its id, and the SVG's path."""

    name: str
    path: str


def parts(placed: Sequence[Placed]) -> list[Part]:
    """A symbol for each SVG of a run, in order: `arrows/left.svg` below its home is `arrows-left`."""
    found: list[Part] = []
    taken: set[str] = set()
    for each in placed:
        inner = os.path.splitext(os.path.relpath(each.job.target, each.home))[0]
        name = _distinct(_NO_NAME.sub("-", inner).strip("-") or "symbol", taken)
        taken.add(name)
        found.append(Part(name, each.job.target))
    return found


def _distinct(name: str, taken: set[str]) -> str:
    """A name that begins as XML's may, with a number after it where it is taken."""
    name = name if name[0].isalpha() else f"_{name}"
    number = 2
    distinct = name
    while distinct in taken:
        distinct, number = f"{name}-{number}", number + 1
    return distinct


def write(path: str, wanted: Iterable[Part]) -> tuple[int, list[str]]:
    """Write a sprite, whole or not at all, over an earlier one: how many symbols it has, and a line for each SVG that
    could not be taken in. Raises OutputError."""
    count, lines = 0, []
    with files.writing(path, replace=True) as out:
        out.write(HEAD + _OPEN)
        for part in wanted:
            try:
                text = symbol(files.read(part.path).decode("utf-8", "replace"), part.name)
            except SvgaiError as e:
                lines.append(f"{part.path}: not in the sprite: {e}")
            else:
                out.write(text.encode() + b"\n")
                count += 1
        out.write(b"</svg>\n")
    return count, lines


def symbol(svg: str, name: str) -> str:
    """An SVG document as a symbol of this id, which its own ids begin with. Raises OutputError where it is none."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as e:
        raise OutputError(f"it is no well-formed SVG ({e})", "convert its image again, with --force") from e
    if root.tag != f"{{{_SVG}}}svg" or "viewBox" not in root.attrib:
        raise OutputError("it is no SVG with a viewBox", "convert its image again, with --force")
    ids = {old: f"{name}-{old}" for element in root.iter() if (old := element.get("id"))}
    for element in root.iter():
        element.attrib = dict(_renamed(element, ids))
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    root.tag, root.tail = "symbol", None
    root.attrib = {"id": name} | {k: v for k, v in root.attrib.items() if k not in ("id", "width", "height", "role")}
    return ElementTree.tostring(root, encoding="unicode")


def _renamed(element: Element, ids: dict[str, str]) -> Iterator[tuple[str, str]]:
    """An element's attributes, where they name an id its new one."""
    for name, value in element.attrib.items():
        if name == "id":
            yield name, ids[value]
        elif name in ("href", f"{{{_XLINK}}}href"):
            target = f"#{ids[value[1:]]}" if value[:1] == "#" and value[1:] in ids else value
            yield name.replace(f"{{{_XLINK}}}", "xlink:"), target
        else:
            yield name, _REFERENCE.sub(lambda found: f"url(#{ids.get(found[2], found[2])})", value)
