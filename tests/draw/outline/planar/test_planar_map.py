from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from svgai.arrays import Index
from svgai.draw.outline.planar.arcs import locate
from svgai.draw.outline.planar.components import components, unite
from svgai.draw.outline.planar.crossings import summed
from svgai.draw.outline.planar.half_edges import DX, DY
from svgai.draw.outline.planar.linked_lists import chains
from svgai.draw.outline.planar.planar_map import OUTSIDE, planar_map
from svgai.draw.outline.stack.nesting import nesting, paint_order, solid_islands

LABELS = npst.arrays(np.int16, npst.array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(0, 3))


def half(*pixels_and_labels: Index) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.full(len(pixels_and_labels[0]), 0.6)


def test_chains_come_in_order() -> None:
    # 4 → 1 → 3 ends; 0 → 2 → 5 → 0 is closed and begins at its least member.
    found = chains(np.array([2, 3, 5, 3, 1, 0]))
    parts = np.split(found.members, found.offsets[1:-1])
    assert {tuple(p.tolist()): bool(c) for p, c in zip(parts, found.closed, strict=True)} == {
        (4, 1, 3): False,
        (0, 2, 5): True,
    }


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60))
def test_unite_finds_the_connected_sets(n: int, pairs: list[tuple[int, int]]) -> None:
    pairs = [(a % n, b % n) for a, b in pairs]
    sets = list(range(n))
    for a, b in pairs:
        low, high = sorted((sets[a], sets[b]))
        sets = [low if s == high else s for s in sets]
    first, second = (np.array([p[k] for p in pairs], np.int64) for k in (0, 1))
    assert unite(n, first, second).tolist() == sets


@settings(max_examples=60, deadline=None)
@given(LABELS)
def test_components_are_connected_and_complete(labels: np.ndarray[tuple[int, int], np.dtype[np.int16]]) -> None:
    start, size, component = components(labels)
    image = np.repeat(component, size).reshape(labels.shape)
    for one, other, same in (
        (image[:, 1:], image[:, :-1], labels[:, 1:] == labels[:, :-1]),
        (image[1:], image[:-1], labels[1:] == labels[:-1]),
    ):
        assert (one[same] == other[same]).all()
    assert len(start) == len(size)


@settings(max_examples=60, deadline=None)
@given(LABELS)
def test_arcs_are_walks_between_nodes_with_one_label_on_either_side(
    labels: np.ndarray[tuple[int, int], np.dtype[np.int16]],
) -> None:
    m = planar_map(labels, half)
    padded = np.pad(labels, 1, constant_values=OUTSIDE)
    for k in range(m.arc_count):
        rows = slice(m.offsets[k], m.offsets[k + 1])
        x, y, d = m.x[rows], m.y[rows], m.direction[rows]
        end_x, end_y = x + DX[d], y + DY[d]
        assert (end_x[:-1] == x[1:]).all()
        assert (end_y[:-1] == y[1:]).all()
        ends = [(x[0], y[0]), (end_x[-1], end_y[-1])]
        if m.closed[k]:
            assert ends[0] == ends[1]
        else:
            assert [list(map(int, e)) for e in ends] == m.nodes[[m.start[k], m.end[k]]].tolist()
        left = padded[y + np.array([0, 1, 1, 0])[d], x + np.array([1, 1, 0, 0])[d]]
        right = padded[y + np.array([1, 1, 0, 0])[d], x + np.array([1, 0, 0, 1])[d]]
        assert (left == m.left_label[k]).all()
        assert (right == m.right_label[k]).all()


@settings(max_examples=60, deadline=None)
@given(LABELS)
def test_every_crack_is_in_one_arc_and_every_pixel_in_one_face(
    labels: np.ndarray[tuple[int, int], np.dtype[np.int16]],
) -> None:
    m = planar_map(labels, half)
    padded = np.pad(labels, 1, constant_values=OUTSIDE)
    cracks = (padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum()
    assert len(m.x) == cracks
    assert m.face_area.sum() == labels.size
    assert np.bincount(m.face_label, m.face_area, 4).tolist() == np.bincount(labels.ravel(), minlength=4).tolist()


@settings(max_examples=60, deadline=None)
@given(LABELS)
def test_cycles_go_round_one_face_and_enclose_its_area(
    labels: np.ndarray[tuple[int, int], np.dtype[np.int16]],
) -> None:
    m = planar_map(labels, half)
    sides = np.concatenate([m.left, m.right])
    assert (sides[m.following] == sides).all()
    n = nesting(m)
    outer = n.face[~n.hole]
    assert sorted(outer.tolist()) == list(range(len(m.face_label)))
    area = np.zeros(len(m.face_label))
    shoelace = np.add.reduceat(m.x * DY[m.direction] - m.y * DX[m.direction], m.offsets[:-1]) / 2
    np.add.at(area, m.left[m.left >= 0], -shoelace[m.left >= 0])
    np.add.at(area, m.right[m.right >= 0], shoelace[m.right >= 0])
    assert area.tolist() == m.face_area.tolist()


def test_a_diagonal_line_is_one_face() -> None:
    labels = np.zeros((6, 6), np.int16)
    labels[np.arange(1, 5), np.arange(1, 5)] = 1
    m = planar_map(labels, half)
    assert m.face_label.tolist() == [0, 1]
    assert m.arc_count == 2  # the border and the line


@pytest.mark.parametrize(("share", "faces"), [(0.6, 2), (0.4, 3)])
def test_coverage_decides_a_saddle(share: float, faces: int) -> None:
    labels = np.zeros((4, 4), np.int16)
    labels[1, 1] = labels[2, 2] = 1

    def coverage(*pixels_and_labels: Index) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.where(pixels_and_labels[2] == 1, share, 1 - share)

    assert len(planar_map(labels, coverage).face_label) == faces


def test_nesting_and_order() -> None:
    labels = np.zeros((20, 20), np.int16)
    labels[2:18, 2:18] = 1
    labels[4:10, 4:16] = 2
    labels[10:16, 4:8] = 3  # beside 2, smaller
    labels[5:8, 6:9] = 0  # within 2
    m = planar_map(labels, half)
    n = nesting(m)
    by_label = {(int(m.face_label[f]), int(m.face_area[f])): int(n.depth[f]) for f in range(5)}
    assert {k[0]: d for k, d in by_label.items() if k[0]} == {1: 1, 2: 2, 3: 2}
    assert by_label[(0, 9)] == 3
    order = [int(m.face_label[f]) for f in paint_order(m, n, m.face_label, np.zeros(5, bool))]
    assert order == [0, 1, 2, 3, 0] or order == [0, 1, 2, 0, 3]
    opaque = m.face_label != 3
    solid = solid_islands(n, opaque)
    assert [bool(solid[n.island_of[f]]) for f in range(5) if m.face_label[f] == 2] == [False]


def test_an_arc_along_a_thin_line_has_points_all_along() -> None:
    # A line of 4 px narrows to 1 px between two other labels: no crack there is clear of a third label.
    labels = np.zeros((60, 24), np.int16)
    labels[:, 12:] = 2
    labels[:15, 12:16] = 1
    labels[15:, 12] = 1
    m = planar_map(labels, half)
    arcs = locate(m, summed(labels, half), 0.25)
    for k in range(m.arc_count):
        points = arcs.points[arcs.offsets[k] : arcs.offsets[k + 1]]
        inner = OUTSIDE not in (arcs.left[k], arcs.right[k])
        assert not inner or np.linalg.norm(np.diff(points, axis=0), axis=1).max() <= 6
