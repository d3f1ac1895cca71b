"""The pages' scripts where no page is needed: their words in Node, their style, the one piece they become."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from svgai import viewer
from svgai.report.page import STATIC

ROOT = Path(__file__).parents[2]
SERVICE = ROOT / "svgai" / "serve" / "static"
SCRIPTS = sorted(itertools.chain(viewer.FOLDER.glob("*.js"), STATIC.glob("*.js"), SERVICE.glob("*.js")))


def node(script: str, *imports: str) -> Any:
    """What a module's expression gives. imports: `names from file` of the viewer's folder."""
    lines = [
        f'import {{ {names} }} from "{viewer.FOLDER}/{file}";' for names, file in (i.split(" from ") for i in imports)
    ]
    text = "\n".join([*lines, f"console.log(JSON.stringify({script}))"])
    done = subprocess.run(
        ["node", "--input-type=module"], input=text, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_linter_has_nothing_to_say() -> None:
    assert shutil.which("npx"), "the pages' scripts are linted by biome: apt-get install npm"
    done = subprocess.run(
        ["npx", "--no-install", "biome", "ci", "--error-on-warnings", "svgai"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_one_piece_is_a_module(tmp_path: Path) -> None:
    """A name that two files declare would be refused here."""
    piece = tmp_path / "report.mjs"
    piece.write_text(viewer.script(STATIC / "report.js"))
    done = subprocess.run(["node", "--check", str(piece)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not re.search(r"^(import|export) ", piece.read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_no_file_is_large_or_reaches_out(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    assert set(re.findall(r"https?://[^\s\"'`)]+", text)) <= {"https://www.w3.org/TR/SVG11/paths.html#PathDataBNF"}
    for unsafe in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert unsafe not in text


def test_color_difference_is_ciede2000() -> None:
    """Against scikit-image, on colours all over the cube and on near ones."""
    random = np.random.default_rng(7)
    one = random.integers(0, 256, (400, 3))
    other = np.where(np.arange(400)[:, None] % 2, random.integers(0, 256, (400, 3)), np.clip(one + 3, 0, 255))
    grey = np.array([[0, 0, 0], [255, 255, 255], [128, 128, 128], [255, 0, 0]])
    one, other = np.vstack([one, grey]), np.vstack([other, grey[::-1]])
    script = f"{json.dumps([one.tolist(), other.tolist()])}"
    found = node(
        f"(([a, b]) => a.map((c, k) => ciede2000(lab(...c), lab(...b[k]))))({script})", "ciede2000, lab from color.js"
    )
    expected = deltaE_ciede2000(rgb2lab(one[None] / 255.0)[0], rgb2lab(other[None] / 255.0)[0])
    assert np.abs(np.array(found) - expected).max() < 0.02


@pytest.mark.parametrize(
    ("data", "nodes", "handles"),
    [
        ("M0 0h10v10h-10z", [[0, 0], [10, 0], [10, 10], [0, 10]], 0),
        ("m1 1l2 0 0 2z", [[1, 1], [3, 1], [3, 3]], 0),
        ("M0 0C1 0 2 1 2 2s1 2 2 2", [[0, 0], [2, 2], [4, 4]], 4),
        ("M0 0c0 0 5 5 5 5", [[0, 0], [5, 5]], 0),  # handles of no length are none
        ("M0,0Q5-5 10,0T20 0", [[0, 0], [10, 0], [20, 0]], 4),
        ("M0 0a5 5 0 0110 0a5 5 0 01-10 0z", [[0, 0], [10, 0]], 0),
        ("M.5.5.5 1e1", [[0.5, 0.5], [0.5, 10]], 0),
        ("M0 0L1 1Zm5 5l1 1z", [[0, 0], [1, 1], [5, 5], [6, 6]], 0),
        ("", [], 0),
        ("M0 0X", [[0, 0]], 0),
    ],
)
def test_nodes_of_path_data(data: str, nodes: list[list[float]], handles: int) -> None:
    found = node(f"anatomy({json.dumps(data)})", "anatomy from pathdata.js")
    assert found["nodes"] == nodes
    assert len(found["handles"]) == handles


def test_views_keep_what_they_promise() -> None:
    """A point under the mouse stays there; nothing is larger than sixteen times; no gap opens at the stage's edge."""
    script = """(() => {
        const [picture, stage] = [{ width: 300, height: 200 }, { width: 900, height: 500 }];
        let view = fitted(picture, stage);
        const at = { x: 450, y: 250 };
        const before = { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
        const near = scaledAbout(view, 10, at, picture, stage);
        const after = { x: (at.x - near.x) / near.scale, y: (at.y - near.y) / near.scale };
        const largest = scaledAbout(view, 1e9, at, picture, stage).scale / view.scale;
        const smallest = scaledAbout(view, 1e-9, at, picture, stage).scale;
        const edge = moved(near, { x: 1e9, y: 1e9 }, picture, stage);
        return { before, after, largest, smallest, edge, scale: view.scale, fits: overflows(view, picture, stage) };
    })()"""
    found = node(script, "fitted, scaledAbout, moved, overflows from view.js")
    assert found["after"] == pytest.approx(found["before"])
    assert found["largest"] == pytest.approx(16)
    assert found["smallest"] == 1
    assert (found["edge"]["x"], found["edge"]["y"]) == (12, 12)
    assert found["scale"] == pytest.approx((500 - 24) / 200)
    assert not found["fits"]
