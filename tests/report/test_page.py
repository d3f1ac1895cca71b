"""The page to look at: one page that shows what is on disk, and says so where that cannot be."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner

from svgai.cli import main
from tests.pictures import coin, encoded


def page_of(folder: Path, *arguments: str) -> str:
    page = folder / "look.html"
    CliRunner().invoke(main, ["convert", *arguments, "-o", str(folder / "out"), "--sheet", str(page)])
    return page.read_text()


def test_every_image_has_its_source_and_its_svg(tmp_path: Path) -> None:
    names = [tmp_path / f"{k}.png" for k in range(2)]
    for name in names:
        name.write_bytes(encoded(coin(24, 8)))
    page = page_of(tmp_path, *map(str, names))
    assert page.count('<article class="card') == 2
    assert page.count('src="data:image/webp;base64,') == 4
    held = [json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', page)]
    assert {card["svg"] for card in held} == {(tmp_path / "out" / f"{k}.svg").read_text() for k in range(2)}
    assert held[0]["source"].startswith("data:image/png;base64,")
    assert held[0]["exact"]


def test_names_are_words_and_never_markup(tmp_path: Path) -> None:
    name = tmp_path / "a<b>&'c.png"
    name.write_bytes(encoded(coin(24, 8)))
    page = page_of(tmp_path, str(name))
    assert "a&lt;b&gt;&amp;" in page
    assert "a<b>" not in page


def test_convert_writes_every_kind_of_report(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(coin(24, 8)))
    kinds = ("html", "json", "jsonl", "csv", "xml", "md")
    reports = [f"--report={tmp_path / 'all'}.{kind}" for kind in kinds]
    done = CliRunner().invoke(main, ["convert", str(tmp_path / "a.png"), "-o", str(tmp_path / "a.svg"), *reports])
    assert done.exit_code == 0, done.output
    assert all(str(tmp_path / f"all.{kind}") in done.stderr for kind in kinds)
    assert json.loads((tmp_path / "all.json").read_text())["totals"]["converted"] == 1
    assert json.loads((tmp_path / "all.jsonl").read_text())["source"] == str(tmp_path / "a.png")
    assert (tmp_path / "all.csv").read_text().count("\n") == 2
    assert (tmp_path / "all.md").read_text().startswith("# svgai: 1 converted")


def test_a_failure_has_its_card_without_pictures(tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(encoded(coin(24, 8)))
    (tmp_path / "bad.png").write_bytes(b"")
    page = page_of(tmp_path, str(tmp_path / "good.png"), str(tmp_path / "bad.png"))
    assert page.count('<article class="card failed"') == 1
    assert "the file is empty" in page
    assert page.count('src="data:image/webp;base64,') == 2
