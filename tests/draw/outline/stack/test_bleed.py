"""Edges moved beneath the shape that covers them."""

from __future__ import annotations

import numpy as np
import pytest

from svgai.arrays import Points
from svgai.draw.outline.stack.bleed import moved


def middle(bezier: Points) -> Points:
    return np.asarray((bezier * np.array([1, 3, 3, 1])[:, None] / 8).sum(axis=0))


@pytest.mark.parametrize(
    "wedges", [((-1.95, -1.42), (0.0, 1.09)), ((0.0, 0.0), (0.0, 0.0)), ((1.0, 1.0), (1.0, -1.0))]
)
def test_the_middle_of_a_bent_cubic_moves_as_far_as_its_arc(wedges: tuple[tuple[float, float], ...]) -> None:
    # Up along a bow to the left, and straight back; the bow moves to its right, wherever its ends go.
    bow = np.array([[[291.7, 280.4], [275.7, 277.1], [273.2, 255.8], [288.5, 248.9]]])
    back = np.array([[bow[0, 3], bow[0, 3], bow[0, 0], bow[0, 0]]])
    ways = np.array([wedges, np.zeros((2, 2))])
    arcs = np.array([1, 1]), np.array([2])
    chain, _, _ = moved(np.concatenate([bow, back]), *arcs, np.array([1.0, 0.0]), ways, np.zeros(2, bool))
    assert len(chain) == 4  # a line to the wedge, the bow, a line from the wedge, the way back
    way = middle(chain[1]) - middle(bow[0])
    ahead = bow[0, 3] + bow[0, 2] - bow[0, 1] - bow[0, 0]
    right = np.array([-ahead[1], ahead[0]]) / np.hypot(*ahead)
    assert way @ right == pytest.approx(1.0, abs=1e-9)


def test_lines_stay_lines() -> None:
    square = np.array([[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0]])
    ends = np.roll(square, -1, axis=0)
    arc = np.stack([square, square, ends, ends], axis=1)
    chain, offsets, _ = moved(
        arc, np.array([4]), np.array([1]), np.array([1.0]), np.zeros((1, 2, 2)), np.zeros(1, bool)
    )
    assert offsets.tolist() == [0, 4]
    assert np.array_equal(chain[:, 0], chain[:, 1])
    assert np.array_equal(chain[:, 2], chain[:, 3])
    # Clockwise on the screen: the right hand is inside.
    assert np.allclose(chain[:, 0], [[1, 1], [7, 1], [7, 7], [1, 7]])


def test_contours_side_by_side_stay_apart() -> None:
    """The line that leaves one contour's last arc comes before the one that enters the next contour's first arc."""
    there = np.array([[[0.0, 0.0], [0.0, 0.0], [9.0, 0.0], [9.0, 0.0]]])
    back = there[:, ::-1]
    ways = np.array([[[1.0, 0.0], [2.0, 0.0]]] * 4)
    together = np.concatenate([there, back, there, back])
    shifts = np.array([0.0, 1.0, 1.0, 0.0])
    found, offsets, _ = moved(together, np.ones(4, np.int64), np.array([2, 2]), shifts, ways, np.zeros(4, bool))
    alone = [
        moved(together[part], np.ones(2, np.int64), np.array([2]), shifts[part], ways[part], np.zeros(2, bool))[0]
        for part in (slice(0, 2), slice(2, 4))
    ]
    assert offsets.tolist() == [0, 4, 8]
    assert np.array_equal(found, np.concatenate(alone))


def test_a_joint_that_is_held_is_entered_from_either_side() -> None:
    """Where four faces meet, beneath two of which an arc's sides go, its corner stays out of the fourth."""
    corner = np.array([[0.0, 8.0], [0.0, 0.0], [8.0, 0.0], [8.0, 8.0]])
    sides = np.stack([corner, corner, np.roll(corner, -1, axis=0), np.roll(corner, -1, axis=0)], axis=1)
    held = np.array([False, True, False, False])
    shifts = np.array([1.0, 1.0, 0.0, 0.0])
    ways = np.zeros((4, 2, 2))
    ways[0, 1], ways[1, 0] = (1.0, -1.0), (-1.0, 1.0)
    chain = moved(sides, np.ones(4, np.int64), np.array([4]), shifts, ways, held).beziers
    ends = chain[:, 3].tolist()
    at = ends.index([0.0, 0.0])
    assert ends[at - 1 : at + 2] == [[1.0, -1.0], [0.0, 0.0], [-1.0, 1.0]]
