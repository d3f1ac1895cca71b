"""Every format and mode arrives as the same upright sRGB pixels, and everything else is refused in one line."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from svgai.errors import SvgaiError, TooLargeError, UnreadableError
from svgai.picture import load as loading
from svgai.picture.load import load
from tests import pictures
from tests.pictures import encoded, lopsided, png

RGB = lopsided()


def error_of(data: bytes) -> float:
    """Mean absolute error against the plain picture."""
    loaded = load(data).pixels
    assert loaded.shape == (48, 64, 4)
    assert (loaded[..., 3] == 255).all()
    return float(np.abs(loaded[..., :3].astype(int) - RGB).mean())


@pytest.mark.parametrize(
    ("kind", "options", "limit"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("GIF", {}, 0),
        ("JPEG", {"quality": 95, "subsampling": 0}, 2),
        ("AVIF", {"quality": 90}, 3),
    ],
)
def test_formats(kind: str, options: dict[str, object], limit: float) -> None:
    assert error_of(encoded(RGB, kind, **options)) <= limit


def test_the_first_frame_of_an_animation() -> None:
    others = [Image.new("RGB", (64, 48), c) for c in ("lime", "blue")]
    assert error_of(encoded(RGB, "GIF", save_all=True, append_images=others, duration=100)) == 0


def test_sixteen_bit_rgb() -> None:
    rows = [b"\0" + row.tobytes() for row in RGB.astype(">u2") * 257]
    assert error_of(png(64, 48, 16, 2, rows)) == 0


def test_sixteen_bit_grey() -> None:
    grey = RGB[..., 0].astype(">u2") * 257
    loaded = load(png(64, 48, 16, 0, [b"\0" + row.tobytes() for row in grey]))
    assert (loaded.pixels[..., :3] == RGB[..., :1]).all()


def test_exif_orientation() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = np.rot90(RGB)  # stored a quarter turn to the left; 6 says: turn right to show
    assert error_of(encoded(np.ascontiguousarray(turned), "PNG", exif=exif)) == 0


def test_cmyk() -> None:
    f = io.BytesIO()
    inks = np.dstack([255 - RGB, np.zeros(RGB.shape[:2], np.uint8)])
    Image.frombytes("CMYK", (64, 48), inks.tobytes()).save(f, "TIFF")
    assert error_of(f.getvalue()) <= 1


def test_palette_with_transparency() -> None:
    rgba = np.dstack([RGB, np.where((RGB == 255).all(axis=2), 0, 255).astype(np.uint8)])
    image = Image.fromarray(rgba).quantize(4)
    f = io.BytesIO()
    image.save(f, "PNG", transparency=image.getpixel((63, 0)))
    loaded = load(f.getvalue()).pixels
    assert (loaded[..., 3] == rgba[..., 3]).mean() > 0.99
    assert (loaded[loaded[..., 3] == 0] == 0).all()


def display_p3() -> bytes:
    """sRGB's profile with Display P3's primaries: its description still says sRGB."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    primaries = {
        b"rXYZ": (0.51512, 0.2412, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.1571, 0.06657, 0.78407),
    }
    for k in range(struct.unpack(">I", profile[128:132])[0]):
        tag, offset, _ = struct.unpack(">4sII", profile[132 + 12 * k : 144 + 12 * k])
        if tag in primaries:
            values = b"".join(struct.pack(">i", round(v * 65536)) for v in primaries[tag])
            profile[offset + 8 : offset + 20] = values
    return bytes(profile)


def test_a_wide_gamut_profile_is_applied() -> None:
    green = np.full((4, 4, 3), (100, 200, 100), np.uint8)
    plain = load(encoded(green)).pixels[0, 0]
    managed = load(encoded(green, icc_profile=display_p3())).pixels[0, 0]
    assert managed[0] < plain[0] - 10
    assert managed[1] >= plain[1]


def test_an_srgb_profile_keeps_colors_exact() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    color = np.full((4, 4, 3), (0xE4, 0x00, 0x2B), np.uint8)
    assert (load(encoded(color, icc_profile=profile)).pixels[..., :3] == color).all()


def test_a_broken_profile_is_ignored() -> None:
    assert error_of(encoded(RGB, icc_profile=b"no profile")) == 0


def test_jpeg_noise_rises_as_quality_falls() -> None:
    sigmas = [load(encoded(RGB, "JPEG", quality=q)).noise for q in (95, 85, 75)]
    assert sigmas == pytest.approx([1.2, 3.5, 5.0], abs=0.3)
    assert load(encoded(RGB)).noise == 0
    assert load(encoded(RGB, "WEBP", lossless=True)).noise == 0
    assert load(encoded(RGB, "WEBP", quality=90)).noise == loading.LOSSY
    clear = np.dstack([RGB, RGB[..., 0]])
    assert load(encoded(clear, "WEBP", lossless=True)).noise == 0
    assert load(encoded(clear, "WEBP", quality=90)).noise == loading.LOSSY


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"this is no picture\n", "no image file"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (encoded(lopsided(200, 150))[:400], "damaged"),
        (encoded(RGB)[:20], "damaged|no image"),
        (png(0, 0, 8, 2, []), "no pixels|damaged|no image"),
    ],
)
def test_refusals_name_cause_and_remedy(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableError, match=words) as caught:
        load(data)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy


def test_bombs_are_refused_before_decoding() -> None:
    for side in (8000, 20000):
        with pytest.raises(TooLargeError, match="MP"):
            load(png(side, side, 1, 0, []))


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_BYTES", 100)
    with pytest.raises(TooLargeError, match="MB"):
        load(encoded(RGB))


@given(st.data())
def test_damage_never_escapes_as_anything_else(data: st.DataObject) -> None:
    whole = bytearray(encoded(RGB, data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP"]))))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(whole)))
    with suppress(SvgaiError):
        load(bytes(whole[:cut]))


def _keyed(depth: int, row: bytes, key: int, width: int) -> bytes:
    """A grey PNG of one row with a transparent grey."""
    plain = pictures.png(width, 1, depth, 0, [b"\0" + row])
    chunk = pictures.chunk(b"tRNS", struct.pack(">H", key))
    at = plain.index(b"IDAT") - 4
    return plain[:at] + chunk + plain[at:]


@pytest.mark.parametrize(
    ("depth", "row", "key", "alpha"),
    [
        (1, b"\x0f", 1, [255] * 4 + [0] * 4),
        (2, b"\x1b", 2, [255, 255, 0, 255]),
        (4, b"\x05\xaf", 5, [255, 0, 255, 255]),
        (8, b"\x05\xaf", 5, [0, 255]),
        (16, b"\x00\x00\x12\x34\x12\x35", 0x1234, [255, 0, 255]),
    ],
)
def test_a_transparent_grey_is_clear_at_every_depth(depth: int, row: bytes, key: int, alpha: list[int]) -> None:
    assert load(_keyed(depth, row, key, len(alpha))).pixels[0, :, 3].tolist() == alpha


def _tiff(values: bytes, bits: int, photometric: int, sample: int) -> bytes:
    """A grey TIFF of three pixels in a row (TIFF 6.0)."""
    place = 8 + 2 + 12 * 9 + 4
    short = [(258, bits), (259, 1), (262, photometric), (277, 1), (339, sample)]
    long = [(256, 3), (257, 1), (273, place), (279, len(values))]
    entries = sorted([(tag, 3, struct.pack("<HH", v, 0)) for tag, v in short] +
                     [(tag, 4, struct.pack("<I", v)) for tag, v in long])  # fmt: skip
    body = b"".join(struct.pack("<HHI", tag, kind, 1) + value for tag, kind, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, 9) + body + struct.pack("<I", 0) + values


@pytest.mark.parametrize(
    ("values", "bits", "photometric", "greys"),
    [
        (struct.pack("<3H", 0, 30000, 65535), 16, 1, [0, 117, 255]),
        (struct.pack("<3H", 0, 30000, 65535), 16, 0, [255, 138, 0]),
        (struct.pack("<3I", 0, 1 << 31, (1 << 32) - 1), 32, 1, [0, 128, 255]),
    ],
)
def test_deep_greys_of_a_tiff(values: bytes, bits: int, photometric: int, greys: list[int]) -> None:
    assert load(_tiff(values, bits, photometric, 1)).pixels[0, :, 0].tolist() == greys


@pytest.mark.parametrize(("code", "bits", "sample"), [("3i", 32, 2), ("3h", 16, 2), ("3f", 32, 3)])
def test_pixels_without_an_agreed_white_are_refused(code: str, bits: int, sample: int) -> None:
    with pytest.raises(UnreadableError, match="no agreed"):
        load(_tiff(struct.pack(f"<{code}", 0, 1, 2), bits, 1, sample))


def test_a_frame_smaller_than_its_page_is_clear_around() -> None:
    frame = Image.new("P", (5, 4), 1)
    frame.putpalette([255, 0, 0, 0, 0, 255])
    data = bytearray(pictures.saved(frame, "GIF"))
    data[6:10] = struct.pack("<HH", 10, 8)
    at = data.index(b"\x2c" + struct.pack("<HHHH", 0, 0, 5, 4)) + 1
    data[at : at + 8] = struct.pack("<HHHH", 2, 1, 5, 4)
    there = np.zeros((8, 10), np.uint8)
    there[1:5, 2:7] = 255
    assert (load(bytes(data)).pixels[..., 3] == there).all()


_PEAK = """
import resource, sys
from svgai.picture.load import load
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
load(data)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kB on Linux alone")
def test_a_large_picture_is_held_twice_at_most(tmp_path: Path) -> None:
    image = Image.new("RGB", (4000, 3000), (200, 30, 40))
    image.putpixel((7, 7), (0, 0, 0))
    image.save(tmp_path / "large.png", compress_level=1)
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(tmp_path / "large.png")], capture_output=True, text=True, check=True
    )
    # Pillow's 4 bytes a pixel, ours, and what one band takes.
    assert int(done.stdout) < 8 * 12e6 + 50e6


def test_a_transparent_colour_of_16_bits_is_clear_and_its_neighbours_are_not() -> None:
    key = struct.pack(">HHH", 0x1234, 0x5678, 0x9ABC)
    other = struct.pack(">HHH", 0x1235, 0x5678, 0x9ABC)
    row = b"\0" + key + other
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0)), (b"tRNS", key), (b"IDAT", zlib.compress(row)),
        (b"IEND", b""),
    ]  # fmt: skip
    chunks = [struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in parts]
    pixels = load(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).pixels
    assert pixels[0].tolist() == [[0, 0, 0, 0], [0x12, 0x56, 0x9A, 255]]
