"""Pictures of a photograph and flat parts whose truth is known."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

import svgai
from svgai.arrays import Mask, Pixels
from svgai.picture.load import load
from svgai.picture.raster import Raster

SAMPLES = Path(svgai.__file__).parents[1] / "samples"

RED, NAVY, WHITE, BLACK = (210, 40, 60), (30, 50, 95), (255, 255, 255), (0, 0, 0)


def photograph(width: int, height: int) -> Pixels:
    """A sample's middle, (height, width, 3)."""
    pixels = load((SAMPLES / "photo-hopper.jpg").read_bytes()).pixels[..., :3]
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    return pixels[top : top + height, left : left + width]


def slide() -> tuple[Raster, Mask]:
    """A white page of 420 × 300 with a bar, a disc, words, and a photograph of 240 × 160; and where that is."""
    page: Pixels = np.full((300, 420, 3), 255, np.uint8)
    page[:40] = NAVY
    page[90:250, 160:400] = photograph(240, 160)
    cv2.circle(page, (80, 150), 40, RED, -1, cv2.LINE_AA)
    cv2.putText(page, "Landscape", (10, 28), cv2.FONT_HERSHEY_SIMPLEX, 0.8, WHITE, 2, cv2.LINE_AA)
    cv2.putText(page, "as seen today", (165, 270), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (60, 60, 60), 1, cv2.LINE_AA)
    mask = np.zeros(page.shape[:2], np.bool_)
    mask[90:250, 160:400] = True
    return Raster.from_array(page), mask


def meme() -> tuple[Raster, Raster]:
    """A photograph of 360 × 240 with white letters, outlined by 3 px of black, over it; and without."""
    below = photograph(360, 240)
    letters: Pixels = np.zeros(below.shape[:2], np.uint8)
    for place in ((30, 60), (30, 225)):
        cv2.putText(letters, "HELLO", place, cv2.FONT_HERSHEY_SIMPLEX, 2.4, 255, 8, cv2.LINE_AA)
    page = below.astype(np.float32)
    for mask, ink in ((cv2.dilate(letters, np.ones((7, 7), np.uint8)), BLACK), (letters, WHITE)):
        share = mask[..., None].astype(np.float32) / 255
        page = np.asarray(page * (1 - share) + np.array(ink, np.float32) * share, np.float32)
    return Raster.from_array(np.rint(page).astype(np.uint8)), Raster.from_array(below)
