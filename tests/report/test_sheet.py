"""The sheet to look at: one page that shows what is on disk, and says so where that cannot be."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from click.testing import CliRunner

from svgai.cli import main
from tests.pictures import coin, encoded


def sheet(folder: Path, *arguments: str) -> str:
    page = folder / "sheet.html"
    CliRunner().invoke(main, ["convert", *arguments, "-o", str(folder / "out"), "--sheet", str(page)])
    return page.read_text()


def test_every_image_has_its_source_its_svg_and_the_difference(tmp_path: Path) -> None:
    names = [tmp_path / f"{k}.png" for k in range(2)]
    for name in names:
        name.write_bytes(encoded(coin(24, 8)))
    page = sheet(tmp_path, *map(str, names))
    assert page.count("<section>") == 2
    assert page.count("<figure>") == 6
    (first, _) = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", page)
    assert base64.b64decode(first) == (tmp_path / "out" / "0.svg").read_bytes()
    assert "http" not in page.replace("http://www.w3.org", ""), "the page needs nothing from elsewhere"


def test_names_are_words_and_never_markup(tmp_path: Path) -> None:
    name = tmp_path / "a<b>&'c.png"
    name.write_bytes(encoded(coin(24, 8)))
    page = sheet(tmp_path, str(name))
    assert "a&lt;b&gt;&amp;" in page
    assert "a<b>" not in page


def test_a_failure_has_its_row_without_pictures(tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(encoded(coin(24, 8)))
    (tmp_path / "bad.png").write_bytes(b"")
    page = sheet(tmp_path, str(tmp_path / "good.png"), str(tmp_path / "bad.png"))
    assert page.count('class="failed"') == 1
    assert "the file is empty" in page
    assert page.count("<figure>") == 3
