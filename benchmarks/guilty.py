"""svgai, with the faults of tests/faults.py for files that ask for one."""

from __future__ import annotations

import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from svgai.cli import main
from svgai.folders import run as runs
from svgai.folders.run import Result
from svgai.folders.worker import Order
from tests import faults

_run = runs.run


def run(order: Order, *tasks: Any, **how: Any) -> Generator[Result]:
    return _run(replace(order, convert=faults.convert), *tasks, **how)


if __name__ == "__main__":
    runs.run = run
    main(prog_name="svgai")
