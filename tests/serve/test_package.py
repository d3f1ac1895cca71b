"""The service stands beside the core: nothing but its commands imports it, each of its libraries has one module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import svgai

ROOT = Path(svgai.__file__).parent


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_nothing_but_its_commands_imports_it() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if not path.is_relative_to(ROOT / "serve") and any(i.startswith("svgai.serve") for i in imports(path))
    }
    assert users == {"cli/clean.py", "cli/serve.py", "cli/worker.py"}


def test_it_imports_no_engine_and_no_pixels() -> None:
    heavy = ("numpy", "cv2", "PIL", "vtracer", "svg2png_py", "joblib", "svgai.pipeline", "svgai.picture.load")
    at_the_top = {
        path.name: {n.module for n in ast.parse(path.read_text()).body if isinstance(n, ast.ImportFrom) and n.module}
        for path in (ROOT / "serve").rglob("*.py")
    }
    assert not {name: found & set(heavy) for name, found in at_the_top.items() if found & set(heavy)}


@pytest.mark.parametrize("library", ["redis", "limits", "prometheus_client", "uvicorn"])
def test_each_library_has_one_module(library: str) -> None:
    users = [
        path.name
        for path in (ROOT / "serve").rglob("*.py")
        if any(i.split(".")[0] == library for i in imports(path)) and path.name != "values.py"
    ]
    assert len(users) == 1, users  # fmt: skip
