"""Palette files of three kinds."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from click.testing import CliRunner

from svgai.cli import main
from svgai.palettes import read
from tests.pictures import coin, encoded


def ase(*blocks: bytes) -> bytes:
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def swatch(model: bytes, *values: float, name: str = "x") -> bytes:
    letters = (name + "\0").encode("utf-16-be")
    block = struct.pack(">H", len(letters) // 2) + letters + model + struct.pack(f">{len(values)}f", *values)
    block += struct.pack(">H", 2)
    return struct.pack(">HI", 1, len(block)) + block


def test_gimp() -> None:
    text = "GIMP Palette\nName: brand\n#\n255   0 127\tpink\n  0 16 32 night\n300 0 0 none\n"
    assert read(text.encode()) == ("#ff007f", "#001020")


def test_lists_of_hex() -> None:
    assert read(b"#0A7CFF\nfff ; white\n\n#123456 #0a7cff") == ("#0a7cff", "#ffffff", "#123456")


def test_adobe() -> None:
    data = ase(swatch(b"RGB ", 1, 0.5, 0), swatch(b"Gray", 0.2), struct.pack(">HI", 0xC001, 0))
    assert read(data) == ("#ff8000", "#333333")
    with pytest.raises(ValueError, match="CMYK"):
        read(ase(swatch(b"CMYK", 1, 0, 0, 0)))
    with pytest.raises(ValueError, match="damaged"):
        read(ase(struct.pack(">HI", 1, 3) + b"\0\x09\0"))


def test_nothing() -> None:
    for data in (b"", b"hello", b"GIMP Palette\n", ase()):
        with pytest.raises(ValueError, match="no colours"):
            read(data)


def test_the_command_line_takes_a_file_or_a_list(tmp_path: Path) -> None:
    (tmp_path / "brand.gpl").write_text("GIMP Palette\n200 0 0 red\n255 255 255 white\n")
    (tmp_path / "empty.gpl").write_text("GIMP Palette\n")
    (tmp_path / "a.png").write_bytes(encoded(coin()))
    source, target = str(tmp_path / "a.png"), str(tmp_path / "a.svg")
    texts = set()
    for palette in (str(tmp_path / "brand.gpl"), "#c80000,#fff"):
        done = CliRunner().invoke(main, ["convert", source, "-o", target, "--force", "--palette", palette])
        assert done.exit_code == 0, done.output
        texts.add(Path(target).read_text())
    assert len(texts) == 1
    refused = CliRunner().invoke(main, ["convert", source, "--palette", str(tmp_path / "empty.gpl")])
    assert refused.exit_code == 2
    assert "holds no colours" in refused.output
