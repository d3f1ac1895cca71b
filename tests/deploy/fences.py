"""The commands of a manual: what stands in its fenced blocks, and what its lists have in backquotes."""

from __future__ import annotations

import re
import textwrap

_FENCE = re.compile(r"^([ ]*)```(\w*)\n(.*?)^\1```", re.M | re.S)
_INLINE = re.compile(r"`((?:curl|docker|docker-compose) [^`]+)`")


def commands(manual: str) -> list[str]:
    """Every command, once, in the order of the manual. A block of another language than bash, and a script, is one."""
    found: list[str] = []
    for match in re.finditer(f"{_FENCE.pattern}|{_INLINE.pattern}", manual, re.M | re.S):
        if match[4]:
            found.append(match[4])
            continue
        text = textwrap.dedent(match[3]).strip("\n")
        found += _lines(text) if match[2] in ("bash", "sh") and not text.startswith("#!") else [text]
    return list(dict.fromkeys(found))


def _lines(block: str) -> list[str]:
    """Lines without comments; one that is indented, or follows a backslash, belongs to the one before."""
    found: list[str] = []
    for line in block.splitlines():
        bare = re.sub(r"\s+# .*$", "", line).rstrip()
        if not bare or bare.startswith("#"):
            continue
        if found and (bare.startswith(" ") or found[-1].endswith("\\")):
            found[-1] += "\n" + bare
        else:
            found.append(bare)
    return found
