"""What is known of an output folder, whatever a killed run left there."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from svgai.errors import OutputError, StorageError, UsageError
from svgai.folders import manifest
from svgai.folders.manifest import Entry
from svgai.provenance import digest


def entry(target: str, svg: str = "0", source: str = "s") -> Entry:
    return Entry(target, source, "m", svg, {"status": "converted", "reasons": ["x"]})


def home_with(tmp_path: Path, *entries: Entry) -> str:
    home = str(tmp_path)
    os.makedirs(tmp_path / ".svgai", exist_ok=True)
    for e in entries:
        manifest.append(home, e)
    return home


def known(home: str) -> dict[str, list[Entry]]:
    return {target: manifest.read(home, at) for target, at in manifest.places(home).items()}


def test_lines_are_found_again(tmp_path: Path) -> None:
    raw = os.fsdecode(b"\xff\n.svg")
    first, second, third = entry("a.svg"), entry(raw), entry("a.svg", "1")
    home = home_with(tmp_path, first, second, third)
    assert known(home) == {"a.svg": [first, third], raw: [second]}


def test_nothing_is_known_of_a_new_folder(tmp_path: Path) -> None:
    assert manifest.places(str(tmp_path)) == {}
    assert manifest.read(str(tmp_path), ()) == []


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_torn_line_spoils_no_other(tmp_path: Path, cut: int) -> None:
    home = home_with(tmp_path, entry("a.svg"), entry("b.svg"))
    path = tmp_path / ".svgai" / "manifest.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    manifest.append(home, entry("c.svg"))
    assert list(known(home)) == ["a.svg", "c.svg"]


def test_a_line_of_something_else_is_passed_over(tmp_path: Path) -> None:
    home = home_with(tmp_path, entry("a.svg"))
    with (tmp_path / ".svgai" / "manifest.jsonl").open("ab") as f:
        f.write(b'\n{"other": 1}\n[]\nnull\n\xff\n')
    manifest.append(home, entry("b.svg"))
    assert list(known(home)) == ["a.svg", "b.svg"]


def _append_many(home: str, name: str) -> None:
    for k in range(200):
        manifest.append(home, entry(f"{name}-{k}.svg", svg="x" * 3000))


def test_lines_of_several_processes_do_not_mix(tmp_path: Path) -> None:
    home = home_with(tmp_path)
    workers = [get_context("spawn").Process(target=_append_many, args=(home, name)) for name in "ab"]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert len(manifest.places(home)) == 400


def test_compaction_keeps_the_line_that_the_file_has(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_bytes(b"old")
    (tmp_path / "b.svg").write_bytes(b"new")
    old, new = digest(b"old"), digest(b"new")
    # The newer line of a.svg is of a run that was killed before the SVG was moved into place.
    lines = [entry("a.svg", old), entry("b.svg", old), entry("c.svg"), entry("a.svg", new), entry("b.svg", new)]
    home = home_with(tmp_path, *lines)
    with manifest.held(home):
        manifest.compact(home)
    assert known(home) == {"c.svg": [entry("c.svg")], "a.svg": [entry("a.svg", old)], "b.svg": [entry("b.svg", new)]}
    manifest.append(home, entry("d.svg"))
    assert len(known(home)) == 4


def test_a_second_run_on_the_folder_is_refused(tmp_path: Path) -> None:
    home = str(tmp_path / "out")
    code = f"from svgai.folders import manifest\nwith manifest.held({home!r}): pass"
    with manifest.held(home):
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "another svgai batch is writing to" in other.stderr
        with pytest.raises(UsageError), manifest.held(home):
            pass
    with manifest.held(home):
        pass


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    home = str(tmp_path)
    os.makedirs(manifest.scratch(home))
    left = Path(manifest.scratch(home), ".a.svg.1.part")
    left.write_bytes(b"<sv")
    with manifest.held(home):
        assert not left.exists()
        assert os.path.isdir(manifest.scratch(home))
    assert not os.path.exists(manifest.scratch(home))


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be written"), manifest.held(str(tmp_path / "file")):
        pass


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = home_with(tmp_path)
    really = os.write
    monkeypatch.setattr(os, "write", lambda f, data: really(f, data[:10]))
    with pytest.raises(StorageError, match=os.strerror(errno.ENOSPC)):
        manifest.append(home, entry("a.svg"))
    monkeypatch.undo()
    manifest.append(home, entry("b.svg"))
    assert list(known(home)) == ["b.svg"]
