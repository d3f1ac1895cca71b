"""svgai doctor: this installation is sound."""

from __future__ import annotations

import json

from click.testing import CliRunner

from svgai.cli import main


def test_a_sound_installation() -> None:
    done = CliRunner().invoke(main, ["doctor", "--json"])
    assert done.exit_code == 0
    found = json.loads(done.output)
    assert found["sound"] is True
    assert found["cores"] >= 1
    assert found["versions"]["vtracer"]
