"""Reports for CI systems: names of any kind stay text, and every image is in them once."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from svgai.outcome import Outcome, as_json
from svgai.report.junit import write_junit
from svgai.report.markdown import write_markdown
from svgai.report.summary import Summary
from tests.report.outcomes import BROKEN, EVERY, GOOD, KEPT, POOR


def junit(*outcomes: Outcome) -> ET.Element:
    out = io.BytesIO()
    write_junit(out, [as_json(outcome) for outcome in outcomes], 3.5)
    return ET.fromstring(out.getvalue())[0]


def markdown(*outcomes: Outcome) -> str:
    summary, out = Summary(), io.BytesIO()
    for outcome in outcomes:
        summary.add(outcome)
    write_markdown(out, [as_json(outcome) for outcome in outcomes], summary.as_json(3.5))
    return out.getvalue().decode()


def test_junit_counts_and_says_why() -> None:
    suite = junit(*EVERY)
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")}
    assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1", "time": "3.500"}
    said = [(case.get("name"), [(child.tag, child.get("message")) for child in case]) for case in suite]
    assert said == [
        ("logo.png", []),
        ("photo.jpg", [("failure", "; ".join(POOR.misses))]),
        ("a.png", [("error", BROKEN.message)]),
        ("b.png", [("skipped", "its SVG was there and was kept")]),
    ]


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(lambda name: "/" not in name))
def test_any_name_is_text(name: str) -> None:
    assert len(junit(replace(GOOD, source=name), replace(BROKEN, cause=name))) == 2
    lines = markdown(replace(BROKEN, source=name, cause=name)).splitlines()
    assert len(lines) == 6


def test_markdown_names_what_went_wrong() -> None:
    text = markdown(*EVERY)
    assert text.startswith("# svgai: 2 converted, 1 missed, 1 failed\n")
    assert "| T1 simple | 1 | 1 | 0 | 0 | 0 | 0.9900 |" in text
    assert "- MISS: `in/photo.jpg`: SSIM 0.80000 \\< 0.85; ΔE 3.10 \\> 3" in text
    assert "- failed: `in/a.png`: the file is empty; give one" in text
    assert KEPT.source not in text


def test_a_long_list_is_cut_and_counted() -> None:
    text = markdown(*[replace(BROKEN, source=f"{k}.png") for k in range(60)])
    assert text.splitlines()[-1] == "- and 10 more"
