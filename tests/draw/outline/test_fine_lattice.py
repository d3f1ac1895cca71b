from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from svgai.draw.outline.fine_lattice import FINENESS, SPECK, fine_labels
from svgai.draw.outline.planar.arcs import locate
from svgai.draw.outline.planar.components import components
from svgai.draw.outline.planar.planar_map import OUTSIDE, planar_map
from svgai.draw.outline.shares import Shares
from svgai.picture.raster import Raster
from tests.truth import BLACK, WHITE, Inside, disc, picture, polygon, ring, square

Centre = st.floats(11, 13)


def shares(raster: Raster) -> Shares:
    """Of black (1) on white (0)."""
    black = 1 - raster.pixels[..., 0].astype(np.float32) / 255
    label = (black > 0.5).astype(np.int16)
    mixed = (black > 0) & (black < 1)
    other = np.where(mixed, 1 - label, label).astype(np.int16)
    return Shares(label, other, np.maximum(black, 1 - black), np.zeros_like(black))


def seen(*inside: Inside, size: int = 24) -> Shares:
    return shares(picture(size, size, WHITE, *((i, BLACK) for i in inside)))


def areas(labels: NDArray[np.int16], of: int) -> NDArray[np.float64]:
    h, w = (n // FINENESS for n in labels.shape)
    return np.asarray((labels == of).reshape(h, FINENESS, w, FINENESS).mean(axis=(1, 3)))


def count(labels: np.ndarray, of: int) -> int:
    start, _, component = components(labels)
    return len(np.unique(component[labels.ravel()[start] == of]))


@pytest.mark.parametrize("inside", [disc(12.2, 11.7, 7.3), polygon(square(12.3, 12, 9, 20)), ring(12, 12, 9, 7.8)])
def test_areas_are_the_shares(inside: Inside) -> None:
    s = seen(inside)
    black = np.where(s.label == 1, s.share, 1 - s.share)
    off = areas(fine_labels(s).labels, 1) - black
    assert np.abs(off).max() < 0.25
    assert np.abs(off).mean() < 0.01
    assert abs(off.sum()) < 0.02 * black.sum()


@settings(max_examples=20, deadline=None)
@given(Centre, Centre)
def test_a_hole_of_a_pixel_stays_open(x: float, y: float) -> None:
    fine = fine_labels(seen(ring(x, y, 2.4, 0.9)))
    assert (count(fine.labels, 0), count(fine.labels, 1)) == (2, 1)


@settings(max_examples=20, deadline=None)
@given(Centre, st.floats(0, np.pi))
def test_a_line_thinner_than_a_pixel_stays_in_one_piece(x: float, angle: float) -> None:
    ahead = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-ahead[1], ahead[0]])
    ends = [(8, -0.4), (8, 0.4), (-8, 0.4), (-8, -0.4)]
    points = np.array([[x, 12] + a * ahead + b * across for a, b in ends])
    fine = fine_labels(seen(polygon(points)))
    assert count(fine.labels, 1) == 1
    assert areas(fine.labels, 1).sum() == pytest.approx(16 * 0.8, rel=0.2)


def test_crossings_lie_on_the_edge() -> None:
    fine = fine_labels(seen(disc(12.3, 11.6, 7)))
    m = planar_map(fine.labels, fine.coverage, FINENESS)
    arcs = locate(m, fine.crossings, 0.2)
    inner = np.flatnonzero((m.left != OUTSIDE) & (m.right != OUTSIDE))
    points = arcs.take(inner).points
    assert len(points) > 100
    assert np.abs(np.linalg.norm(points - [12.3, 11.6], axis=1) - 7).max() < 0.15


def test_three_colors_share_a_pixel_where_they_meet() -> None:
    label = np.zeros((16, 16), np.int16)
    label[8:], label[:, 8:] = 1, 2
    fine = fine_labels(Shares.pure(label))
    for color in range(3):
        assert np.abs(areas(fine.labels, color) - (label == color)).max() < 0.2


def test_specks_are_gone() -> None:
    planes = seen(disc(6, 6, 3)).copies()
    planes["label"][16, 16], planes["other"][16, 16], planes["share"][16, 16] = 0, 1, 0.9
    fine = fine_labels(Shares(**planes))
    assert np.bincount(components(fine.labels)[2], components(fine.labels)[1]).min() > SPECK
    assert count(fine.labels, 1) == 1


def test_one_color_is_one_color() -> None:
    fine = fine_labels(Shares.pure(np.full((5, 70), 3, np.int16)))
    assert (fine.labels == 3).all()


def test_tiles_fit_together() -> None:
    wide = picture(120, 20, WHITE, (polygon(np.array([[3, 6.3], [117, 6.3], [117, 13.6], [3, 13.6]])), BLACK))
    fine = fine_labels(shares(wide))
    rows = fine.labels[:, 20 * FINENESS : 100 * FINENESS]
    assert (rows == rows[:, :1]).all()
