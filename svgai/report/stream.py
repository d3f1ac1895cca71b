"""A batch as JSON lines that are written while it runs, for programs that follow it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from svgai import files
from svgai.outcome import Outcome, as_json

SUFFIX = ".jsonl"


class Stream:
    """Files that gain a line with each outcome."""

    def __init__(self, outs: Sequence[tuple[str, BinaryIO]]) -> None:
        self._outs = outs

    def add(self, outcome: Outcome, *, reused: bool) -> None:
        """Write the outcome's JSON object as a line. Raises OutputError."""
        line = json.dumps({**as_json(outcome), "reused": reused}).encode() + b"\n"
        for path, out in self._outs:
            try:
                out.write(line)
            except OSError as e:
                raise files.output_error(path, e) from e


@contextmanager
def streaming(paths: Sequence[str]) -> Iterator[Stream]:
    """The files opened, emptied and unbuffered. Raises OutputError where one cannot be."""
    with ExitStack() as stack:
        outs = []
        for path in paths:
            try:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                outs.append((path, stack.enter_context(open(path, "wb", buffering=0))))
            except OSError as e:
                raise files.output_error(path, e) from e
        yield Stream(outs)
