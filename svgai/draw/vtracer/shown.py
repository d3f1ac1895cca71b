"""The colours that a drawing by vtracer should have: of the pixels that each of its shapes shows.

vtracer gives a shape the mean of all that its cluster once held, with what lies on top of it now: a park under a map's
streets becomes grey. The picture's own pixels where the shape is seen know better.
"""

from __future__ import annotations

import re

import numpy as np

from svgai.arrays import Index, Pixels
from svgai.output.render import rendered

_FILL = re.compile(r'fill="#[0-9A-Fa-f]{6}"')
# Edges without anti-aliasing: each pixel shows one shape.
_CRISP = ("<svg ", '<svg shape-rendering="crispEdges" ')


def shown_colors(text: str, pixels: Pixels) -> dict[int, tuple[int, int, int]]:
    """By the number of each path in vtracer's SVG text that is seen: the median, by channel, of the pixels it shows.

    pixels: (h, w, 4) uint8, what was traced.
    """
    height, width = pixels.shape[:2]
    count = iter(range(1 << 24))
    numbered = _FILL.sub(lambda _: f'fill="#{next(count):06x}"', text).replace(*_CRISP, 1)
    seen = rendered(numbered, width, height)
    there = (seen[..., 3] == 255) & (pixels[..., 3] >= 128)
    number = (seen[there][:, :3].astype(np.int64) << [16, 8, 0]).sum(axis=1)
    medians = [_medians(number, pixels[..., channel][there]) for channel in range(3)]
    numbers = np.unique(number).tolist()
    return dict(zip(numbers, zip(*(m.tolist() for m in medians), strict=True), strict=True))


def _medians(group: Index, values: Pixels) -> Index:
    """The (lower) median of each group's values, by rising group."""
    order = np.lexsort((values, group))
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    ends = np.append(starts[1:], len(order))
    return np.asarray(values[order][(starts + ends - 1) // 2], np.int64)
