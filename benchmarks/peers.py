"""svgai beside vtracer's defaults, the best known free tool: python benchmarks/peers.py [IMAGE...]

Every image, the bundled samples where none is named, is converted by both in this process and scored as
`svgai compare` scores; printed is a Markdown table by tier of medians, with the least SSIM in brackets.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import svgai
from svgai.draw.vtracer.binding import trace
from svgai.draw.vtracer.plan import PLAIN
from svgai.picture.load import load
from svgai.samples import paths as samples

TOOLS: dict[str, Callable[[Path], str]] = {
    "svgai": lambda path: svgai.convert(path).svg.text,
    "vtracer": lambda path: trace(load(path.read_bytes()).pixels, PLAIN),
}


@dataclass(frozen=True)
class Row:
    """What a tool made of an image, and its CPU seconds, loading included."""

    tier: int
    tool: str
    ssim: float
    delta_e: float
    bytes: int
    seconds: float
    passed: bool


def measured(path: Path, tool: str) -> Row:
    """Run a tool on an image and score what it made."""
    start = time.process_time()
    text = TOOLS[tool](path)
    seconds = time.process_time() - start
    found = svgai.compare(path, text.encode())
    tier = int(found.classification.tier)
    return Row(tier, tool, found.score.ssim, found.score.delta_e, found.bytes_out, seconds, found.verdict.passed)


def line(tier: int, tool: str, rows: Sequence[Row]) -> str:
    """A row of the table."""

    def median(of: Callable[[Row], float]) -> float:
        return statistics.median(map(of, rows))

    passed = sum(row.passed for row in rows)
    ssim = f"{median(lambda row: row.ssim):.4f} ({min(row.ssim for row in rows):.4f})"
    size = f"{median(lambda row: row.bytes):,.0f}"
    seconds = f"{median(lambda row: row.seconds):.2f}"
    cells = (f"T{tier}", tool, f"{passed} of {len(rows)}", ssim, f"{median(lambda r: r.delta_e):.2f}", size, seconds)
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="*", type=Path)
    paths = parser.parse_args().images or samples()
    rows = [measured(path, tool) for path in paths for tool in TOOLS]
    print("| tier | tool | PASS | SSIM (least) | ΔE | bytes | CPU s |\n|---|---|---:|---:|---:|---:|---:|")
    for tier in sorted({row.tier for row in rows}):
        for tool in TOOLS:
            print(line(tier, tool, [row for row in rows if (row.tier, row.tool) == (tier, tool)]))


if __name__ == "__main__":
    main()
