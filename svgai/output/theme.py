"""Drawing → Drawing whose colours a page can set, or that has others where the reader wants dark pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from svgai.drawing import Color, Drawing, Flat, Theming
from svgai.measure.color import ciede2000, lab
from svgai.output.color_names import name_of

# An ink of the drawing is the one that a pair names where they are 5 of ΔE00 apart at most: coding shifts inks by 3
# and less, and what is called one ink is seldom drawn in two so near (by eye).
_SAME = 5.0


def themed(drawing: Drawing, variables: str | None, dark: str | None) -> Drawing:
    """The drawing with what is to be said of each colour beside itself.

    variables: begins the name of each colour's variable, `logo` makes `--logo-blue`. dark: pairs of inks, as
    `#000000=#ffffff`, joined by commas. None: not wanted.
    """
    pairs = [tuple(map(Color.from_hex, pair.split("="))) for pair in dark.split(",")] if dark else []
    taken: Counter[str] = Counter()
    theming = []
    for color in dict.fromkeys(_colors(drawing)):
        name = name_of(color) if variables else ""
        taken[name] += 1
        numbered = name if taken[name] == 1 else f"{name}-{taken[name]}"
        found = Theming(color, f"--{variables}-{numbered}" if variables else None, _other(color, pairs))
        if found.variable or found.dark:
            theming.append(found)
    return replace(drawing, theming=tuple(theming))


def _colors(drawing: Drawing) -> Iterator[Color]:
    """The colours that are written, in paint order; black that stands for another is none."""
    for shape in drawing.shapes:
        if isinstance(shape.paint, Flat):
            if not (drawing.current and shape.paint.color == (0, 0, 0)):
                yield shape.paint.color
        else:
            yield from (stop.color for stop in shape.paint.stops)


def _other(color: Color, pairs: list[tuple[Color, ...]]) -> Color | None:
    """The second ink of the pair whose first is the nearest; None where none is near enough."""
    if not pairs:
        return None
    firsts = lab(np.array([first for first, _ in pairs], np.float32))
    own = np.broadcast_to(lab(np.array([color], np.float32)), firsts.shape)
    away = ciede2000(own, firsts)
    return pairs[int(away.argmin())][1] if away.min() <= _SAME else None
