"""svgai samples: listed, copied, and nothing replaced unasked."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from svgai.cli import main


def test_samples_are_listed_and_copied(tmp_path: Path) -> None:
    listed = CliRunner().invoke(main, ["samples"]).output.splitlines()
    assert 15 <= len(listed) <= 25
    folder = tmp_path / "s"
    copied = CliRunner().invoke(main, ["samples", "--copy", str(folder)])
    assert copied.exit_code == 0
    assert len(list(folder.iterdir())) == len(listed)
    again = CliRunner().invoke(main, ["samples", "--copy", str(folder)])
    assert again.exit_code == 2
    assert "--force replaces it" in again.output
