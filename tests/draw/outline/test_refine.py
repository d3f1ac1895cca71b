from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from svgai.arrays import Mask, Pixels
from svgai.draw.outline.curves.curves import Curves
from svgai.draw.outline.curves.gauss_newton import links, places, relaxed
from svgai.draw.outline.fit.fit import fit
from svgai.draw.outline.refine import Edges, risen, stepped, wanted
from tests.draw.contour.outlines import along, arcs_of, is_line
from tests.truth import BLACK, WHITE, Inside, disc, picture, polygon, square

COLORS = np.array([[255, 255, 255, 255], [0, 0, 0, 255]], np.float32)


def towards(curves: Curves, edges: Edges, source: Pixels, rendered: Pixels, held: Mask | None = None) -> Curves:
    """The curves after a step from one picture to another."""
    return stepped(curves, edges, wanted(curves, edges, source, rendered), held)


def step(drawn: Inside, source_of: Inside) -> tuple[np.ndarray, np.ndarray]:
    """Points along the curves of one figure before and after a step towards the picture of another."""
    arcs = arcs_of(drawn)
    curves = fit(arcs)
    source, rendered = (picture(96, 96, WHITE, (f, BLACK)).pixels for f in (source_of, drawn))
    moved = towards(curves, Edges.between(arcs.closed, arcs.left, arcs.right, COLORS), source, rendered)
    return along(curves), along(moved)


def test_an_edge_moves_as_far_as_it_is_off() -> None:
    before, after = step(disc(48.3, 47.8, 30), disc(48.3, 47.8, 30.4))
    centre = np.array([48.3, 47.8])
    grown = np.linalg.norm(after - centre, axis=1) - np.linalg.norm(before - centre, axis=1)
    assert np.abs(grown - 0.4).max() < 0.08


def test_a_figure_moves_as_a_whole() -> None:
    before, after = step(polygon(square(48, 48, 44, 20)), polygon(square(48.4, 47.7, 44, 20)))
    assert np.abs(after - before - [0.4, -0.3]).max() < 0.1


def test_what_fits_stays() -> None:
    before, after = step(disc(48.3, 47.8, 30), disc(48.3, 47.8, 30))
    assert (before == after).all()


def test_upright_lines_and_joints_stay_exact() -> None:
    arcs = arcs_of(polygon(np.array([[20.3, 30.4], [70.6, 30.4], [70.6, 62.1], [20.3, 62.1]])))
    curves = fit(arcs)
    rendered = picture(96, 96, WHITE, (polygon(np.array([[20.3, 30.4], [70, 31], [70, 62], [20, 62]])), BLACK)).pixels
    source = picture(96, 96, WHITE, (disc(46, 46, 28), BLACK)).pixels
    b = towards(curves, Edges.between(arcs.closed, arcs.left, arcs.right, COLORS), source, rendered).beziers
    assert is_line(replace(curves, beziers=b)).all()
    assert (((b[:, 3] - b[:, 0]) == 0).sum(axis=1) == 1).all()
    assert (b[:, 3] == np.roll(b[:, 0], -1, axis=0)).all()
    assert 0 < np.abs(b - curves.beziers).max() <= 1


def test_an_arc_along_the_border_stays() -> None:
    arcs = arcs_of(disc(48, 48, 30))
    curves = fit(arcs)
    source = picture(96, 96, WHITE, (disc(48, 48, 31), BLACK)).pixels
    rendered = picture(96, 96, WHITE, (disc(48, 48, 30), BLACK)).pixels
    outside = np.full_like(arcs.left, -1)
    moved = towards(curves, Edges.between(arcs.closed, outside, arcs.right, COLORS), source, rendered)
    assert (moved.beziers == curves.beziers).all()


@pytest.mark.parametrize("radius", [10.0, 33.0])
def test_a_relaxed_chain_stays_smooth_and_closed(radius: float) -> None:
    arcs = arcs_of(disc(48.3, 47.8, radius))
    curves = fit(arcs)
    k = links(curves, arcs.closed)
    u = np.broadcast_to(np.linspace(0.05, 0.95, 12), (len(curves.beziers), 12))
    offset = 0.3 * np.sin(places(curves.beziers, k.line, u).sum(axis=2) / 9)
    fixed = np.zeros((len(u), 2), bool)
    b = relaxed(curves.beziers, k, u, offset, np.ones_like(u), fixed)
    assert (b[:, 3] == np.roll(b[:, 0], -1, axis=0)).all()
    out, into = b[:, 1] - b[:, 0], np.roll(b[:, 3] - b[:, 2], 1, axis=0)
    cross = out[:, 0] * into[:, 1] - out[:, 1] * into[:, 0]
    assert np.abs(cross / np.linalg.norm(out, axis=1) / np.linalg.norm(into, axis=1)).max() < 1e-9
    held = relaxed(curves.beziers, k, u, offset, np.ones_like(u), ~fixed)
    assert (held[:, [0, 3]] == curves.beziers[:, [0, 3]]).all()


def test_held_segments_stay_and_others_move() -> None:
    arcs = arcs_of(polygon(square(48, 48, 44, 20)))
    curves = fit(arcs)
    source = picture(96, 96, WHITE, (polygon(square(48.4, 47.7, 44, 20)), BLACK)).pixels
    rendered = picture(96, 96, WHITE, (polygon(square(48, 48, 44, 20)), BLACK)).pixels
    held = np.arange(len(curves.corner)) == 0
    sides = arcs.closed, arcs.left, arcs.right
    b = towards(curves, Edges.between(*sides, COLORS), source, rendered, held).beziers
    assert (b[held] == curves.beziers[held]).all()
    assert (np.abs(b[~held] - curves.beziers[~held]).max(axis=(1, 2)) > 0.1).any()


def test_harm_is_found_where_it_was_done() -> None:
    before, worse, better = (np.full((40, 40, 4), v, np.uint8) for v in (100, 100, 100))
    source = before.copy()
    before[:, 30:], worse[:, :10] = 110, 120
    left, right = (np.array([[[x, 5], [x, 5], [x, 35], [x, 35]]], float) for x in (5, 35))
    beziers = np.concatenate([left, right])
    assert risen(beziers, source, before, worse).tolist() == [True, False]
    assert risen(beziers, source, before, better).tolist() == [False, False]
