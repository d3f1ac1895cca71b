"""Runs between corners, candidates for joints on them, and the cheapest chain over those."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.fit import choose, exact, joints
from svgai.draw.outline.fit.chain import chained
from svgai.draw.outline.fit.choose import Spans
from svgai.draw.outline.fit.corners import find_corners
from svgai.draw.outline.fit.fit import fit
from svgai.draw.outline.fit.joints import Joints
from svgai.draw.outline.fit.runs import Runs, smooth_runs
from svgai.draw.outline.planar.arcs import Arcs
from tests.draw.contour.outlines import arcs_of, distances, is_line, of_points
from tests.truth import Inside, disc, polygon, ring, square

FIGURES = [disc(48.3, 47.6, 30.2), ring(48, 48.4, 40, 21), polygon(square(47.8, 48.3, 50, 17))]


def split(arcs: Arcs) -> Runs:
    return smooth_runs(arcs, find_corners(arcs))


def square_arcs(degrees: float = 17) -> Arcs:
    return arcs_of(polygon(square(47.8, 48.3, 50, degrees)))


def test_a_square_has_a_run_a_side_and_a_disc_one_cyclic_run() -> None:
    found = split(square_arcs())
    assert not found.cyclic.any()
    ends = found.points[found.first], found.points[found.last]
    assert np.allclose(np.linalg.norm(ends[1] - ends[0], axis=1), 50, atol=0.3)
    whole = split(arcs_of(disc(48.3, 47.6, 30.2)))
    assert whole.cyclic.tolist() == [True]
    assert (whole.points[whole.first] == whole.points[whole.last]).all()


@pytest.mark.parametrize("inside", FIGURES, ids=["disc", "ring", "square"])
def test_a_run_trusts_no_point_beside_its_corners_and_sees_no_other_run(inside: Inside) -> None:
    found = split(arcs_of(inside))
    of = found.of_points()
    for k in range(len(found.first)):
        mine = np.flatnonzero(of == k)
        assert mine[0] <= found.low[k] <= found.high[k] <= mine[-1]
        if not found.cyclic[k]:
            assert not found.trusted[[found.first[k], found.first[k] + 1, found.last[k] - 1, found.last[k]]].any()
    assert found.trusted.mean() > 0.8


@pytest.mark.parametrize("inside", FIGURES, ids=["disc", "ring", "square"])
def test_candidates_rise_and_include_the_ends_of_every_run(inside: Inside) -> None:
    found = split(arcs_of(inside))
    nodes = joints.candidates(found)
    assert (np.diff(nodes.index) > 0).all()
    assert set(found.first.tolist()) | set(found.last.tolist()) <= set(nodes.index.tolist())
    assert np.linalg.norm(nodes.tangents, axis=1) == pytest.approx(1)
    free = set(nodes.index[nodes.free].tolist())
    corner = set(found.first[~found.cyclic].tolist()) | set(found.last[~found.cyclic].tolist())
    assert free == corner


def test_a_candidates_tangent_is_the_curves() -> None:
    nodes = joints.candidates(split(arcs_of(disc(48.3, 47.6, 30.2))))
    spoke = nodes.points - [48.3, 47.6]
    along = np.abs((spoke * nodes.tangents).sum(axis=1)) / np.linalg.norm(spoke, axis=1)
    assert np.linalg.norm(spoke, axis=1) == pytest.approx(30.2, abs=0.05)
    assert along.max() < 0.03


def test_upright_turns_only_what_is_nearly_so() -> None:
    turned = joints.upright(np.array([[1, 0.005], [0.001, -1], [0.8, 0.6]]))
    assert turned.tolist() == [[1, 0], [0, -1], [0.8, 0.6]]


def chain_costs(count: int, spans: list[tuple[int, int, float]]) -> float:
    """The least cost from the first joint to the last, tried one after another."""
    best = [0.0] + [np.inf] * (count - 1)
    for stop in range(1, count):
        best[stop] = min((best[a] + c for a, b, c in spans if b == stop), default=np.inf)
    return float(best[-1])


@st.composite
def joints_and_spans(draw: st.DrawFn) -> tuple[list[int], list[tuple[int, int, float]]]:
    """Joints by run, and spans with a cost: between neighbours always, others by chance."""
    counts = draw(st.lists(st.integers(2, 6), min_size=1, max_size=3))
    spans: list[tuple[int, int, float]] = []
    head = 0
    for count in counts:
        for a in range(count - 1):
            for b in range(a + 1, count):
                if b == a + 1 or draw(st.booleans()):
                    spans.append((head + a, head + b, draw(st.integers(1, 40)) / 8))
        head += count
    return counts, draw(st.permutations(spans))


@settings(max_examples=80, deadline=None)
@given(joints_and_spans())
def test_the_cheapest_chain_is_the_cheapest(given: tuple[list[int], list[tuple[int, int, float]]]) -> None:
    counts, listed = given
    total = sum(counts)
    run = np.repeat(np.arange(len(counts)), counts)
    nodes = Joints(np.arange(total), run, np.zeros((total, 2)), np.zeros((total, 2)), run < 0, np.zeros(total))
    start, stop, cost = (np.array([s[k] for s in listed]) for k in range(3))
    spans = Spans(start.astype(np.int64), stop.astype(np.int64), np.zeros((len(listed), 4, 2)), cost.astype(float))
    chosen = spans.take(choose.cheapest(spans, nodes))
    head = 0
    for k, count in enumerate(counts):
        mine = np.flatnonzero(run[chosen.start] == k)
        assert chosen.start[mine[0]] == head
        assert chosen.stop[mine[-1]] == head + count - 1
        assert (chosen.stop[mine[:-1]] == chosen.start[mine[1:]]).all()
        own = [(a - head, b - head, c) for a, b, c in listed if run[a] == k]
        assert chosen.cost[mine].sum() == pytest.approx(chain_costs(count, own))
        head += count


def test_a_straight_run_is_a_line_or_two_and_spans_reach_as_far_as_they_hold() -> None:
    found = split(square_arcs())
    nodes = joints.candidates(found)
    spans = choose.longest(found, nodes)
    reach = nodes.index[spans.stop] - nodes.index[spans.start]
    assert reach[np.isfinite(spans.cost)].max() > 0.7 * (found.last - found.first).max()
    chosen = spans.take(choose.cheapest(spans, nodes))
    assert len(chosen.start) <= 2 * len(found.first)
    assert (chosen.beziers[:, 0] == chosen.beziers[:, 1]).all()


def test_what_is_left_alone_has_a_price() -> None:
    """A zigzag that no span holds is still a chain from end to end."""
    points = np.stack([np.arange(40.0), 6.0 * (np.arange(40) % 2)], axis=1)
    found = split(of_points(points, closed=False))
    nodes = joints.candidates(found)
    spans = choose.longest(found, nodes)
    chosen = spans.take(choose.cheapest(spans, nodes))
    assert nodes.index[chosen.start[0]] == found.first[0]
    assert nodes.index[chosen.stop[-1]] == found.last[-1]


def fitted(inside: Inside) -> tuple[Arcs, Curves]:
    arcs = arcs_of(inside)
    return arcs, fit(arcs)


@pytest.mark.parametrize("inside", FIGURES, ids=["disc", "ring", "square"])
def test_a_fit_holds_its_tolerance(inside: Inside) -> None:
    arcs, curves = fitted(inside)
    for k in range(len(arcs.closed)):
        piece = Curves(
            curves.beziers[curves.offsets[k] : curves.offsets[k + 1]],
            np.array([0, curves.offsets[k + 1] - curves.offsets[k]]),
            curves.corner[curves.offsets[k] : curves.offsets[k + 1]],
        )
        off = distances(arcs.points[arcs.offsets[k] : arcs.offsets[k + 1]], piece)
        # Points beside a corner are rounded by the pixel's own width.
        assert np.quantile(off, 0.9) < arcs.tolerance[k]
        assert off.max() < 1


def test_lines_along_the_axes_are_so_to_the_bit() -> None:
    _, curves = fitted(polygon(square(48.3, 47.6, 40.4, 0)))
    assert is_line(curves).all()
    step = curves.beziers[:, 3] - curves.beziers[:, 0]
    assert (np.abs(step).min(axis=1) == 0).all()
    assert np.abs(step).max(axis=1) == pytest.approx(40.4, abs=0.1)


def test_segments_meet_to_the_bit_and_smoothly_without_corners() -> None:
    _, curves = fitted(disc(48.3, 47.6, 30.2))
    following = np.roll(curves.beziers, -1, axis=0)
    assert (curves.beziers[:, 3] == following[:, 0]).all()
    leave, arrive = following[:, 1] - following[:, 0], curves.beziers[:, 3] - curves.beziers[:, 2]
    turn = leave[:, 0] * arrive[:, 1] - leave[:, 1] * arrive[:, 0]
    size = np.linalg.norm(leave, axis=1) * np.linalg.norm(arrive, axis=1)
    assert (np.abs(turn) / size < 1e-6).all()
    assert not curves.corner.any()


def test_deviations_are_the_greatest_distance_from_the_points() -> None:
    found = split(square_arcs())
    nodes = joints.candidates(found)
    spans = choose.longest(found, nodes)
    chain = chained(found, nodes, spans.take(choose.cheapest(spans, nodes)), np.array([True]))
    assert exact.deviations(found, chain).max() < 0.2
    ahead = chain.beziers.copy()
    ahead += [0.6, 0.8]
    off = exact.deviations(found, replace(chain, beziers=ahead))
    assert 0.5 < off.max() < 1.2
