"""Symbols of a sprite in a page, by name and from another file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from svgai.folders import sprite
from svgai.folders.sprite import Part
from svgai.output.svg import write
from tests.page.browser import Browser
from tests.page.test_inlined import DRAWINGS, alone, differing, shown


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder over HTTP: browsers take symbols from no other kind of address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_each_use_shows_its_own_file(browser: Browser, tmp_path: Path) -> None:
    """The drawings' own ids are alike."""
    texts = [write(drawing).text for drawing in DRAWINGS]
    for name, text in zip(("one", "two"), texts, strict=True):
        (tmp_path / f"{name}.svg").write_text(text)
    parts = [Part(name, str(tmp_path / f"{name}.svg")) for name in ("one", "two")]
    assert sprite.write(str(tmp_path / "sprite.svg"), parts) == (2, [])
    expected = shown(browser, tmp_path, [alone(text) for text in texts])
    uses = [f'<svg width=60 height=60><use href="sprite.svg#{part.name}"/></svg>' for part in parts]
    page = "<!doctype html><link rel=icon href=data:,><style>body{margin:0} svg{display:block}</style>"
    (tmp_path / "page.html").write_text(page + "".join(uses))
    with served(tmp_path) as address:
        browser.open(f"{address}/page.html")
        browser.until(lambda: browser.picture()[:120, :60].min() < 200)
        picture = browser.picture()
    assert differing([picture[:60, :60], picture[60:120, :60]], expected) == [False, False]
