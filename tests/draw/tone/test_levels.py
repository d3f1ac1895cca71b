"""Trees of level sets, the choice among their nodes, and the outlines."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.draw.tone.composite import OPACITIES, laid_over
from svgai.draw.tone.levels.select import select
from svgai.draw.tone.levels.tree import GROUND, UNITS, Tree, grow
from svgai.draw.tone.levels.weights import TABLE, encoded
from svgai.draw.tone.outlines.polygon import Polygons, on_grid, simplified
from svgai.drawing import Color, Drawing, Flat, Rect, Shape
from svgai.output.render import render
from svgai.output.svg import write

ONE = np.ones(256)


def tree_of(tones: list[list[int]], thresholds: list[int]) -> Tree:
    plane = (np.array(tones) * UNITS).astype(np.uint16)
    return grow(plane, np.zeros(plane.shape, np.uint8), ONE, (np.array(thresholds) * UNITS).astype(np.int64))


def test_a_patch_knows_what_holds_it() -> None:
    tree = tree_of([[0, 0, 0, 0, 0], [0, 9, 9, 9, 0], [0, 9, 20, 9, 0], [0, 9, 9, 9, 0], [0, 0, 0, 0, 0]], [5, 15])
    assert tree.parent.tolist() == [GROUND, 0]
    assert tree.weight.tolist() == [8, 1]
    assert (tree.first / tree.weight).tolist() == [9, 20]


def test_two_patches_in_one_and_one_beside_it() -> None:
    tree = tree_of([[9, 20, 9, 20, 9, 0, 9]], [5, 15])
    assert tree.levels.tolist() == [0, 2, 4]
    big = int(tree.weight[:2].argmax())
    assert tree.parent[2:].tolist() == [big, big]


def _cost(tree: Tree, kept: tuple[bool, ...], painted: dict[int, float], ground: float, price: float) -> float:
    total = 0.0
    for node in range(tree.count):
        at = node
        while at != GROUND and not kept[at]:
            at = int(tree.parent[at])
        value = ground if at == GROUND else painted[at]
        total += tree.weight[node] * value**2 - 2 * tree.first[node] * value + tree.second[node]
    return total + price * sum(kept)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1, 400))
def test_the_choice_is_the_best_of_all(seed: int, price: float) -> None:
    rng = np.random.default_rng(seed)
    tree = tree_of(rng.integers(0, 30, (1, 7)).tolist(), [7, 14, 21])
    if not 0 < tree.count <= 6:
        return
    values = np.array([4.0, 10.0, 17.0, 25.0])
    found = select(tree, 0.0, values, np.ones(tree.count), price)
    best = min(
        _cost(tree, kept, dict(zip(np.flatnonzero(kept).tolist(), painted, strict=True)), 0.0, price)
        for kept in itertools.product((False, True), repeat=tree.count)
        for painted in itertools.product(values.tolist(), repeat=sum(kept))
        if sum(kept) <= 4
    )
    # The chosen nodes are then painted their exact means, which is no worse than any value of the grid.
    mine = _cost(tree, tuple(found.kept.tolist()), dict(enumerate(found.value.tolist())), 0.0, price)
    assert mine <= best + 1e-6 or found.kept.sum() > 4


def disc(radius: float, hole: float = 0.0) -> Tree:
    y, x = np.mgrid[:120, :120] + 0.5
    distance = np.hypot(x - 60, y - 60)
    tones = (radius - distance + 100).clip(0, 255)
    tones[distance < hole] = 0
    plane = np.rint(tones * UNITS).astype(np.uint16)
    return grow(plane, np.zeros(plane.shape, np.uint8), ONE, np.array([int(100 * UNITS)]))


def test_an_isophote_is_a_hundredth_of_a_pixel_true() -> None:
    tree = disc(40.3)
    distance = np.hypot(*(tree.chains - 60).T)
    assert np.abs(distance - 40.3).max() < 0.02


@pytest.mark.parametrize("tolerance", [0.8, 1.5, 3.0])
def test_a_polygon_encloses_its_boundary_s_area(tolerance: float) -> None:
    tree = disc(40.3)
    polygon = simplified(tree.chains, tree.chain_starts, tolerance)
    assert abs(polygon.areas()[0]) == pytest.approx(np.pi * 40.3**2, rel=0.01)


def test_a_hole_runs_the_other_way() -> None:
    tree = disc(40.3, 15)
    polygons = on_grid(simplified(tree.chains, tree.chain_starts, 1.0), np.array([1.0, 1.0]), (120, 120))
    areas = polygons.areas()
    assert len(areas) == 2
    assert areas[0] * areas[1] < 0


def test_a_thread_keeps_its_width() -> None:
    plane = np.zeros((20, 60), np.uint16)
    plane[10, 5:55] = 40000
    tree = grow(plane, np.zeros(plane.shape, np.uint8), ONE, np.array([20000]))
    for tolerance in (0.3, 0.8, 2.0):
        area = simplified(tree.chains, tree.chain_starts, tolerance).areas()[0]
        assert abs(area) == pytest.approx(50, rel=0.05)


def test_weights_survive_eight_bits() -> None:
    weights = np.geomspace(2e-5, 2, 50, dtype=np.float32)[None]
    assert TABLE[encoded(weights)] == pytest.approx(weights, rel=0.03)


@pytest.mark.parametrize("opacity", OPACITIES)
@pytest.mark.parametrize("color", [0, 255])
def test_veils_are_laid_as_the_renderer_lays_them(opacity: float, color: int) -> None:
    below = np.arange(0, 256, 5)
    shapes = [Shape(Rect(float(k), 0, 1, 1), Flat(Color(*[int(v)] * 3))) for k, v in enumerate(below)]
    shapes.append(Shape(Rect(0, 0, len(below), 1), Flat(Color(color, color, color), opacity)))
    seen = render(write(Drawing(len(below), 1, tuple(shapes)), 0), len(below), 1).pixels[0, :, 0].astype(int)
    assert np.abs(seen - laid_over(below.astype(np.int64), color, opacity)).max() <= 1


def test_a_polygon_keeps_only_points_that_say_something() -> None:
    """Forty points along a border, one twice and a spike without width leave the triangle that they are on."""
    border = [(float(x), 0.0) for x in range(41)]
    rest = [(40.0, 0.0), (40.0, 30.0), (40.0, 36.0), (40.0, 30.0), (20.0, 15.0)]
    found = on_grid(Polygons(np.array(border + rest), np.array([0, 46])), np.array([1.0, 1.0]), (50, 50))
    assert found.points.tolist() == [[0, 0], [40, 0], [40, 30]]
    assert found.starts.tolist() == [0, 3]
