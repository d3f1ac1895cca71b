"""The viewer of the pages: scripts and styles in files that a browser reads as they are, or in one piece."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

# viewer.js and what it imports; the service hands this folder out under /viewer/.
FOLDER = Path(__file__).with_name("static")

_IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) )", re.MULTILINE)


@cache
def script(entry: Path) -> str:
    """A module and all that it imports as one module, each file once and before whoever needs it.

    A relative import is looked for beside its file, then in FOLDER. The files' own names must differ: a browser
    refuses a module that declares one twice.
    """
    pieces: dict[Path, str] = {}
    _collect(entry.resolve(), pieces)
    return "\n".join(pieces.values())


def _collect(path: Path, pieces: dict[Path, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for name in _IMPORT.findall(text):
        beside = (path.parent / name).resolve()
        wanted = beside if beside.is_file() else FOLDER / Path(name).name
        if wanted not in pieces:
            _collect(wanted, pieces)
    pieces[path] = _EXPORT.sub("", _IMPORT.sub("", text))


def style(*paths: Path) -> str:
    """Style sheets in one piece."""
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
