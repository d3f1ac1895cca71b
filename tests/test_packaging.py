"""The wheel, installed into an empty environment outside the tree, does what the checkout does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.network]

ROOT = Path(__file__).parent.parent
KERNELS = "svgai/kernels"


def run(*command: str | Path, cwd: Path, **more: str) -> str:
    """stdout of a command that succeeds; more: variables of its environment."""
    ours = ("PYTHON", "SVGAI", "VIRTUAL_ENV")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)} | more
    argv = [str(c) for c in command]
    done = subprocess.run(argv, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return folder


def test_both_carry_the_samples(built: Path) -> None:
    names = {p.name for p in (ROOT / "samples").iterdir()}
    wheel = zipfile.ZipFile(next(built.glob("*.whl"))).namelist()
    assert {n.removeprefix("svgai/samples/") for n in wheel if n.startswith("svgai/samples/")} == names
    assert "svgai/py.typed" in wheel
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        assert names <= {Path(n).name for n in sdist.getnames()}


def test_a_wheel_with_kernels_names_its_platform(built: Path) -> None:
    wheel = next(built.glob("*.whl"))
    assert f"{KERNELS}/kernels.so" in zipfile.ZipFile(wheel).namelist()
    assert wheel.stem.endswith(f"-py3-none-{sysconfig.get_platform().translate({ord('-'): '_', ord('.'): '_'})}")


def test_a_wheel_made_without_a_compiler_runs_anywhere(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    for name in ("svgai", "samples", "README.md", "LICENSE", "pyproject.toml", "hatch_build.py"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tree / name)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, tree, cwd=tmp_path, CC="/nonexistent")
    wheel = next(tmp_path.glob("*.whl"))
    assert wheel.stem.endswith("-py3-none-any")
    assert f"{KERNELS}/kernels.so" not in zipfile.ZipFile(wheel).namelist()
    venv.create(tmp_path / "env", system_site_packages=True, with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--ignore-installed", wheel, cwd=tmp_path)
    shown = run(python, "-c", "from svgai.kernels import library; print(library.FILE, library.in_use())", cwd=tmp_path)
    assert str(tmp_path) in shown
    assert shown.endswith("False\n")


def test_the_wheel_works_in_an_empty_environment(built: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    options = ("--quiet", "--disable-pip-version-check")
    run(python, "-m", "pip", "install", *options, next(built.glob("*.whl")), cwd=tmp_path)
    svgai = python.with_name("svgai")
    run(svgai, "samples", "--copy", "images", cwd=tmp_path)
    for path in sorted((tmp_path / "images").iterdir()):
        if path.name not in ("icon-git-64px.png", "pixel-heart.gif"):
            path.unlink()
    assert "PASS" in run(svgai, "convert", "images/icon-git-64px.png", cwd=tmp_path)
    run(svgai, "batch", "images", "-o", "out", cwd=tmp_path)
    assert sorted(p.name for p in (tmp_path / "out").glob("*.svg")) == ["icon-git-64px.svg", "pixel-heart.svg"]
    assert "T1" in run(svgai, "benchmark", "images", cwd=tmp_path)
    told = run(svgai, "doctor", cwd=tmp_path)
    assert "sound" in told
    assert re.search(r"^kernels +compiled$", told, re.MULTILINE)
    told = run(svgai, "doctor", cwd=tmp_path, SVGAI_KERNELS="numpy")
    assert re.search(r"^kernels +numpy, slower \(SVGAI_KERNELS=numpy\)$", told, re.MULTILINE)
