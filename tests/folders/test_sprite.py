"""One file of symbols: names, ids that never meet, and what is never replaced."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from svgai.cli import main
from svgai.errors import OutputError
from svgai.files import Job
from svgai.folders import sprite
from svgai.folders.places import Placed
from svgai.output.render import render_stretched
from tests.pictures import coin, encoded, lopsided

GRADIENT = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="8" height="8" '
    'viewBox="0 0 8 8" fill="currentColor" role="img"><title>A &lt;b&gt; id="a"</title><defs>'
    '<linearGradient id="a" gradientUnits="userSpaceOnUse" x2="8"><stop stop-color="#f00"/>'
    '<stop offset="1" stop-color="#00f"/></linearGradient><path id="b" d="M0 0h8v8H0z"/></defs>'
    '<use fill="url(#a)" xlink:href="#b"/></svg>\n'
)


def test_a_symbol_shows_what_its_file_shows_and_keeps_its_ids_to_itself() -> None:
    symbols = [sprite.symbol(GRADIENT, name) for name in ("one", "two")]
    text = (sprite.HEAD + sprite._OPEN).decode() + "".join(symbols) + '<use xlink:href="#two"/></svg>'
    ids = Counter(element.get("id") for element in ElementTree.fromstring(text).iter() if element.get("id"))
    assert ids == dict.fromkeys(("one", "one-a", "one-b", "two", "two-a", "two-b"), 1)
    assert symbols[0].startswith('<symbol id="one" viewBox="0 0 8 8" fill="currentColor"><title>A &lt;b&gt; id="a"')
    viewed = text.replace("<svg ", '<svg viewBox="0 0 8 8" ', 1)
    assert (render_stretched(viewed, 8, 8).pixels == render_stretched(GRADIENT, 8, 8).pixels).all()


@pytest.mark.parametrize("wrong", ["<svg", "<html/>", '<svg xmlns="http://www.w3.org/2000/svg"/>'])
def test_what_is_no_svg_is_refused(wrong: str) -> None:
    with pytest.raises(OutputError, match=r"no well-formed SVG|no SVG with a viewBox"):
        sprite.symbol(wrong, "one")


def test_names_are_ids_and_differ() -> None:
    names = [
        "a.svg",
        "a.png.svg",
        "a-png.svg",
        "sub/Größe 2.svg",
        "24h.svg",
        "-.svg",
        "sub-Größe-2.svg",
        "a-png-2.svg",
    ]
    placed = [Placed(Job("x", f"out/{name}"), "out") for name in names]
    found = [part.name for part in sprite.parts(placed)]
    assert found == ["a", "a-png", "a-png-2", "sub-Größe-2", "_24h", "symbol", "sub-Größe-2-2", "a-png-2-2"]


def _batch(folder: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["batch", str(folder / "in"), "-q", *arguments])
    return done.exit_code, done.output


@pytest.mark.slow
def test_a_run_writes_one(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, pixels in (("coin", coin(24, 8)), ("other", lopsided()), ("same", coin(24, 8))):
        (tmp_path / "in" / f"{name}.png").write_bytes(encoded(pixels))
    (tmp_path / "in" / "broken.png").write_bytes(b"no picture")
    target = tmp_path / "icons.svg"
    code, output = _batch(tmp_path, "--sprite", str(target))
    assert code == 1
    assert "icons.svg, 3 symbols" in output
    symbols = list(ElementTree.parse(target).getroot())
    assert [each.get("id") for each in symbols] == ["coin", "other", "same"]
    assert [each.get("viewBox") for each in symbols] == ["0 0 24 24", "0 0 64 48", "0 0 24 24"]

    first = target.read_bytes()
    (tmp_path / "in-svg" / "other.svg").write_text("mine, and no SVG")
    code, output = _batch(tmp_path, "--sprite", str(target), "--no-clobber")
    assert "other.svg: not in the sprite: it is no well-formed SVG" in output
    assert re.findall(rb'symbol id="(\w+)"', target.read_bytes()) == [b"coin", b"same"]
    code, output = _batch(tmp_path, "--sprite", str(target), "--force")
    assert target.read_bytes() == first


def test_nothing_else_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "coin.png").write_bytes(encoded(coin(24, 8)))
    (tmp_path / "mine.svg").write_text("<svg/>")
    for name, said in (
        ("mine.svg", "mine.svg exists already"),
        ("in-svg/coin.svg", "is an input or its SVG"),
        ("a.png", "does not end in .svg"),
    ):
        code, output = _batch(tmp_path, "--sprite", str(tmp_path / name))
        assert code == 2
        assert said in output
    assert (tmp_path / "mine.svg").read_text() == "<svg/>"
    assert not (tmp_path / "in-svg").exists()
