"""The prices of work against the clock: `python benchmarks/work.py FOLDER...` prints both for every picture.

What a conversion counts (svgai/draw/budget.py) should be the CPU seconds that it takes on the machine that the prices
were measured on; on any other the quotient is that machine's speed, and should be the same for all pictures.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import svgai
from svgai.errors import SvgaiError


def main(folders: list[str]) -> None:
    quotients = []
    for path in sorted(file for folder in folders for file in Path(folder).rglob("*.*")):
        start = time.process_time()
        try:
            found = svgai.convert(path)
        except SvgaiError:
            continue
        seconds = time.process_time() - start
        quotients.append(seconds / found.work)
        limited = "  limited" if found.work_limited else ""
        tier = found.classification.tier
        print(f"{path.name:40} T{tier:d} {found.plan.name:8} work {found.work:6.2f}  CPU {seconds:6.2f} s{limited}")
    if quotients:
        spread = " ".join(f"{value:.2f}" for value in statistics.quantiles(quotients, n=10)) if quotients[1:] else ""
        print(f"{len(quotients)} pictures, CPU ÷ work: median {statistics.median(quotients):.2f}; tenths {spread}")


if __name__ == "__main__":
    main(sys.argv[1:])
