"""Imports point one way and in no circle, third-party engines have their modules, and --help loads none of them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

import svgai

ROOT = Path(svgai.__file__).parent

# From the values to the door: a module may import from its own layer or from one further up. "." is the root package.
LAYERS = [
    ["records"],
    ["kernels", "version", "draw.budget"],
    [
        "arrays",
        "errors",
        "measure.color",
        "lengths",
        "option_kinds",
        "palettes",
        "picture.skew",
        "viewer",
        "sorted_values",
    ],
    ["options"],
    ["drawing", "picture.raster", "picture.alpha"],
    ["draw.vtracer.plan", "draw.contour.plan", "draw.gradient.plan", "draw.tone.plan", "draw.pixels.plan"],
    [
        "draw.engines",
        "output.paths",
        "output.plain",
        "output.repeats",
        "output.svg",
        "measure.score",
        "measure.structure",
        "measure.seams",
        "measure.crumbs",
        "measure.flaws",
        "measure.strips",
        "picture.noise",
        "picture.scale",
    ],
    ["picture.fringes", "picture.dither", "measure.judge"],
    ["settings", "picture", "output.render"],
    ["output.finish", "output.visible", "output.outlines", "output.color_names", "output.theme"],
    ["output.groups"],
    ["output.structure", "measure.thin"],
    ["draw.shown", "draw.ragged", "draw.vectors", "draw.bilinear"],
    ["draw.outline.planar"],
    ["draw.outline.curves"],
    ["draw.outline.fit"],
    [
        "draw.outline.refine",
        "draw.outline.shapes",
        "draw.outline.mixes",
        "draw.outline.shares",
        "draw.outline.fine_lattice",
    ],
    ["draw.outline.stack"],
    ["draw.contour.labels", "draw.gradient.fields"],
    ["draw.contour.composition", "draw.contour.squares", "draw.gradient.regions"],
    ["draw.contour.strokes", "draw.gradient.paints", "draw.gradient.outlines"],
    ["draw.tone.composite", "draw.tone.outlines"],
    ["draw.tone.levels"],
    ["draw.tone.base", "draw.tone.skies"],
    ["draw.tone.opaque"],
    ["draw.layer"],
    ["draw.contour", "draw.gradient", "draw.tone", "draw.pixels", "draw.vtracer"],
    ["draw.marks", "draw.inks"],
    ["draw.flats"],
    ["search.search"],
    ["search.strategy"],
    ["prepared"],
    ["pipeline"],
    ["files", "outcome", "config", "samples"],
    ["layer_files"],
    ["export"],
    ["comparison", "inspection", "keywords"],
    ["provenance"],
    ["viewer"],
    ["job", "report"],
    ["workers"],
    ["cluster"],
    ["folders", "benchmark", "machine"],
    ["library"],
    ["."],
    ["doctor"],
    ["agents", "serve"],
    ["cli"],
    ["__main__"],
]
ENGINES = ("contour", "gradient", "pixels", "tone", "vtracer")
# Every module that may import a third-party package, and does.
USERS = {
    "vtracer": {"draw.vtracer.binding"},
    "svg2png_py": {"output.render"},
    "joblib": {"workers.pool"},
    "rich": {"cli.bar", "cli.preview"},
    "psutil": {"workers.slot", "workers.watchdog", "benchmark.measure", "cli.doctor", "serve.memory"},
    "textual_image": {"cli.preview"},
    "PIL": {"cli.preview", "export.png", "picture.given", "picture.load", "picture.srgb", "serve.work"},
    "typst": {"export.pdf"},
    "ezdxf": {"export.dxf"},
    "pillow_heif": {"picture.load"},
    "watchfiles": {"folders.changes"},
    "sqlalchemy": {
        f"serve.{name}" for name in ("cache", "database", "ending", "queue", "tables", "totals", "webhooks")
    },
    "celery": {"cluster.app", "cluster.worker", "cluster.sender", "cluster.announcer"},
    "mcp": {"agents.server"},
    "kombu": {"cluster.app", "cluster.sender", "cluster.announcer"},
    "redis": {"serve.redis_link"},
    "fsspec": {"serve.bucket"},
    "limits": {"serve.limits", "serve.values"},
    "prometheus_client": {"serve.metrics"},
    "uvicorn": {"serve.server"},
}


@cache
def modules() -> dict[str, ast.Module]:
    """The syntax tree of every module, by its name within the package; the root package is "."."""
    paths = {p: p.relative_to(ROOT).with_suffix("") for p in ROOT.rglob("*.py")}
    names = {p: ".".join(r.parts[:-1] if r.name == "__init__" else r.parts) or "." for p, r in paths.items()}
    return {name: ast.parse(p.read_text()) for p, name in names.items()}


def imported(tree: ast.AST) -> set[str]:
    """The full names of what a tree imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{a.name}" for a in node.names}
    return found


def inner(name: str) -> str | None:
    """The module of this package that an imported name is or belongs to; None for another's."""
    if name != "svgai" and not name.startswith("svgai."):
        return None
    parts = name.split(".")[1:]
    return ".".join(parts) if ".".join(parts) in modules() else ".".join(parts[:-1]) or "."


def imports(name: str) -> set[str]:
    """The modules of this package that a module imports."""
    return {target for full in imported(modules()[name]) if (target := inner(full)) is not None} - {name}


def layer(name: str) -> int:
    """The layer of a module; the longest listed prefix counts."""
    places = {listed: k for k, names in enumerate(LAYERS) for listed in names}
    parts = name.split(".")
    prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1)) if name != "." else iter(["."])
    place = next((places[p] for p in prefixes if p in places), None)
    assert place is not None, f"{name} has no layer: give it one"
    return place


def test_imports_point_one_way() -> None:
    wrong = [f"{name} imports {t}" for name in modules() for t in imports(name) if layer(t) > layer(name)]
    assert wrong == []


def test_every_layer_has_a_module() -> None:
    empty = [p for names in LAYERS for p in names if not any(m == p or m.startswith(f"{p}.") for m in modules())]
    assert empty == []


def test_every_folder_of_draw_has_a_layer_of_its_own() -> None:
    listed = {name for names in LAYERS for name in names}
    folders = {m for m in modules() if m.startswith("draw.") and (ROOT / m.replace(".", "/")).is_dir()}
    assert folders - listed <= {"draw.outline"}
    assert not [m for m in modules() if m.startswith("draw.outline.") and layer(m) >= layer("draw.contour.labels")]


def test_no_module_imports_itself_by_way_of_others() -> None:
    """What is imported for types alone, or within a function, counts too."""
    circles, done = set(), set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            circles.add(" → ".join((*way[way.index(name) :], name)))
        elif name not in done:
            for target in sorted(imports(name)):
                visit(target, (*way, name))
            done.add(name)

    for name in sorted(modules()):
        visit(name, ())
    assert circles == set()


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_never_import_each_other(engine: str) -> None:
    """Not even what draws for all of them may know one of them."""
    others = tuple(f"draw.{other}" for other in ENGINES if other != engine)
    mine = {name for name in modules() if f"{name}.".startswith(f"draw.{engine}.")}
    assert mine
    assert [(m, t) for m in mine for t in imports(m) if f"{t}.".startswith(tuple(f"{o}." for o in others))] == []


def test_each_third_party_package_has_its_modules() -> None:
    users: defaultdict[str, set[str]] = defaultdict(set)
    for name, tree in modules().items():
        for package in {full.split(".")[0] for full in imported(tree)}:
            users[package].add(name)
    assert {package: users[package] for package in USERS} == USERS


def test_convert_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((16, 16, 3), 255, np.uint8))
    code = (
        "import sys\nfrom svgai.cli import main\n"
        f"try: main(['convert', {str(tmp_path / 'a.png')!r}])\nexcept SystemExit: pass\n"
        "print(sorted(set(sys.modules) & {'svgai.cli.batch', 'svgai.report.page', 'svgai.workers.scratch', 'tomllib', "
        "'urllib.request', 'ssl', 'xml', 'numpy.ma', 'vtracer', 'joblib', 'rich', 'scipy', 'skimage'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "[]"
    assert (tmp_path / "a.svg").exists()


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
