"""Which file becomes which, and that nothing of the user's is lost."""

from __future__ import annotations

import errno
import os
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai import files
from svgai.errors import OutputError, TooLargeError, UnreadableError, UsageError


def targets(sources: list[str], out: str | None, **how: bool) -> dict[str, str]:
    return {job.source: job.target for job in files.plan(sources, out, **how)}


def test_beside_the_input_in_a_folder_or_as_named() -> None:
    assert targets(["x/a.png"], None) == {"x/a.png": "x/a.svg"}
    assert targets(["x/a.png"], "out") == {"x/a.png": os.path.join("out", "a.svg")}
    assert targets(["x/a.png"], "b.svg") == {"x/a.png": "b.svg"}
    assert targets(["x/a.png"], "-") == {"x/a.png": "-"}
    assert targets(["-"], None) == {"-": "-"}
    assert targets(["-"], "out") == {"-": os.path.join("out", "stdin.svg")}


def test_a_name_wanted_twice_keeps_its_suffix_in_any_order() -> None:
    sources = ["x/a.png", "x/a.jpg", "x/b.png", "x/A.gif"]
    expected = {"x/a.png": "x/a.png.svg", "x/a.jpg": "x/a.jpg.svg", "x/b.png": "x/b.svg", "x/A.gif": "x/A.gif.svg"}
    for order in permutations(sources):
        assert targets(list(order), None) == expected


def test_a_kept_suffix_can_clash_too() -> None:
    found = targets(["x/a.png", "x/a.jpg", "x/a.png.gif"], None)
    assert len({t.casefold() for t in found.values()}) == 3


@given(st.lists(st.from_regex(r"[ab]{1,2}(\.[ab])?\.(png|jpg|gif)", fullmatch=True), min_size=1, unique=True))
def test_targets_never_collide(names: list[str]) -> None:
    found = [t.casefold() for t in files.distinct_targets([("out", n) for n in names])]
    assert len(set(found)) == len(names)


def test_the_same_name_from_two_folders_into_one_is_refused() -> None:
    with pytest.raises(UsageError, match="separate folders"):
        files.plan(["x/a.png", "y/a.png"], "out")


def test_a_file_named_twice_is_converted_once() -> None:
    assert list(targets(["x/a.png", "x/../x/a.png"], "out")) == ["x/a.png"]


@pytest.mark.parametrize(
    ("sources", "out"), [(["a.png", "b.png"], "-"), (["a.png", "b.png"], "c.svg"), (["-", "a.png"], None)]
)
def test_what_cannot_be_planned_is_a_usage_error(sources: list[str], out: str | None) -> None:
    with pytest.raises(UsageError):
        files.plan(sources, out)


def test_existing_outputs(tmp_path: Path) -> None:
    source, target = str(tmp_path / "a.png"), tmp_path / "a.svg"
    target.write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        files.plan([source], None)
    assert [j.skip for j in files.plan([source], None, no_clobber=True)] == [True]
    assert [j.skip for j in files.plan([source], None, force=True)] == [False]


@pytest.mark.parametrize("link", ["symlink", "hard link", "same"])
def test_an_input_is_never_replaced(tmp_path: Path, link: str) -> None:
    source, target = tmp_path / "a.png", tmp_path / "b.svg"
    source.write_text("precious")
    if link == "symlink":
        target.symlink_to(source)
    elif link == "hard link":
        os.link(source, target)
    else:
        target = source = source.rename(tmp_path / "b.svg")
    with pytest.raises(UsageError, match="would replace the input"):
        files.plan([str(source)], str(target), force=True)


def test_reading_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableError, match="no such file"):
        files.read(str(tmp_path / "none.png"))
    with pytest.raises(UnreadableError, match="folder"):
        files.read(str(tmp_path))
    with pytest.raises(UnreadableError, match="opened"):
        files.read("a\0b.png")
    monkeypatch.setattr(files, "MAX_BYTES", 3)
    (tmp_path / "large.png").write_bytes(b"1234")
    with pytest.raises(TooLargeError):
        files.read(str(tmp_path / "large.png"))


def test_writing_is_whole_with_the_umask_of_the_user(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.svg"
    files.write(str(target), b"one", replace=False)
    assert target.read_bytes() == b"one"
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert target.stat().st_mode == plain.stat().st_mode
    files.write(str(target), b"two", replace=True)
    assert target.read_bytes() == b"two"
    assert [p.name for p in target.parent.iterdir()] == ["a.svg"]


def test_a_file_that_appeared_meanwhile_stays(tmp_path: Path) -> None:
    target = tmp_path / "a.svg"
    target.write_text("mine")
    with pytest.raises(OutputError):
        files.write(str(target), b"two", replace=False)
    assert target.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.svg"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        files.write(str(target), b"new", replace=True)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
