"""Kept nodes → translucent paths of one colour, grouped by depth and opacity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index, Mask
from svgai.draw.tone.composite import OPACITIES, laid_over
from svgai.draw.tone.levels.patches import Patches
from svgai.draw.tone.levels.select import Selection
from svgai.draw.tone.levels.tree import GROUND
from svgai.drawing import Color, Flat, Shape

# A veil that would change its ground by less than half a level is none.
_NONE = 0


def opacities(selection: Selection, ground: int, color: int, values: Floats) -> NDArray[np.int64]:
    """(n,): for each kept node the place of its veil's opacity in OPACITIES from 1 on, 0 where it needs none.

    values: (n,) the tones wanted. The tone that 8-bit compositing really gives is handed down the tree, so that
    errors do not add up.
    """
    shown = np.full(len(values), ground, np.int64)
    chosen = np.zeros(len(values), np.int64)
    for depth in range(int(selection.depth[selection.kept].max(initial=-1)) + 1):
        nodes = np.flatnonzero(selection.kept & (selection.depth == depth))
        parent = selection.parent[nodes]
        below = np.where(parent == GROUND, ground, shown[parent])
        outcomes = np.stack([below, *(laid_over(below, color, o) for o in OPACITIES)])
        best = np.abs(outcomes - values[nodes]).argmin(axis=0)
        chosen[nodes] = best
        shown[nodes] = outcomes[best, np.arange(len(nodes))]
    return chosen


def veils(patches: Patches, selection: Selection, chosen: NDArray[np.int64], color: Color) -> list[Shape]:
    """One path for all nodes of a depth that share an opacity, deeper ones later."""
    shapes = []
    drawn: Mask = selection.kept & (chosen != _NONE)
    keys: Index = selection.depth * (len(OPACITIES) + 1) + chosen
    for key in np.unique(keys[drawn]).tolist():
        path = patches.path(np.flatnonzero(drawn & (keys == key)))
        if path:
            shapes.append(Shape(path, Flat(color, OPACITIES[key % (len(OPACITIES) + 1) - 1])))
    return shapes
