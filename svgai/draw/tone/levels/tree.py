"""The tree of a plane's level sets: every patch above a threshold, and the patch below it that holds it."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Floats, Index
from svgai.draw.tone.outlines.isophote import Chain, isophote
from svgai.records import Record

GROUND = -1
# Tones, 0–255, are held in 16 bits: a 256th of a level is below what rounding to 8 bits leaves.
UNITS = 256.0


class Tree(Record):
    """Patches (nodes) of the level sets {plane > threshold}, level by level.

    levels: (levels + 1,) where each level's nodes begin. parent: (n,), GROUND at the first level. weight, first,
    second: (n,), Σw, Σw·x, Σw·x² over the pixels of a node that are in none of its children. chains: all boundary
    points, in pixels of the plane; chain k is [chain_starts[k], chain_starts[k + 1]) and bounds node chain_node[k].
    """

    levels: Index
    parent: Index
    weight: Floats
    first: Floats
    second: Floats
    chains: Chain
    chain_starts: Index
    chain_node: Index

    @property
    def count(self) -> int:
        return len(self.parent)


class _Level(Record):
    """One level's nodes, before they are numbered through."""

    parent: Index
    sums: Floats
    points: Chain
    lengths: Index
    node: Index


def _contours(mask: NDArray[np.uint8]) -> tuple[NDArray[np.int32], Index]:
    """All boundary pixels of a mask, (n, 2), and the length of each boundary."""
    found, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not found:
        return np.zeros((0, 2), np.int32), np.zeros(0, np.int64)
    return np.concatenate(found)[:, 0].astype(np.int32, copy=False), np.array([len(c) for c in found])


def _band_sums(
    labels: NDArray[np.int32],
    band: Index,
    plane: NDArray[np.uint16],
    weight: NDArray[np.uint8],
    table: Floats,
    count: int,
) -> Floats:
    """(3, count): Σw, Σw·x, Σw·x² by label over the pixels of a band."""
    label = labels.ravel()[band]
    w = table[weight.ravel()[band]]
    x = plane.ravel()[band] / UNITS
    wx = w * x
    sums = [np.bincount(label, v, count + 1)[1:] for v in (w, wx, wx * x)]
    return np.array(sums)


def _levels(
    plane: NDArray[np.uint16], weight: NDArray[np.uint8], table: Floats, thresholds: Index, least: int
) -> Iterator[_Level]:
    above: NDArray[np.int32] | None = None
    for k, threshold in enumerate(thresholds.tolist()):
        mask = (plane > threshold).view(np.uint8)
        pixels, lengths = _contours(mask)
        if not len(lengths):
            return
        starts = np.cumsum(lengths) - lengths
        first = pixels[starts]
        # A patch's parent is what holds any of its pixels. Its labels are let go before the next are made.
        holders = None if above is None else above[first[:, 1], first[:, 0]].astype(np.int64) - 1
        above = None
        count, labels = cv2.connectedComponents(mask, connectivity=8, ltype=cv2.CV_32S)
        node = labels[first[:, 1], first[:, 0]].astype(np.int64) - 1
        parent = np.full(count - 1, GROUND, np.int64)
        if holders is not None:
            parent[node] = holders
        if k + 1 < len(thresholds):
            mask &= (plane <= thresholds[k + 1]).view(np.uint8)
        band = np.flatnonzero(mask.ravel())
        sums = _band_sums(labels, band, plane, weight, table, count - 1)
        long = lengths >= least
        pixels, lengths = pixels[np.repeat(long, lengths)], lengths[long]
        points = (
            pixels.astype(np.float32)
            if not len(pixels)
            else isophote(plane, threshold, pixels, np.cumsum(lengths) - lengths)
        )
        yield _Level(parent, sums, points, lengths, node[long])
        above = labels


def grow(
    plane: NDArray[np.uint16], weight: NDArray[np.uint8], table: Floats, thresholds: Index, least: int = 1
) -> Tree:
    """The tree of {plane > threshold} for rising thresholds.

    plane: (h, w) uint16, in units of a 256th of a tone; thresholds too. weight: (h, w) uint8, each pixel's place in
    `table`. least: boundaries of fewer pixels are left out; a patch that has no other cannot be drawn.
    """
    found = list(_levels(plane, weight, table, thresholds, least))
    counts = np.array([len(level.parent) for level in found], np.int64)
    begins = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    parents = [np.where(v.parent < 0, GROUND, v.parent + begins[k - 1]) for k, v in enumerate(found)]
    lengths = np.concatenate([v.lengths for v in found]) if found else np.zeros(0, np.int64)
    sums = np.concatenate([v.sums for v in found], axis=1) if found else np.zeros((3, 0))
    return Tree(
        levels=begins,
        parent=np.concatenate(parents) if found else np.zeros(0, np.int64),
        weight=sums[0],
        first=sums[1],
        second=sums[2],
        chains=np.concatenate([v.points for v in found]) if found else np.zeros((0, 2), np.float32),
        chain_starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        chain_node=np.concatenate([v.node + begins[k] for k, v in enumerate(found)]) if found else np.zeros(0, int),
    )
