"""Words that cannot rot: every command and option is in the README, and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

import click

from svgai.cli import main

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text()


def test_every_command_is_there_and_no_other() -> None:
    named = set(re.findall(r"(?:^|`)svgai ([a-z]+)", TEXT, re.MULTILINE))
    bare = {word for word in re.findall(r"`([a-z]+)`", TEXT) if word in main.commands}
    assert named <= set(main.commands)
    assert set(main.commands) <= named | bare


def test_every_option_is_there_and_no_other() -> None:
    parameters = (p for c in main.commands.values() for p in c.params if isinstance(p, click.Option))
    real = {o for p in parameters for o in (*p.opts, *p.secondary_opts) if o.startswith("--")} - {"--help"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT)) - {"--help"}
    assert named == real


def test_every_file_and_make_target_that_is_named_exists() -> None:
    documents = [TEXT, (ROOT / "CONTRIBUTING.md").read_text()]
    makefile = (ROOT / "Makefile").read_text()
    for text in documents:
        for target in re.findall(r"\bmake ([a-z]+)\b`?", text):
            if f"`make {target}`" in text or f"make {target}  " in text:
                assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / link).exists(), link


def test_every_sample_has_a_source_and_a_licence() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and line.count("|") == 5]
    listed = {name for row in rows for name in re.findall(r"[\w-]+\.(?:png|jpg|gif|webp)", row.split("|")[1])}
    assert listed == {p.name for p in (ROOT / "samples").iterdir()}


def test_what_is_not_drawn_well_is_shown_and_small() -> None:
    folder = ROOT / "docs" / "limits"
    shown = re.findall(r"!\[[^]]*\]\(limits/([^)]+)\)", (ROOT / "docs" / "limits.md").read_text())
    # Drawings of the folder's SVGs are PNGs, windows of photographs WebPs.
    assert sorted(shown) == sorted(p.name for p in folder.iterdir() if p.suffix in (".png", ".webp"))
    assert {p.stem for p in folder.glob("*.svg")} == {p.stem for p in folder.glob("*.png")}
    assert max(p.stat().st_size for p in folder.iterdir()) <= 40_000
