"""Outcomes on disk: kept in any order, read in the order of the inputs, written as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from svgai.outcome import as_json, from_json
from svgai.report.rows import COLUMNS, Rows, write_csv, write_json
from tests.report.outcomes import BROKEN, EVERY, GOOD, POOR


@given(st.permutations(range(len(EVERY))), st.integers(0, len(EVERY)))
def test_rows_come_back_in_the_order_of_their_places(order: list[int], missing: int) -> None:
    rows = Rows(len(EVERY) + 1)
    for place in order:
        if place != missing:
            rows.add(place, EVERY[place], reused=place == 0)
    found = list(rows)
    rows.close()
    assert [from_json(r) for r in found] == [o for k, o in enumerate(EVERY) if k != missing]
    assert [r["reused"] for r in found] == [k == 0 for k in range(len(EVERY)) if k != missing]


def test_json_has_the_head_and_a_line_an_image() -> None:
    out = io.BytesIO()
    write_json(out, {"schema": 1, "name": "é"}, ({**as_json(o), "reused": False} for o in EVERY))
    report = json.loads(out.getvalue())
    assert (report["schema"], report["name"]) == (1, "é")
    assert [from_json(r) for r in report["images"]] == list(EVERY)
    assert sum(b'"status"' in line for line in out.getvalue().splitlines()) == len(EVERY)


def test_json_of_no_images_is_json() -> None:
    out = io.BytesIO()
    write_json(out, {"schema": 1}, [])
    assert json.loads(out.getvalue()) == {"schema": 1, "images": []}


def test_csv_has_a_header_and_a_cell_for_each_column() -> None:
    out = io.BytesIO()
    write_csv(out, ({**as_json(o), "reused": False} for o in EVERY))
    table = list(csv.reader(io.StringIO(out.getvalue().decode())))
    assert table[0] == list(COLUMNS)
    assert {len(line) for line in table} == {len(COLUMNS)}
    good, poor, broken, kept = (dict(zip(COLUMNS, line, strict=True)) for line in table[1:])
    assert (good["seconds"], good["misses"], good["code"]) == ("0.75", "", "")
    assert poor["misses"] == "; ".join(POOR.misses)
    assert (broken["status"], broken["cause"], broken["ssim"]) == ("failed", BROKEN.cause, "")
    assert (kept["status"], kept["bytes_out"]) == ("skipped", "")


def test_a_name_that_is_no_text_is_written_all_the_same() -> None:
    out = io.BytesIO()
    write_csv(out, [{**as_json(GOOD), "source": "caf\udce9.png", "reused": False}])
    assert b"caf\\udce9.png" in out.getvalue()
