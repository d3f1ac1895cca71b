"""What every pixel shows of the regions: its own one, or shares of two where their edge runs through it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Colors, Index, Mask, Plane, RegionLabels
from svgai.draw.gradient.regions.borders import borders
from svgai.draw.gradient.regions.edge_colors import EdgeColors
from svgai.draw.gradient.regions.mixes import best_pairs, near_borders
from svgai.draw.outline.fine_lattice import TRUSTED
from svgai.draw.outline.mixes import PairMix
from svgai.draw.outline.shares import Shares

# Two regions mix in pixels only where their border is an edge, of a mean strength of 8 grey levels a pixel or more:
# along a softer one both surfaces explain every mix, and the finer lattice would draw holes into it. By eye.
EDGE = 8.0
# Shares of regions 64 grey levels apart count in full, as in outline/refine.py; of nearer ones by the square, and they
# mix only in the pixels beside each other: farther off an error of a surface passes for a share. By eye.
CLEAR = 64.0


def shares_of(colors: Colors, labels: RegionLabels, known: EdgeColors, strength: Plane) -> Shares:
    """The regions that every pixel of a picture shows, (h, w).

    colors: (h, w, c). known: the regions' colours near their borders. strength: (h, w) of edges, grey levels a pixel.
    """
    at = near_borders(labels)
    pairs = best_pairs(colors, labels, known, at)
    mixed = _on_edges(pairs, labels, strength) & ((pairs.contrast >= CLEAR**2) | _beside(pairs, labels, at))
    own = labels.ravel()[at]
    certain = TRUSTED * CLEAR / np.sqrt(np.maximum(pairs.contrast, 1))
    explained = replace(
        pairs,
        label=np.where(mixed, pairs.label, own),
        other=np.where(mixed, pairs.other, own),
        share=np.where(mixed, pairs.share, 1.0),
        error=np.where(mixed, np.maximum(np.sqrt(pairs.error), certain), 0.0),
    )
    return Shares.of(labels.astype(np.int16), at, explained)


def _on_edges(pairs: PairMix[np.int64], labels: RegionLabels, strength: Plane) -> Mask:
    """(n,) which pairs are of regions whose border is an edge."""
    found = borders(labels, strength)
    count = int(labels.max()) + 1
    edges = found.pairs[found.strength >= EDGE] @ [count, 1]
    low, high = np.minimum(pairs.label, pairs.other), np.maximum(pairs.label, pairs.other)
    return np.isin(low * count + high, edges)


def _beside(pairs: PairMix[np.int64], labels: RegionLabels, at: Index) -> Mask:
    """(n,) which pixels, flat indices, have the other region of their pair among their eight neighbours."""
    width = labels.shape[1]
    own: NDArray[np.int64] = labels.ravel()[at].astype(np.int64)
    other = np.where(pairs.label == own, pairs.other, pairs.label)
    padded = np.pad(labels, 1, mode="edge")
    y, x = np.divmod(at, width)
    return np.asarray(np.any([padded[y + dy, x + dx] == other for dy in range(3) for dx in range(3)], axis=0))
