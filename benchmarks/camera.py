"""What paper, cameras, scanners, printers and messengers do to a drawing: (h, w, 4) pixels → an image file's bytes.

Light: the fall-off of a lamp beside the page and cos⁴ of the lens. Paper: its colour and a random field whose
amplitude falls as 1/f, as that of paper and most natural textures does (Field, "Relations between the statistics of
natural images", JOSA A 4(12), 1987). Optics: a Gaussian. Sensor: Gaussian noise. Print: clustered dots on a rotated
grid a colour, cyan 15°, magenta 75°, yellow 0°, black 45° (Ulichney, "Digital Halftoning", 1987). Seeds are fixed.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from pictures import Original, encoded, placed
from PIL import Image

from svgai.arrays import Pixels

Plane = NDArray[np.float32]
# Halftones are made at 4 times the size of the picture.
_PRINTED = 4
# A page has a margin of 0.1 of the drawing's shorter side.
_PAGE = 0.1
_ANGLES = (15.0, 75.0, 0.0, 45.0)


def _seed(o: Original) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(o.name.encode()))


def texture(height: int, width: int, rng: np.random.Generator) -> Plane:
    """(h, w) of mean 0 and σ 1, amplitude 1/f."""
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = np.inf
    white = np.fft.rfft2(rng.normal(size=(height, width)))
    field = np.fft.irfft2(white / frequency, s=(height, width))
    # Waves as long as the page are light, not grain.
    field -= cv2.GaussianBlur(field, (0, 0), 12)
    return np.asarray(field / field.std(), np.float32)


def light(height: int, width: int, depth: float, rng: np.random.Generator) -> Plane:
    """(h, w) up to 1: a lamp to one side, whose light falls by `depth` over the page, and the lens's corners."""
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    lamp = 1 - depth * (0.5 - 0.35 * (x * np.cos(angle) + y * np.sin(angle)))
    field = lamp * (1 - 0.25 * depth * (x * x + y * y))
    return np.asarray(field / field.max(), np.float32)


def on_paper(
    pixels: Pixels, rng: np.random.Generator, *, depth: float, grain: float, noise: float, blur: float
) -> Pixels:
    """A drawing on paper under a lamp, as a sensor sees it. depth: of the light's fall; grain, noise: σ in levels."""
    height, width = pixels.shape[:2]
    paper = np.array([251, 247, 238], np.float32) / 255
    seen = pixels[..., :3].astype(np.float32) * paper
    seen *= 1 + grain / 255 * texture(height, width, rng)[..., None]
    seen *= light(height, width, depth, rng)[..., None]
    seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), blur), np.float32) + rng.normal(0, noise, seen.shape)
    return _opaque(seen)


def _opaque(color: NDArray[np.floating]) -> Pixels:
    rgb = np.rint(np.clip(color, 0, 255)).astype(np.uint8)
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def printed(o: Original, period: float) -> Pixels:
    """The drawing as four screens of dots `period` px apart, scanned."""
    large = o.drawn(_PRINTED)[..., :3].astype(np.float32) / 255
    black = 1 - large.max(axis=2)
    inks = [(1 - large[..., c] - black) / np.maximum(1 - black, 1e-6) for c in range(3)] + [black]
    y, x = np.mgrid[0 : large.shape[0], 0 : large.shape[1]] * (2 * np.pi / (period * _PRINTED))
    paper = np.ones_like(large)
    for ink, degrees, absorbed in zip(inks, _ANGLES, ((0,), (1,), (2,), (0, 1, 2)), strict=True):
        turn = np.deg2rad(degrees)
        screen = 0.5 + 0.25 * (
            np.cos(x * np.cos(turn) + y * np.sin(turn)) + np.cos(y * np.cos(turn) - x * np.sin(turn))
        )
        for channel in absorbed:
            paper[..., channel][ink > screen] = 0.06
    small = cv2.resize(paper, (o.width, o.height), interpolation=cv2.INTER_AREA)
    return _opaque(255 * np.asarray(cv2.GaussianBlur(small, (0, 0), 0.5), np.float32))


def _jpeg(pixels: Pixels, quality: int) -> bytes:
    return encoded(pixels, "JPEG", quality=quality, subsampling="4:2:0")


def _messengers(o: Original) -> bytes:
    with Image.open(io.BytesIO(_jpeg(o.drawn(1.6), 75))) as first:
        smaller = first.convert("RGB").resize((o.width, o.height), Image.Resampling.BICUBIC)
        return _jpeg(np.asarray(smaller.convert("RGBA")), 50)


def _blurred(o: Original, sigma: float) -> bytes:
    return encoded(np.asarray(cv2.GaussianBlur(o.drawn(), (0, 0), sigma), np.uint8))


def on_page(o: Original) -> Original:
    """A drawing with a margin of paper around it."""
    margin = round(_PAGE * min(o.width, o.height))
    width, height = o.width + 2 * margin, o.height + 2 * margin
    inner = placed(o.text[o.text.index("<svg") :], o)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-margin} {-margin} {width} {height}">'
    return Original(o.name, f"{head}{inner}</svg>", width, height)


def _phone(o: Original, depth: float, blur: float, quality: int) -> bytes:
    return _jpeg(on_paper(o.drawn(), _seed(o), depth=depth, grain=2.5, noise=1.5, blur=blur), quality)


def _scan(o: Original, quality: int | None) -> bytes:
    pixels = on_paper(o.drawn(), _seed(o), depth=0.04, grain=2, noise=1, blur=0.6)
    return encoded(pixels) if quality is None else _jpeg(pixels, quality)


def _noisy(o: Original, sigma: float) -> bytes:
    color = o.drawn()[..., :3] + _seed(o).normal(0, sigma, (o.height, o.width, 3))
    return encoded(_opaque(color))


# On a page of their own.
ON_PAPER = ("scan", "scan q75", "phone q85", "phone q50")
# What is done to each drawing, by name: the ending of the file, and how it is made.
KINDS: dict[str, tuple[str, Callable[[Original], bytes]]] = {
    "q85": (".jpg", lambda o: _jpeg(o.drawn(), 85)),
    "q50": (".jpg", lambda o: _jpeg(o.drawn(), 50)),
    "q30": (".jpg", lambda o: _jpeg(o.drawn(), 30)),
    "q75, resized, q50": (".jpg", _messengers),
    "blur 0.5": (".png", lambda o: _blurred(o, 0.5)),
    "blur 1.0": (".png", lambda o: _blurred(o, 1.0)),
    "blur 2.0": (".png", lambda o: _blurred(o, 2.0)),
    "noise 2": (".png", lambda o: _noisy(o, 2)),
    "scan": (".png", lambda o: _scan(o, None)),
    "scan q75": (".jpg", lambda o: _scan(o, 75)),
    "phone q85": (".jpg", lambda o: _phone(o, 0.5, 0.8, 85)),
    "phone q50": (".jpg", lambda o: _phone(o, 0.7, 1.0, 50)),
    "85 lpi at 300 dpi": (".png", lambda o: encoded(printed(o, 300 / 85))),
    "85 lpi at 600 dpi q75": (".jpg", lambda o: _jpeg(printed(o, 600 / 85), 75)),
    "150 lpi at 600 dpi": (".png", lambda o: encoded(printed(o, 4))),
}  # fmt: skip
