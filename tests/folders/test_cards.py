"""Cards of the page that a worker keeps are those that the files would give."""

from __future__ import annotations

from pathlib import Path

import pytest

import svgai
from svgai.folders import cards
from svgai.outcome import Failed, converted
from svgai.settings import Settings
from tests.pictures import encoded, lopsided

ROOM = 100_000


@pytest.mark.parametrize("background", ["keep", "#00ff00"])
def test_a_kept_card_is_that_of_the_files(tmp_path: Path, background: str) -> None:
    settings = Settings(tier=1, plan="contour", background=background)
    source, target = tmp_path / "a.png", tmp_path / "a.svg"
    source.write_bytes(encoded(lopsided()))
    conversion = svgai.convert(source, tier=1, plan="contour", background=background)
    target.write_bytes(conversion.svg.data)
    outcome = converted(str(source), str(target), conversion)
    from_files = cards.kept(str(tmp_path), outcome, settings, ROOM)
    assert from_files.count("data:image/") == 3
    cards.keep(str(tmp_path), outcome, conversion, settings, ROOM)
    source.unlink()
    assert cards.kept(str(tmp_path), outcome, settings, ROOM) == from_files


def test_without_files_the_card_says_why(tmp_path: Path) -> None:
    outcome = converted(str(tmp_path / "a.png"), "a.svg", svgai.convert(lopsided(), tier=1, plan="contour"))
    assert "there is no such file" in cards.kept(str(tmp_path), outcome, Settings(), ROOM)
    failed = Failed(source="b.png", target="b.svg", code="engine", cause="broken", remedy="mend it")
    assert "broken; mend it" in cards.kept(str(tmp_path), failed, Settings(), ROOM)
