"""Which files a batch takes, and where their SVGs go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.errors import UsageError
from svgai.folders.find import Found, Rules, Source, find
from svgai.folders.places import place

ODD = "new\nline \"quoted\" 'x' <b> ünï.png"


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return folder


def inner(found: Found) -> list[str]:
    return [s.inner for s in found.sources]


def test_by_suffix_in_a_fixed_order_and_the_others_counted(tmp_path: Path) -> None:
    tree(tmp_path, "b.PNG", "a.jpg", "sub/c.webp", "notes.txt", "sub/d.svg", "none")
    found = find([str(tmp_path)], Rules())
    assert inner(found) == ["a.jpg", "b.PNG", os.path.join("sub", "c.webp")]
    assert found.ignored == 3
    assert not found.failed


def test_rules(tmp_path: Path) -> None:
    tree(tmp_path, "a.png", "b.jpg", "old/c.png", "old/deep/d.png")
    given = [str(tmp_path)]
    assert inner(find(given, Rules(recursive=False))) == ["a.png", "b.jpg"]
    assert inner(find(given, Rules(include=("*.png",), exclude=("old",)))) == ["a.png"]
    assert inner(find(given, Rules(include=("old/*",)))) == ["old/c.png", "old/deep/d.png"]
    assert inner(find(given, Rules(exclude=("old/deep/*",)))) == ["a.png", "b.jpg", "old/c.png"]


def test_loops_of_links_end(tmp_path: Path) -> None:
    tree(tmp_path, "a.png", "sub/b.png")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "sub")
    (tmp_path / "self").symlink_to("self")
    assert sorted(inner(find([str(tmp_path)], Rules()))) == ["a.png", "sub/b.png"]
    assert sorted(inner(find([str(tmp_path / "**" / "*.png")], Rules()))) == ["a.png", "sub/b.png"]


def test_links_to_nowhere_stay_and_pipes_do_not(tmp_path: Path) -> None:
    (tmp_path / "gone.png").symlink_to("nowhere")
    (tmp_path / "self.png").symlink_to("self.png")
    os.mkfifo(tmp_path / "pipe.png")
    found = find([str(tmp_path)], Rules())
    assert sorted(inner(found)) == ["gone.png", "self.png"]
    assert found.ignored == 1


def test_files_globs_and_folders_overlap_without_repeats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "in/a.png", "in/sub/b.png", "in/sub/c.txt")
    monkeypatch.chdir(tmp_path)
    found = find(["in/a.png", "in", "in/sub", "in/*.png", "in/*/*.png"], Rules())
    assert [s.path for s in found.sources] == [os.path.join("in", "a.png"), os.path.join("in", "sub", "b.png")]
    assert {s.root for s in found.sources} == {"in"}


def test_a_name_with_a_wildcard_in_it_is_a_name(tmp_path: Path) -> None:
    tree(tmp_path, "[a].png", "a.png")
    assert inner(find([str(tmp_path / "[a].png")], Rules())) == ["[a].png"]


def test_what_is_not_there_or_unreadable_fails_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a.png", "locked/b.png")
    really = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find([str(tmp_path), str(tmp_path / "missing")], Rules())
    assert inner(found) == ["a.png"]
    assert [(os.path.basename(f.source), f.code) for f in found.failed] == [
        ("locked", "unreadable"),
        ("missing", "unreadable"),
    ]


def test_odd_names(tmp_path: Path) -> None:
    raw = os.fsdecode(b"\xff\xfe.png")
    tree(tmp_path, ODD, raw)
    sources = find([str(tmp_path)], Rules()).sources
    assert sorted(s.inner for s in sources) == sorted([ODD, raw])
    targets = {p.job.target for p in place(sources, str(tmp_path / "out"))}
    assert targets == {str(tmp_path / "out" / (name.removesuffix(".png") + ".svg")) for name in (ODD, raw)}


def sources(*pairs: tuple[str, str]) -> list[Source]:
    return [Source(os.path.join(root, inner), root, inner) for root, inner in pairs]


def placed(found: list[Source], out: str | None) -> list[tuple[str, str]]:
    return [(p.job.target, p.home) for p in place(found, out)]


def test_without_out_each_folder_gets_a_sibling() -> None:
    found = sources(("x/in", "a.png"), ("x/in", "sub/b.png"), ("y", "a.png"))
    assert placed(found, None) == [
        ("x/in-svg/a.svg", "x/in-svg"),
        ("x/in-svg/sub/b.svg", "x/in-svg"),
        ("y-svg/a.svg", "y-svg"),
    ]


def test_the_working_folder_has_a_sibling_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert placed(sources((".", "a.png")), None) == [(f"{tmp_path}-svg/a.svg", f"{tmp_path}-svg")]
    with pytest.raises(UsageError, match="give -o"):
        place(sources(("/", "a.png")), None)


def test_several_folders_under_one_out_keep_their_own() -> None:
    assert placed(sources(("x/in", "a.png")), "out") == [("out/a.svg", "out")]
    found = sources(("x/2019", "a.png"), ("x/2020", "a.png"))
    assert placed(found, "out") == [("out/2019/a.svg", "out"), ("out/2020/a.svg", "out")]
    found = sources(("x/in", "a.png"), ("y/in", "a.png"))
    assert placed(found, "out") == [("out/x/in/a.svg", "out"), ("out/y/in/a.svg", "out")]


def test_an_out_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(UsageError, match="is a file"):
        place(sources(("in", "a.png")), str(tmp_path / "out"))


def test_a_target_that_is_there_is_refused_kept_replaced_or_left_to_the_manifest(tmp_path: Path) -> None:
    tree(tmp_path, "in/a.png", "out/a.svg")
    found = find([str(tmp_path / "in")], Rules()).sources
    out = str(tmp_path / "out")
    with pytest.raises(UsageError, match="--resume"):
        place(found, out)
    assert [p.job.skip for p in place(found, out, no_clobber=True)] == [True]
    assert [p.job.skip for p in place(found, out, force=True)] == [False]
    assert [p.job.skip for p in place(found, out, resume=True)] == [False]


NAMES = st.from_regex(r"(d/|e/)?[ab]\.(png|jpg)", fullmatch=True)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["p/x", "p/y", "q"]), NAMES), min_size=1, unique=True))
def test_no_two_images_share_a_target(pairs: list[tuple[str, str]]) -> None:
    for out in (None, "out"):
        targets = [target.casefold() for target, _ in placed(sources(*pairs), out)]
        assert len(set(targets)) == len(pairs)
