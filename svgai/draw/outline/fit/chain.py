"""Chosen spans as chains: which segment follows which along each arc."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Index, Mask, Points, freeze_fields
from svgai.draw.outline.curves.curves import are_lines
from svgai.draw.outline.curves.gauss_newton import Links
from svgai.draw.outline.fit.choose import Spans
from svgai.draw.outline.fit.joints import Joints
from svgai.draw.outline.fit.runs import Runs
from svgai.draw.ragged import neighbours
from svgai.records import Record


class Chain(Record, kw_only=True):
    """The segments of all arcs, (S,) each, in order.

    beziers: (S, 4, 2). line: bool. corner: bool, whether the joint at the start is one. before, after: the segments
    next to it along its arc, −1 beyond the ends of an open one. first, last: the points of Runs it lies between.
    run: its run.
    """

    beziers: Points
    line: Mask
    corner: Mask
    before: Index
    after: Index
    first: Index
    last: Index
    run: Index

    def __post_init__(self) -> None:
        freeze_fields(self)

    @property
    def links(self) -> Links:
        """How the segments hang together."""
        return Links(self.line, self.corner, self.before, self.after)

    @property
    def size(self) -> Index:
        """(S,): how many points lie inside each segment."""
        return np.asarray(np.maximum(self.last - self.first - 1, 0))

    @property
    def ends(self) -> Points:
        """(S, 2, 2): where each segment starts and stops."""
        return self.beziers[:, [0, 3]]


def chained(runs: Runs, joints: Joints, spans: Spans, closed: Mask) -> Chain:
    """The chosen spans, in the order of their joints, as one chain an arc."""
    run = joints.run[spans.start]
    before, after = neighbours(runs.arc[run], closed)
    return Chain(
        beziers=spans.beziers,
        line=are_lines(spans.beziers),
        corner=joints.free[spans.start],
        before=before,
        after=after,
        first=joints.index[spans.start],
        last=joints.index[spans.stop],
        run=run,
    )
