"""What is a line: both handles of no length, everywhere the same."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Points
from svgai.draw.outline.curves.curves import are_lines
from svgai.draw.outline.fit.choose import Spans, joints_of
from svgai.draw.outline.refine import risen
from svgai.drawing import Contour

START, END, OFF = np.zeros(2), np.array([30.0, 0.0]), np.array([10.0, 20.0])
LINE = np.stack([START, START, END, END])
# A handle at one end only, at either: neither is a line.
HALVES = np.stack([[START, START, OFF, END], [START, OFF, END, END]])


def test_a_cubic_with_one_handle_is_no_line() -> None:
    assert are_lines(np.stack([LINE, *HALVES])).tolist() == [True, False, False]


def test_a_contour_agrees() -> None:
    for bezier, line in ((LINE, True), (HALVES[0], False), (HALVES[1], False)):
        assert Contour(bezier[0], bezier[None, 1:], closed=False).lines.tolist() == [line]


def test_a_joint_between_a_line_and_a_half_handled_cubic_is_natural() -> None:
    for half in HALVES:
        beziers = np.stack([LINE, half + END])
        spans = Spans(np.array([0, 1]), np.array([1, 2]), beziers, np.ones(2))
        assert joints_of(spans)[1].tolist() == [False, True, False]


def _harm_below(bezier: Points) -> bool:
    """Whether harm below the chord, where the cubic goes and a line does not, is seen along a segment."""
    good = np.zeros((40, 40, 4), np.uint8)
    harmed = good.copy()
    harmed[8:30, :] = 200
    return bool(risen(bezier[None] + 3, good, good, harmed)[0])


def test_harm_is_looked_for_where_the_cubic_goes() -> None:
    assert not _harm_below(LINE)
    assert all(map(_harm_below, HALVES))
