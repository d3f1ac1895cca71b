"""A batch as Markdown, for the summary of a CI job or a comment: a table by tier, then what to look at by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from svgai.report.text import TIERS, shown, size

_HEAD = "| | images | PASS | MISS | late | look | SSIM mean | min | s p50 | max | bytes out |"
# A summary that lists more images than this is no summary.
_NAMED = 50


def write_markdown(out: BinaryIO, rows: Iterable[Mapping[str, Any]], totals: Mapping[str, Any]) -> None:
    """totals: as Summary.as_json gives them."""
    lines = [
        f"# svgai: {totals['converted']} converted, {totals['missed']} missed, {totals['failed']} failed",
        "",
        _HEAD,
        "|---|" + "---:|" * 10,
        *(_row(int(tier), found) for tier, found in totals["tiers"].items()),
        "",
        *_named(rows),
    ]
    out.write("\n".join(lines).rstrip("\n").encode("utf-8", "backslashreplace") + b"\n")


def _row(tier: int, found: Mapping[str, Any]) -> str:
    cells = (
        f"T{tier} {TIERS[tier]}", found["images"], found["passed"], found["missed"], found["late"], found["looks"],
        f"{found['ssim_mean']:.4f}", f"{found['ssim_min']:.4f}", f"{found['seconds_p50']:.2f}",
        f"{found['seconds_max']:.2f}", size(found["bytes_out"]),
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def _named(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    said = [line for row in rows if (line := _line(row))]
    more = [f"- and {len(said) - _NAMED} more"] if len(said) > _NAMED else []
    return [*said[:_NAMED], *more]


def _line(row: Mapping[str, Any]) -> str:
    """What is said of an image; nothing of one that passed."""
    if row["status"] == "failed":
        return f"- failed: {_code(row['source'])}: {_plain(row['cause'])}; {_plain(row['remedy'])}"
    if row["status"] == "converted" and row["misses"]:
        return f"- MISS: {_code(row['source'])}: {_plain('; '.join(row['misses']))}"
    return ""


def _code(name: str) -> str:
    """A name as code: no character of it is Markdown's."""
    return f"`{shown(name).replace('`', chr(0x2CB))}`"


def _plain(text: str) -> str:
    """Words without what Markdown or HTML would read into them."""
    return "".join("\\" + c if c in "\\`*_[]<>|#" else c for c in shown(text))
