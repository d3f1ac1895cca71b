"""Imports point one way, each native engine has one module, and --help loads none of them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import svgai

ROOT = Path(svgai.__file__).parent

# From the values to the door: a module may import from its own layer or from one further up.
LAYERS = [
    ["records", "errors", "color"],
    ["draw.vtracer.plan", "draw.contour.plan", "draw.gradient.plan"],
    ["svg", "score", "scale", "noise"],
    ["fringes", "dither"],
    ["load", "restore", "classify", "background", "render", "draw", "judge", "settings"],
    ["search"],
    ["plan"],
    ["pipeline"],
    ["files", "outcome", "config", "versions", "samples"],
    ["job", "report"],
    ["batch", "benchmark", "doctor"],
    ["cli", "", "__main__"],
]
ENGINES = {"vtracer": 1, "svg2png_py": 1, "joblib": 1}


def modules() -> dict[str, ast.Module]:
    paths = {p: p.relative_to(ROOT).with_suffix("") for p in ROOT.rglob("*.py")}
    names = {p: ".".join(r.parts[:-1] if r.name == "__init__" else r.parts) for p, r in paths.items()}
    return {name: ast.parse(p.read_text()) for p, name in names.items()}


def imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{a.name}" for a in node.names}
    return found


def layer(name: str) -> int:
    """The layer of a module; the longest listed prefix counts."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        for k, names in enumerate(LAYERS):
            if ".".join(parts[:length]) in names:
                return k
    raise AssertionError(f"{name} has no layer: give it one")


def test_imports_point_one_way() -> None:
    every = modules()
    wrong = []
    for name, tree in every.items():
        if name == "":
            continue
        for target in imported(tree):
            inner = target.removeprefix("svgai.")
            if target.startswith("svgai.") and inner in every and inner and layer(inner) > layer(name):
                wrong.append(f"{name} imports {inner}")
    assert not wrong


def test_each_native_engine_has_one_module() -> None:
    every = modules()
    for engine, most in ENGINES.items():
        users = [name for name, tree in every.items() if any(i.split(".")[0] == engine for i in imported(tree))]
        assert len(users) <= most, (engine, users)


def test_help_loads_no_engine() -> None:
    code = (
        "import sys\nfrom svgai.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'numpy', 'cv2', 'vtracer', 'svg2png_py', 'PIL', 'joblib', 'rich', 'scipy', 'skimage'}))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"
    assert "convert" in out
