"""Every example works as it stands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from nbclient import NotebookClient

from tests.pictures import coin, encoded

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"

pytestmark = pytest.mark.slow


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with icons, and `svgai` on the PATH."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/svgai"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m svgai "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # The suite itself may be run by make, which would tell this one to name its folder.
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "icons").mkdir()
    for name, radius in (("a", 8), ("b", 10)):
        (tmp_path / "icons" / f"{name}.png").write_bytes(encoded(coin(24, radius)))
    return tmp_path


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_the_notebook_runs_and_shows_the_picture() -> None:
    notebook: Any = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(EXAMPLES)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs[0]["data"].keys() >= {"text/html", "image/svg+xml", "text/plain"}
    assert "<Result 64 × 64 px" in outputs[0]["data"]["text/plain"]
    said = "".join(output.get("text", "") for output in outputs)
    assert said.count(" PASS ") == 2


def test_the_saved_notebook_holds_no_outputs() -> None:
    notebook: Any = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert not [cell for cell in notebook.cells if cell.get("outputs")]


def test_make_draws_what_is_newer_and_nothing_else(shell: Path) -> None:
    shutil.copy(EXAMPLES / "Makefile", shell / "icons")
    first = run("make", cwd=shell / "icons")
    assert first.returncode == 0, first.stderr
    assert sorted(path.name for path in (shell / "icons").glob("*.svg")) == ["a.svg", "b.svg"]
    svg, source = shell / "icons/a.svg", shell / "icons/a.png"
    os.utime(source, (svg.stat().st_mtime + 5,) * 2)
    again = run("make", "--dry-run", cwd=shell / "icons")
    assert again.stdout.splitlines() == ["svgai convert --quiet --force a.png -o a.svg"]
    assert run("make", cwd=shell / "icons").returncode == 0


def test_a_folder_in_ci_fails_until_it_is_up_to_date(shell: Path) -> None:
    script = str(EXAMPLES / "folder-in-ci.sh")
    assert run(script, cwd=shell).returncode == 1
    assert (shell / "summary.md").read_text().startswith("# svgai: 2 converted")
    assert (shell / "junit.xml").exists()
    assert run("svgai", "batch", "icons", "-o", "icons-svg", cwd=shell).returncode == 0
    assert run(script, cwd=shell).returncode == 0


def test_the_hooks_are_hooks_and_do_what_they_say(shell: Path) -> None:
    done = run(
        sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"), cwd=shell
    )
    assert done.returncode == 0, done.stdout
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    wanted = yaml.safe_load((EXAMPLES / "pre-commit.yml").read_text())["repos"][0]["hooks"][0]
    arguments = wanted["args"]
    assert run(*hooks[wanted["id"]]["entry"].split(), *arguments, cwd=shell).returncode == 1
    for _ in range(2):
        assert run(*hooks["svgai-batch"]["entry"].split(), *arguments, cwd=shell).returncode == 0
    assert run(*hooks[wanted["id"]]["entry"].split(), *arguments, cwd=shell).returncode == 0


def test_the_action_runs_and_its_files_fit_githubs_schemas(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schemas = {"vendor.github-actions": "action.yml", "vendor.github-workflows": "examples/github-workflow.yml"}
    for schema, name in schemas.items():
        done = run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / name), cwd=shell)
        assert done.returncode == 0, done.stdout
    step = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"][-1]
    values = {"FOLDERS": "icons", "OUTPUT": "svg", "ARGUMENTS": "--quality fast", "GITHUB_STEP_SUMMARY": "said.md"}
    assert values.keys() - {"GITHUB_STEP_SUMMARY"} == step["env"].keys()
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    done = run("bash", "-e", "-c", step["run"], cwd=shell)
    assert done.returncode == 0, done.stderr
    assert (shell / "said.md").read_text().startswith("# svgai: 2 converted, 0 missed, 0 failed")


def test_every_example_is_named_in_the_list() -> None:
    text = (EXAMPLES / "README.md").read_text()
    assert not [path.name for path in EXAMPLES.iterdir() if path.name != "README.md" and f"({path.name})" not in text]
