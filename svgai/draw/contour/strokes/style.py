"""Lines in as few colours and widths as explain them, without those that are specks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.arrays import Floats
from svgai.draw.contour.labels.palette import Palette
from svgai.draw.contour.strokes.line import Line

# A line is 8 times as long as wide, and 10 px, or 2 times as long if another of its colour and width is that long:
# dashes and dots have company, specks have none. By eye.
LONG, LEAST, SHORT = 8.0, 10.0, 2.0
# A colour explains a line if on both sides it lies in the same direction from the ground, to a cosine of 0.985 (10°),
# and its distance from the ground is within 7 % of the line's. By eye.
SAME_WAY, AS_FAR = 0.985, 0.93
# Under 1.35 px a line's colour and width cannot both be known: no pixel is all of it.
HAIR = 1.35
# No stroke is thinner than 1.02 px: resvg draws strokes of 1 px or less as hairlines, at 45° with 71 % of their ink.
LEAST_WIDTH = 1.02
# A line of 97 % of that width or more keeps its colour when it is drawn wider: its ink grows by 3 %, unseen. By eye.
NEARLY = 0.97
# Widths within 6 % of each other are one. By eye.
SAME_WIDTH = 1.06


def styled(lines: list[Line], palette: Palette) -> list[Line]:
    """The lines in as few colours and widths as explain them: colours of the picture first, then the strongest."""
    known = [*palette.premultiplied.astype(np.float64)]
    result: list[Line] = []
    for line in sorted(lines, key=lambda line: (-line.contrast * min(line.width, 2), -line.length)):
        result.append(_recolored(line, np.array(known).reshape(-1, 4)))
        if not any((result[-1].color == color).all() for color in known):
            known.append(result[-1].color)
    return [_thickened(line) for line in _same_widths(result)]


def _recolored(line: Line, palette: Floats) -> Line:
    """The line in the known colour, (K, 4), that explains it best, if any does, its ink kept."""
    way = line.color - line.ground
    contrast = line.contrast
    best, chosen = np.inf, line
    for color in palette:
        other = color - line.ground
        size = np.linalg.norm(other, axis=1) * np.linalg.norm(way, axis=1)
        if (size < 1).any() or ((other * way).sum(axis=1) < SAME_WAY * size).any():
            continue
        ratio = float(np.linalg.norm(other, axis=1).min()) / contrast
        near = abs(ratio - 1) < 1 - AS_FAR
        # A hair's own colour may lie farther from the ground than what its pixels show.
        hair = line.width <= HAIR and 1 < ratio < line.width / NEARLY
        if (near or hair) and abs(ratio - 1) < best:
            best, chosen = abs(ratio - 1), replace(line, color=color, width=line.width / ratio)
    return chosen


def _same_widths(lines: list[Line]) -> list[Line]:
    """The lines with widths that are nearly one put to their mean, by length."""
    order = sorted(range(len(lines)), key=lambda number: lines[number].width)
    groups: list[list[int]] = []
    for number in order:
        if groups and lines[number].width <= SAME_WIDTH * lines[groups[-1][0]].width:
            groups[-1].append(number)
        else:
            groups.append([number])
    result = list(lines)
    for group in groups:
        lengths = [lines[number].length for number in group]
        width = float(np.average([lines[number].width for number in group], weights=lengths))
        for number in group:
            result[number] = replace(lines[number], width=width)
    return result


def _thickened(line: Line) -> Line:
    """A line too thin to be drawn evenly by all renderers as one of LEAST_WIDTH, fainter by as much."""
    if line.width >= LEAST_WIDTH:
        return line
    ground = line.ground.mean(axis=0)
    share = 1.0 if line.width > NEARLY * LEAST_WIDTH else line.width / LEAST_WIDTH
    return replace(line, color=ground + share * (line.color - ground), width=LEAST_WIDTH)


def long_enough(lines: list[Line]) -> list[Line]:
    """The lines that are no specks: long for their width, or as wide and coloured as one that is."""
    long = [line for line in lines if _is_long(line)]
    return [line for line in lines if _is_long(line) or (_is_dash(line) and _has_company(line, long))]


def _is_long(line: Line) -> bool:
    return line.length >= max(LEAST, LONG * line.width)


def _is_dash(line: Line) -> bool:
    return line.length >= SHORT * line.width


def _has_company(line: Line, others: list[Line]) -> bool:
    """Whether one of the others has the line's colour and width."""
    return any((line.color == other.color).all() and line.width == other.width for other in others)
