"""Is one line one path, and where: python benchmarks/centre_lines.py [--by svgai|autotrace] [--icons FOLDER] [KIND...]

240 lines of known middle, 1 to 12 px wide: straight ones, arcs, curves, and crossings of two, in black on white with
round ends. Of each kind and width: how many of the lines are one path of the drawing, and how far the points of their
middles lie from it, px (median and the farthest of all). --by autotrace asks autotrace -centerline, where the package
pyautotrace is installed (no dependency of svgai). With --icons, a folder with truth/lucide/NAME.svg, strokes alone,
and 128/lucide/NAME.png: paths beside those of the original, and how far the paths' points lie from its middles.
"""

from __future__ import annotations

import argparse
import importlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import cv2
import numpy as np

import svgai
from svgai.arrays import Floats, Pixels, Points
from svgai.errors import SvgaiError
from svgai.output.outlines import contours_of, walked
from svgai.output.render import render_stretched
from svgai.picture.alpha import over
from svgai.picture.load import load

# Pixels → the points of each path.
Drawer: TypeAlias = Callable[[Pixels], list[Points]]

SIZE, SEED = 128, 22
WIDTHS = 1, 2, 3, 5, 8, 12
# Pictures of each kind and width: 6 × 30 of one line, and 6 × 5 crossings of two, come to 240 lines.
COUNTS = {"straight": 10, "arc": 10, "curve": 10, "crossing": 5}
# A middle is walked in 64 steps; pictures are averaged from 8 times as many pixels a side; the middles of icons are
# drawn at 16 times their size, so that what is said of them is right to 0.1 px.
STEPS, FINE, ICON_ZOOM = 64, 8, 16
# A path is a line's where 0.8 of the line's points lie within 1 px of it.
OWN, NEAR = 0.8, 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """A picture of lines. middles: cubics, (4, 2) px each."""

    kind: str
    width: int
    middles: tuple[Points, ...]

    def svg(self) -> str:
        lines = "".join(
            f'<path d="M{p[0]} {p[1]}C{" ".join(f"{v}" for v in np.ravel(rest))}"/>'
            for p, *rest in (map(tuple, np.round(m, 3).tolist()) for m in self.middles)
        )
        ground = f'<path fill="#fff" d="M0 0h{SIZE}v{SIZE}H0z"/>'
        style = f'fill="none" stroke="#000" stroke-width="{self.width}" stroke-linecap="round"'
        size = f'viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{ground}<g {style}>{lines}</g></svg>'

    def pixels(self) -> Pixels:
        fine = render_stretched(self.svg(), FINE * SIZE, FINE * SIZE).pixels
        return np.asarray(cv2.resize(fine, (SIZE, SIZE), interpolation=cv2.INTER_AREA))


def cases() -> Iterator[Case]:
    random = np.random.default_rng(SEED)
    for kind, count in COUNTS.items():
        for width in WIDTHS:
            for _ in range(count):
                yield Case(kind, width, tuple(_middles(kind, random)))


def _middles(kind: str, random: np.random.Generator) -> Iterator[Points]:
    middle, reach, turn = random.uniform(58, 70, 2), random.uniform(26, 42), random.uniform(0, 2 * np.pi)
    if kind == "straight":
        ahead = _way(turn)
        yield np.array([middle + t * reach * ahead for t in (-1, -1 / 3, 1 / 3, 1)])
    elif kind == "arc":
        swing = random.uniform(
            0.8, 1.5
        )  # a quarter of a circle or less: a cubic strays from it by 0.03 % of its radius
        handle = 4 / 3 * np.tan(swing / 4) * reach
        first, last = _way(turn), _way(turn + swing)
        start, end = middle + reach * first, middle + reach * last
        yield np.array([start, start + handle * _right(first), end - handle * _right(last), end])
    elif kind == "curve":
        yield np.stack([np.array([16.0, 45.0, 80.0, 112.0]), random.uniform(24, 104, 4)], axis=1)
    else:
        for side in (0, 1):
            ahead = _way(turn + side * np.pi / 2 + random.uniform(-0.5, 0.5))
            bow = _right(ahead) * random.uniform(-10, 10)
            ends = middle - 46 * ahead, middle + 46 * ahead
            yield np.array([ends[0], middle - 15 * ahead + bow, middle + 15 * ahead + bow, ends[1]])


def _way(angle: float) -> Points:
    return np.array([np.cos(angle), np.sin(angle)])


def _right(way: Points) -> Points:
    return np.array([-way[1], way[0]])


def _walk(cubic: Points) -> Points:
    share = np.linspace(0, 1, STEPS)[:, None]
    a, b, c, d = cubic
    return np.asarray(
        (1 - share) ** 3 * a + 3 * (1 - share) ** 2 * share * b + 3 * (1 - share) * share**2 * c + share**3 * d
    )


def ours(pixels: Pixels) -> list[Points]:
    """The paths of `--strokes only`, each as points; none where it draws nothing."""
    try:
        drawing = svgai.convert(pixels, strokes="only", max_time=60).drawing
    except SvgaiError:
        return []
    return [_closed(walked(c, 16), c.closed) for s in drawing.shapes for c in contours_of(s.outline)]


def _closed(points: Points, closed: bool) -> Points:
    return np.vstack([points, points[:1]]) if closed else points


def autotrace(pixels: Pixels) -> list[Points]:
    """The paths of autotrace -centerline, each run of a path as points."""
    module: Any = importlib.import_module("autotrace")
    options = module.TraceOptions(centerline=True, background_color=module.Color(255, 255, 255))
    text = (
        module.Bitmap(np.ascontiguousarray(over(pixels, 255)[..., :3])).trace(options=options).encode("svg").decode()
    )
    return [points for data in re.findall(r' d="([^"]*)"', text) for points in _runs(data)]


def _runs(data: str) -> Iterator[Points]:
    """Path data of M, L and C in absolute numbers, each run as points."""
    run: list[Points] = []
    for letter, numbers in re.findall(r"([MLCz])([^MLCz]*)", data):
        points = np.array(re.findall(r"-?[\d.]+", numbers), np.float64).reshape(-1, 2)
        if letter == "M":
            if len(run) > 1:
                yield np.array(run)
            run = [points[0]]
        elif letter == "L":
            run.extend(points)
        elif letter == "C":
            for three in points.reshape(-1, 3, 2):
                run.extend(_walk(np.vstack([run[-1:], three]))[1:])
        else:
            run.append(run[0])
    if len(run) > 1:
        yield np.array(run)


def distances(points: Points, path: Points) -> Floats:
    """(n,) px: from each point to the nearest of a path's lines."""
    a, b = path[:-1], path[1:]
    way = b - a
    share = np.einsum("nks,ks->nk", points[:, None] - a, way) / np.maximum((way**2).sum(axis=1), 1e-12)
    nearest = a + np.clip(share, 0, 1)[..., None] * way
    return np.asarray(np.linalg.norm(points[:, None] - nearest, axis=2).min(axis=1))


@dataclass(frozen=True, slots=True)
class Told:
    """One line. whole: whether one path is it, and no other path is drawn for it. away: (n,) px."""

    whole: bool
    away: Floats


def told(case: Case, paths: Sequence[Points]) -> Iterator[Told]:
    paths = [path for path in paths if len(path) > 1]
    for middle in case.middles:
        points = _walk(middle)
        each = [distances(points, path) for path in paths]
        own = [away for away in each if (away < NEAR).mean() >= OWN]
        away = np.min(each, axis=0) if each else np.full(STEPS, np.inf)
        yield Told(len(own) == 1 and len(paths) == len(case.middles), away)


def lines(draw: Drawer, kinds: Sequence[str]) -> None:
    """Print a row for each kind and width, and one for all."""
    rows: defaultdict[tuple[str, int], list[Told]] = defaultdict(list)
    for case in cases():
        if not kinds or case.kind in kinds:
            rows[case.kind, case.width] += told(case, draw(case.pixels()))
    every = [line for row in rows.values() for line in row]
    for (kind, width), row in [*rows.items(), (("all", 0), every)]:
        away = np.concatenate([line.away for line in row])
        middle, most = np.median(away), away.max()
        whole = sum(line.whole for line in row)
        print(f"{kind:9} {width:2} px  {whole:3}/{len(row):3} whole  {middle:.3f} {most:.2f} px")


def icons(draw: Drawer, folder: Path, count: int) -> None:
    """Print how icons of strokes alone come out: folder/truth/NAME.svg beside folder/128/NAME.png."""
    names = sorted(path.stem for path in (folder / "truth" / "lucide").glob("*.svg"))[:count]
    as_many, all_away = 0, []
    for name in names:
        truth = (folder / "truth" / "lucide" / f"{name}.svg").read_text()
        paths = draw(load((folder / "128" / "lucide" / f"{name}.png").read_bytes()).pixels)
        as_many += len(paths) == _lines_of(truth)
        away = _from_middles(truth, paths)
        all_away.append(away)
        print(f"{name:32} {len(paths):2} of {_lines_of(truth):2} paths  {np.median(away):.2f} px")
    away = np.concatenate(all_away)
    print(f"{len(names)} icons: {as_many} with as many paths as their originals, {np.median(away):.2f} px off")


def _lines_of(svg: str) -> int:
    """How many lines an SVG's elements have."""
    moves = sum(len(re.findall("[Mm]", data)) for data in re.findall(r'\sd="([^"]*)"', svg))
    return moves + len(re.findall("<(?:line|circle|ellipse|rect|polyline|polygon)", svg))


def _from_middles(svg: str, paths: Sequence[Points]) -> Floats:
    """(n,) px at 128: from points of the paths to the middles of an SVG's strokes, inf where there are no paths."""
    if not paths:
        return np.array([np.inf])
    side = 128 * ICON_ZOOM
    thin = re.sub(r'stroke-width="[^"]*"', 'stroke-width="0.04"', svg)
    ink = render_stretched(thin, side, side).pixels[..., 3]
    away = cv2.distanceTransform((ink < 100).astype(np.uint8), cv2.DIST_L2, 5)
    at = np.clip(np.concatenate(paths) * ICON_ZOOM, 0, side - 1).astype(int)
    return np.asarray(away[at[:, 1], at[:, 0]] / ICON_ZOOM, np.float64)


DRAWERS: dict[str, Drawer] = {"svgai": ours, "autotrace": autotrace}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by", choices=DRAWERS, default="svgai")
    parser.add_argument("--icons", type=Path)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("kinds", nargs="*", choices=[[], *COUNTS])
    given = parser.parse_args()
    if given.icons:
        icons(DRAWERS[given.by], given.icons, given.count)
    else:
        lines(DRAWERS[given.by], given.kinds)


if __name__ == "__main__":
    main()
