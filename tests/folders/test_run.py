"""What one image does stays its own: faults of every kind in real worker processes."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import psutil
import pytest

from svgai.files import Job
from svgai.folders import manifest
from svgai.folders.run import Result, run
from svgai.folders.worker import Order, Task
from svgai.outcome import Converted, Failed, Outcome
from svgai.provenance import fingerprint
from svgai.settings import Settings
from svgai.workers import scratch
from svgai.workers.limits import Limits
from tests import faults
from tests.pictures import coin, encoded

pytestmark = pytest.mark.slow

LIMITS = Limits(seconds=6, memory=700_000_000)


class Batch:
    """Images in a folder, converted into another; each name's content is given."""

    def __init__(self, folder: Path, **content: bytes) -> None:
        self.folder, self.home = folder, str(folder / "out")
        self.names = list(content)
        for name, data in content.items():
            (folder / name).write_bytes(data)

    def target(self, name: str) -> Path:
        return Path(self.home, f"{name}.svg")

    def run(self, *, processes: int = 2, limits: Limits = LIMITS, **order: bool) -> dict[str, Result]:
        settings = Settings(quality="fast")
        with manifest.held(self.home):
            known = manifest.places(self.home)
            tasks = [
                Task(Job(str(self.folder / n), str(self.target(n))), self.home, known.get(f"{n}.svg", ()))
                for n in self.names
            ]
            made_by = fingerprint(settings)
            given = Order(settings, made_by, manifest.scratch(self.home), **order, convert=faults.convert)
            results = list(run(given, tasks, processes=processes, limits=limits))
            assert not scratch.undelivered(given.folder)
        assert sorted(r.index for r in results) == list(range(len(tasks)))
        return {self.names[r.index]: r for r in results}


def outcomes(results: dict[str, Result]) -> dict[str, Outcome]:
    return {name: r.outcome for name, r in results.items()}


def codes(results: dict[str, Result]) -> dict[str, str]:
    return {name: o.code for name, o in outcomes(results).items() if isinstance(o, Failed)}


def fault(kind: str) -> bytes:
    return faults.FAULT + kind.encode() + b" "


def workers_alive() -> list[psutil.Process]:
    alive = [p for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE]
    return [p for p in alive if "popen_loky" in " ".join(p.cmdline())]


@pytest.fixture(scope="module")
def good() -> bytes:
    return encoded(coin(24, 8))


def test_every_kind_of_fault_is_named_and_all_others_are_converted(tmp_path: Path, good: bytes) -> None:
    kinds = {
        "panic": "internal", "declared": "engine", "exception": "internal", "leave": "internal", "hog": "memory",
        "hang": "timeout", "segv": "crash", "kill": "crash",
    }  # fmt: skip
    content: dict[str, bytes] = {}
    for k, kind in enumerate(kinds):
        content |= {f"good{k}": good, kind: fault(kind), f"more{k}": good}
    batch = Batch(tmp_path, **content)
    results = batch.run()
    assert codes(results) == kinds
    causes = {name: o.cause for name, o in outcomes(results).items() if isinstance(o, Failed)}
    assert "PanicException: attempt to add" in causes["panic"]
    assert "ZeroDivisionError: division by zero (faults.py:" in causes["exception"]
    assert causes["hog"] == "it took more than 700.0 MB of memory"
    assert causes["hang"] == "it took longer than 6 s"
    assert causes["segv"] == "its worker was killed by SIGSEGV"
    assert causes["kill"] == "its worker was killed by SIGKILL, perhaps out of memory"
    svgs = {name: batch.target(name).read_bytes() for name in content if name not in kinds}
    assert len(svgs) == 16
    assert len(set(svgs.values())) == 1
    assert not workers_alive()


def test_a_death_after_the_svg_is_in_place_costs_nothing(tmp_path: Path, good: bytes) -> None:
    results = Batch(tmp_path, a=fault("late") + good).run()
    assert isinstance(results["a"].outcome, Converted)
    assert not results["a"].reused


def test_one_process_is_isolated_too(tmp_path: Path, good: bytes) -> None:
    results = Batch(tmp_path, a=good, b=fault("hog"), c=good).run(processes=1)
    assert codes(results) == {"b": "memory"}


def test_resume_does_only_what_is_new_changed_or_failed(tmp_path: Path, good: bytes) -> None:
    batch = Batch(tmp_path, same=good, changed=good, failed=fault("exception"), lost=good, users=good)
    first = batch.run(processes=1)
    assert codes(first) == {"failed": "internal"}
    (tmp_path / "changed").write_bytes(encoded(coin(20, 5)))
    (tmp_path / "failed").write_bytes(good)
    batch.target("lost").unlink()
    batch.target("users").write_text("<svg>edited</svg>")
    (tmp_path / "new").write_bytes(good)
    batch.names.append("new")
    again = batch.run(processes=1, resume=True)
    assert [name for name, r in again.items() if r.reused] == ["same"]
    assert again["same"].outcome == first["same"].outcome
    assert codes(again) == {"users": "output"}
    assert "is not what svgai wrote" in outcomes(again)["users"].message  # type: ignore[union-attr]
    assert batch.target("users").read_text() == "<svg>edited</svg>"
    assert batch.target("changed").read_bytes() != batch.target("same").read_bytes()
    assert batch.target("lost").read_bytes() == batch.target("new").read_bytes() == batch.target("failed").read_bytes()
    forced = batch.run(processes=1, resume=True, force=True)
    assert not codes(forced)
    assert sum(r.reused for r in forced.values()) == 5
    assert batch.target("users").read_bytes() == batch.target("same").read_bytes()


def test_a_record_that_lacks_a_field_is_made_again(tmp_path: Path, good: bytes) -> None:
    batch = Batch(tmp_path, a=good, b=good)
    first = batch.run(processes=1)
    path = Path(batch.home, ".svgai", "manifest.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"ssim_floor":', b'"other":', 1))
    again = batch.run(processes=1, resume=True)
    assert not codes(again)
    assert sorted(r.reused for r in again.values()) == [False, True]
    assert batch.target("a").read_bytes() == batch.target("b").read_bytes()
    assert {n: o.plan for n, o in outcomes(again).items() if isinstance(o, Converted)} == {
        n: o.plan for n, o in outcomes(first).items() if isinstance(o, Converted)
    }


def test_a_worker_that_has_grown_is_replaced(tmp_path: Path, good: bytes) -> None:
    batch = Batch(tmp_path, **{f"leak{k}": fault("grow") + good for k in range(6)})
    # Kept on, two workers would grow by 1050 MB each.
    assert not codes(batch.run(limits=Limits(memory=1_000_000_000)))


def test_a_full_disk_is_told_from_one_file_that_cannot_be_written(tmp_path: Path, good: bytes) -> None:
    batch = Batch(tmp_path, a=good)
    batch.target("a").mkdir(parents=True)
    assert codes(batch.run()) == {"a": "output"}
    assert errno.ENOSPC in _storage()
    assert errno.EISDIR not in _storage()


def _storage() -> set[int]:
    from svgai.errors import StorageError
    from svgai.files import output_error

    return {n for n in errno.errorcode if isinstance(output_error("x", OSError(n, os.strerror(n))), StorageError)}


def test_a_converted_image_has_its_record(tmp_path: Path, good: bytes) -> None:
    outcome = outcomes(Batch(tmp_path, a=good).run())["a"]
    assert isinstance(outcome, Converted)
    assert (outcome.width, outcome.height) == (24, 24)
    assert Path(outcome.target).stat().st_size == outcome.bytes_out
