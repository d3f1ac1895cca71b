"""A batch as JUnit XML, which CI systems show: an image is a test, a miss a failure, a failed image an error."""

from __future__ import annotations

import os
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from svgai.report.text import shown

# What XML 1.0 cannot hold.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(out: BinaryIO, rows: Iterable[Mapping[str, Any]], seconds: float) -> None:
    """A testsuite of testcases. seconds: wall time of the run."""
    suite = ET.Element("testsuite", name="svgai batch")
    counts: Counter[str] = Counter()
    for row in rows:
        counts["tests"] += 1
        folder, name = os.path.split(shown(row["source"]))
        took = row["seconds"]["total"] if "seconds" in row else 0.0
        case = ET.SubElement(suite, "testcase", classname=_text(folder), name=_text(name), time=f"{took:.3f}")
        kind = _kind(row)
        if kind:
            counts[kind] += 1
            ET.SubElement(case, _TAGS[kind], message=_text(_message(row)))
    for name in ("tests", *_TAGS):
        suite.set(name, str(counts[name]))
    suite.set("time", f"{seconds:.3f}")
    root = ET.Element("testsuites", name="svgai")
    root.append(suite)
    ET.indent(root)
    ET.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    out.write(b"\n")


# The counts of a testsuite, and the element within a testcase that each one counts.
_TAGS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def _kind(row: Mapping[str, Any]) -> str:
    if row["status"] == "converted":
        return "failures" if row["misses"] else ""
    return "errors" if row["status"] == "failed" else "skipped"


def _message(row: Mapping[str, Any]) -> str:
    if row["status"] == "converted":
        return "; ".join(row["misses"])
    return f"{row['cause']}; {row['remedy']}" if row["status"] == "failed" else "its SVG was there and was kept"


def _text(text: str) -> str:
    return _NO_XML.sub("�", text)
