"""A page to look at and to judge by: totals, plots and a card for each image, in one self-contained HTML file.

Its script, style and frame are the files in static/ and in svgai.viewer; a browser runs nothing else there, as the
page's own Content-Security-Policy says, whatever the names of the images are.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from svgai import files, viewer
from svgai.outcome import Converted
from svgai.report.names import base
from svgai.report.plots import plots, plotted
from svgai.report.text import counted, shown
from svgai.report.urgency import KINDS, Shown, kind, urgency

STATIC = Path(__file__).with_name("static")
# Bytes that all pictures may take, thumbnails (about 8 kB each with theirs) apart: 500 images stay below 30 MB.
ROOM = 22_000_000
# No picture takes more than this, in however short a page.
MOST_SHARE = 4_000_000
# So many images have a card; of more, those that need a look most.
MOST_CARDS = 2000


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the cards. made: when and how, in words; settings: by name; said: lines of a terminal."""

    title: str
    made: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""


def share(count: int) -> int:
    """Bytes that the pictures of each of so many images may take."""
    return min(MOST_SHARE, ROOM // max(1, min(count, MOST_CARDS)))


def write(path: str, outcomes: Sequence[Shown], card_of: Callable[[int], str], head: Head) -> None:
    """The page in a file. outcomes are read twice, one at a time; card_of gives the card of one by its place.

    Raises OutputError.
    """
    with files.writing(path, replace=True) as out:
        for piece in page(outcomes, card_of, head, path):
            out.write(piece.encode("utf-8", "replace"))


def page(outcomes: Sequence[Shown], card_of: Callable[[int], str], head: Head, path: str) -> Iterator[str]:
    """The page in pieces. path: where it will be, for its links to files."""
    order = sorted(range(len(outcomes)), key=lambda k: urgency(outcomes[k]))[:MOST_CARDS]
    above, below = _frame(outcomes, head, len(order), base(path)).split("$cards\n")
    yield above
    yield from map(card_of, order)
    yield below


def _frame(outcomes: Sequence[Shown], head: Head, shown_count: int, folder: str) -> str:
    """The page without its cards, `$cards` in their place."""
    script = viewer.script(STATIC / "report.js")
    style = viewer.style(viewer.FOLDER / "theme.css", viewer.FOLDER / "viewer.css", STATIC / "report.css")
    converted = [plotted(o) for o in outcomes if isinstance(o, Converted)]
    left_out = len(outcomes) - shown_count
    return Template((STATIC / "report.html").read_text(encoding="utf-8")).substitute(
        title=html.escape(shown(head.title)),
        totals=_totals(Counter(map(kind, outcomes))),
        made=html.escape(shown(head.made)),
        settings=_table(head.settings),
        said=f"<pre>{_lines(head.said)}</pre>" if head.said else "",
        base=html.escape(folder),
        plots=plots(converted),
        left_out=f"{left_out} more are not shown here: they are the farthest from missing." if left_out else "",
        policy=_policy(script, style),
        style=style,
        script=script,
        cards="$cards",
    )


def _policy(script: str, style: str) -> str:
    """Only this script and this style run, and pictures come from the page and from beside it."""

    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    return (
        f"default-src 'none'; script-src {digest(script)}; style-src {digest(style)}; "
        "img-src 'self' file: data: blob:; connect-src 'self' file:; base-uri 'none'; form-action 'none'"
    )


def _totals(kinds: Mapping[str, int]) -> str:
    count = sum(kinds.values())
    parts = [f'<span class="verdict {k}">{kinds[k]} {k}</span>' for k in reversed(KINDS) if kinds[k]]
    return " · ".join([counted(count, "image"), *parts])


def _table(settings: Mapping[str, Any]) -> str:
    def words(value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value, default=str)

    rows = (f"<dt>{html.escape(k)}</dt><dd>{html.escape(shown(words(v)))}</dd>" for k, v in settings.items())
    return f"<dl>{''.join(rows)}</dl>"


def _lines(text: str) -> str:
    return html.escape("\n".join(map(shown, text.splitlines())))
