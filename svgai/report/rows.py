"""The outcomes of a batch on disk: kept as they come, read again in the order of the inputs, written as reports."""

from __future__ import annotations

import csv
import io
import json
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile, gettempdir
from typing import Any, BinaryIO, overload

from svgai import files
from svgai.outcome import Outcome, as_json, from_json
from svgai.report.junit import write_junit
from svgai.report.markdown import write_markdown

COLUMNS = (
    "source", "target", "status", "reused", "tier", "plan", "width", "height", "bytes_in", "bytes_out", "shapes",
    "segments", "ssim", "ssim_floor", "delta_e", "alpha_error", "structure", "seam", "crumbs", "verdict", "in_time",
    "seconds", "misses", "looks", "code", "cause", "remedy",
)  # fmt: skip


class Rows:
    """JSON lines in a temporary file, found again by their place among the inputs. Memory: 8 bytes a row.

    folder: where the file is; None is the system's own place. Raises OutputError where it cannot be made or written.
    """

    def __init__(self, count: int, folder: str | None = None) -> None:
        self._at = array("q", [-1]) * count
        self._name = folder or gettempdir()
        with self._errors():
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as e:
            raise files.output_error(f"the report's rows in {self._name}", e) from e

    def add(self, place: int, outcome: Outcome, *, reused: bool) -> None:
        """Keep the outcome of the input at this place."""
        with self._errors():
            self._at[place] = self._file.seek(0, io.SEEK_END)
            self._file.write(json.dumps({**as_json(outcome), "reused": reused}).encode() + b"\n")
            self._file.flush()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows by place; a place without an outcome is left out."""
        return (self._read(at) for at in self._at if at >= 0)

    def outcomes(self) -> Sequence[Outcome]:
        """The outcomes by place, each read when it is asked for."""
        return _Outcomes([at for at in self._at if at >= 0], self._read)

    def _read(self, at: int) -> dict[str, Any]:
        self._file.seek(at)
        row: dict[str, Any] = json.loads(self._file.readline())
        return row

    def close(self) -> None:
        """Drop all rows."""
        with suppress(OSError):
            self._file.close()


class _Outcomes(Sequence[Outcome]):
    def __init__(self, at: Sequence[int], read: Callable[[int], dict[str, Any]]) -> None:
        self._at = at
        self._read = read

    def __len__(self) -> int:
        return len(self._at)

    @overload
    def __getitem__(self, place: int) -> Outcome: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Outcome]: ...
    def __getitem__(self, place: int | slice) -> Outcome | Sequence[Outcome]:
        if isinstance(place, slice):
            return _Outcomes(self._at[place], self._read)
        return from_json(self._read(self._at[place]))


def write(path: str, rows: Iterable[Mapping[str, Any]], head: Mapping[str, Any]) -> None:
    """A report of the kind that the name's suffix says: .json, .csv, .xml (JUnit) or .md.

    head: the fields of the JSON object beside its images; its totals are Summary.as_json's. Raises OutputError.
    """
    kind = os.path.splitext(path)[1].lower()
    with files.writing(path, replace=True) as out:
        if kind == ".json":
            write_json(out, head, rows)
        elif kind == ".csv":
            write_csv(out, rows)
        elif kind == ".xml":
            write_junit(out, rows, head["totals"]["seconds"])
        else:
            write_markdown(out, rows, head["totals"])


def write_json(out: BinaryIO, head: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> None:
    """One object: the fields of head, then `images`, a line each."""
    out.write(json.dumps(dict(head), indent=1).removesuffix("\n}").encode() + b',\n "images": [')
    for k, row in enumerate(rows):
        out.write((b",\n  " if k else b"\n  ") + json.dumps(dict(row)).encode())
    out.write(b"\n ]\n}\n")


def write_csv(out: BinaryIO, rows: Iterable[Mapping[str, Any]]) -> None:
    """A header and one line a row. UTF-8; bytes of names that are none are spelt out."""
    text = io.TextIOWrapper(out, "utf-8", errors="backslashreplace", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for row in rows:
        table.writerow([_cell(name, row.get(name, "")) for name in COLUMNS])
    text.detach()


def _cell(name: str, value: Any) -> Any:
    if name == "seconds" and value:
        return value["total"]
    text = "; ".join(value) if name in ("misses", "looks") else value
    # A spreadsheet would run it: https://owasp.org/www-community/attacks/CSV_Injection
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text


_FORMULA = ("=", "+", "-", "@", "\t", "\r")
