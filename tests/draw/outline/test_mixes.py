"""Labels near a pixel, and the pair of them whose mix explains it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svgai.draw.outline.mixes import Colors, Nearby, ShownBy, best_pairs, nearby_labels, project

RED, GREEN, BLUE = np.eye(3) * 200.0
Share = st.floats(0, 1)


def nearby(*labels: int) -> Nearby[np.int16]:
    """One pixel's candidates, each a px farther off than the one before."""
    found = np.full((1, 4), -1, np.int16)
    found[0, : len(labels)] = labels
    return Nearby(found, np.arange(1.0, 5)[None])


def shown_by(near: Nearby[np.int16], palette: Colors) -> ShownBy:
    """The colours of candidates that show a palette's, everywhere alike."""
    return lambda candidate, rows: palette[near.labels[rows, candidate]]


def test_the_nearest_labels_come_first_and_once_each() -> None:
    labels = np.full((5, 9), 3, np.int16)
    labels[:, :4], labels[2, 4], labels[2, 7] = 1, -1, 5
    near = nearby_labels(labels, np.array([2 * 9 + 4]), 3, own=False)
    assert near.labels.tolist() == [[3, 1, 5, -1]]
    assert near.distance.tolist() == [[1, 1, 3, 6]]


@pytest.mark.parametrize(("own", "first"), [(True, 7), (False, 1)])
def test_a_pixels_own_label_counts_if_asked_for(own: bool, first: int) -> None:
    labels = np.ones((3, 3), np.int16)
    labels[1, 1] = 7
    assert nearby_labels(labels, np.array([4]), 1, own).labels[0, 0] == first


def test_struck_candidates_make_room() -> None:
    near = nearby(4, 2, 9)
    left = near.without(near.labels == 4)
    assert left.labels.tolist() == [[2, 9, -1, -1]]
    assert left.distance[0, :2].tolist() == [2, 3]


@given(Share)
def test_projection_tells_the_share(share: float) -> None:
    mixed = (1 - share) * RED + share * BLUE
    found = project(mixed[None], RED[None], BLUE[None])
    assert found.share[0] == pytest.approx(share, abs=1e-9)
    assert found.error[0] == pytest.approx(0, abs=1e-6)
    assert found.contrast[0] == pytest.approx(2 * 200**2)


@pytest.mark.parametrize(("overshoot", "error"), [(0.0, 20.0**2), (0.2, 0.0)])
def test_overshoot_explains_what_lies_beyond(overshoot: float, error: float) -> None:
    low, high = np.array([[100.0]]), np.array([[200.0]])
    found = project(np.array([[220.0]]), low, high, overshoot)
    assert found.share[0] == 1
    assert found.error[0] == pytest.approx(error)


@given(st.floats(0.1, 0.9))  # nearer to one colour its distance counts more than the error
def test_the_pair_that_made_a_pixel_explains_it(share: float) -> None:
    palette, near = np.stack([RED, GREEN, BLUE]), nearby(0, 1, 2)
    color = ((1 - share) * GREEN + share * BLUE)[None]
    best = best_pairs(color, shown_by(near, palette), near)
    assert best.label[0] == (2 if share > 0.5 else 1)
    assert best.share[0] == pytest.approx(max(share, 1 - share), abs=1e-9)
    assert best.error[0] == pytest.approx(0, abs=1e-6)
    assert best.widest[0] == pytest.approx(2 * 200**2)


def test_of_equals_the_nearer_label_is_taken() -> None:
    palette, near = np.stack([RED, RED]), nearby(1, 0)
    best = best_pairs(RED[None], shown_by(near, palette), near)
    assert best.label[0] == 1


def test_a_pixel_without_candidates_is_not_explained() -> None:
    near = nearby()
    best = best_pairs(RED[None], lambda _, rows: np.zeros((len(rows), 3)), near)
    assert best.label[0] == -1
    assert best.error[0] == np.inf
