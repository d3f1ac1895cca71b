"""Pages made straight: seen askew on a table, scanned askew, and pictures that are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from svgai import convert, inspect
from svgai.picture.deskew import deskewed
from svgai.picture.raster import Raster

# Words of different lengths in rows, as they lie on a page.
WIDTH, HEIGHT = 300, 200


def page() -> NDArray[np.uint8]:
    drawn = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    chance = np.random.default_rng(3)
    for top in range(24, HEIGHT - 30, 16):
        left = 20
        while left < WIDTH - 60:
            wide = int(chance.integers(10, 40))
            drawn[top : top + 6, left : left + wide] = 20
            left += wide + 7
    return drawn


def on_a_table(corners: NDArray[np.float32]) -> Raster:
    size = (420, 320)
    flat = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float32) - 0.5
    warp = cv2.getPerspectiveTransform(flat, corners - np.float32(0.5))
    seen = cv2.warpPerspective(page(), warp, size, borderValue=(70, 60, 50), flags=cv2.INTER_AREA)
    return Raster.from_array(np.asarray(seen, np.uint8))


CORNERS = np.array([[60, 40], [370, 70], [350, 290], [40, 240]], np.float32)


def test_a_page_on_a_table_is_seen_from_the_front() -> None:
    found = deskewed(on_a_table(CORNERS))
    assert found.skew is not None
    assert found.skew.corners is not None
    assert np.abs(np.array(found.skew.corners) - CORNERS).max() < 1
    back = cv2.resize(found.pixels[..., 1], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    # 0.6 % of the page was cut off, so that letters at its side are off by 2 px.
    assert np.corrcoef(back.ravel(), page()[..., 1].ravel())[0, 1] > 0.75


@pytest.mark.parametrize("angle", [-9.0, -1.3, 4.2, 14.0])
def test_a_scan_is_turned_until_its_lines_are_level(angle: float) -> None:
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -angle, 1)
    seen = cv2.warpAffine(page(), turn, (WIDTH, HEIGHT), borderValue=(250, 250, 250), flags=cv2.INTER_CUBIC)
    found = deskewed(Raster.from_array(np.asarray(seen, np.uint8)))
    assert found.skew is not None
    assert found.skew.angle == pytest.approx(angle, abs=0.3)
    assert (found.width, found.height) == (WIDTH, HEIGHT)


def test_what_is_straight_or_no_page_stays_as_it_is() -> None:
    disc = cv2.circle(np.full((200, 240, 3), 30, np.uint8), (120, 100), 80, (240, 240, 240), -1, cv2.LINE_AA)
    cut = np.full((200, 240, 3), 60, np.uint8)
    cut[:, 90:] = 240
    clear = np.full((64, 64, 4), 128, np.uint8)
    tiny = np.zeros((1, 1, 3), np.uint8)
    for picture in (page(), disc, cut, clear, tiny):
        raster = Raster.from_array(np.asarray(picture, np.uint8))
        found = deskewed(raster)
        assert found.skew is not None
        assert found.skew.corners is None
        assert found.skew.angle == 0
        assert (found.pixels == raster.pixels).all()


def test_a_user_asks_for_it_and_the_record_says_what_was_done() -> None:
    picture = on_a_table(CORNERS).pixels
    assert inspect(picture).degradation.skew is None
    done = convert(picture, deskew=True)
    assert done.degradation.skew is not None
    assert done.degradation.skew.corners is not None
    assert any("seen from the front" in reason for reason in done.classification.reasons)
    assert abs(done.width - 312) < 6, "the mean of the page's sides above and below"
    assert done.score.ssim > 0.9
