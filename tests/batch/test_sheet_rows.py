"""Rows of the sheet that a worker keeps are those that the files would give."""

from __future__ import annotations

from pathlib import Path

import pytest

import svgai
from svgai.batch import sheet_rows
from svgai.outcome import Failed, converted
from svgai.settings import Settings
from tests.pictures import encoded, lopsided


@pytest.mark.parametrize("background", ["keep", "#00ff00"])
def test_a_kept_row_is_that_of_the_files(tmp_path: Path, background: str) -> None:
    settings = Settings(tier=1, plan="contour", background=background)
    source, target = tmp_path / "a.png", tmp_path / "a.svg"
    source.write_bytes(encoded(lopsided()))
    conversion = svgai.convert(source, tier=1, plan="contour", background=background)
    target.write_bytes(conversion.svg.data)
    outcome = converted(str(source), str(target), conversion)
    from_files = sheet_rows.row(str(tmp_path), outcome, settings)
    assert from_files.count("data:image/") == 3
    sheet_rows.keep(str(tmp_path), outcome, conversion)
    source.unlink()
    target.unlink()
    assert sheet_rows.row(str(tmp_path), outcome, settings) == from_files


def test_without_files_the_row_says_why(tmp_path: Path) -> None:
    outcome = converted(str(tmp_path / "a.png"), "a.svg", svgai.convert(lopsided(), tier=1, plan="contour"))
    assert "there is no such file" in sheet_rows.row(str(tmp_path), outcome, Settings())
    failed = Failed(source="b.png", target="b.svg", code="engine", cause="broken", remedy="mend it")
    assert "broken; mend it" in sheet_rows.row(str(tmp_path), failed, Settings())
