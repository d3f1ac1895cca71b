"""Pictures as people have them, each with the drawing that it was made from.

Every set is a function of originals (name, SVG text): the same drawings, spoilt in the ways that files are.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
from PIL import Image, ImageFilter

from svgai.arrays import Pixels
from svgai.drawing import Color
from svgai.output.render import render_stretched
from svgai.picture.background import compose

WHITE = Color(255, 255, 255)
SIDE = 512
# Times a 16 px square is enlarged as pixel art is.
BLOCKS = 12


@dataclass(frozen=True, slots=True)
class Original:
    """A drawing: its name, its SVG text, and its size at SIDE px on the longer side."""

    name: str
    text: str
    width: int
    height: int

    def drawn(self, scale: float = 1, opaque: bool = True) -> Pixels:
        """(h, w, 4) at a multiple of its size, over white or over nothing."""
        size = max(1, round(self.width * scale)), max(1, round(self.height * scale))
        raster = render_stretched(self.text, *size)
        return (compose(raster, WHITE) if opaque else raster).pixels


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file's bytes, what was done to it, and the original, which `opaque` says to see over white."""

    kind: str
    original: Original
    suffix: str
    data: bytes
    scale: float = 1
    opaque: bool = True


def originals(paths: list[Path], side: int = SIDE) -> list[Original]:
    """The drawings NAME.svg of folders (NAME.truth.svg where a folder has such), their longer side `side` px."""
    found = []
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*.truth.svg")) or sorted(path.rglob("*.svg"))
        for file in files:
            text = file.read_text(encoding="utf-8")
            square = render_stretched(text, 64, 64)
            if square.pixels[..., 3].any():
                found.append(Original(file.name.removesuffix(".svg").removesuffix(".truth"), text, *_size(text, side)))
    return found


def _size(text: str, side: int) -> tuple[int, int]:
    """Width and height in px of an SVG whose longer side is to have `side`."""
    root = ElementTree.fromstring(text)
    box = [float(v) for v in root.get("viewBox", "").replace(",", " ").split()]
    width, height = box[2:] if box else (float(root.get(k, "1").removesuffix("px")) for k in ("width", "height"))
    longer = max(width, height)
    return max(1, round(side * width / longer)), max(1, round(side * height / longer))


def encoded(pixels: Pixels, format_: str = "PNG", **options: object) -> bytes:
    """An image file of (h, w, 4) pixels; without alpha where they are opaque."""
    image = Image.fromarray(pixels)
    if (pixels[..., 3] == 255).all():
        image = image.convert("RGB")
    target = io.BytesIO()
    image.save(target, format_, **options)
    return target.getvalue()


def jpegs(o: Original) -> Iterator[Picture]:
    """JPEG at three qualities, with chroma at half and at full resolution."""
    pixels = o.drawn()
    yield Picture("clean", o, ".png", encoded(pixels))
    for quality in (95, 85, 75):
        for subsampling in ("4:4:4", "4:2:0"):
            data = encoded(pixels, "JPEG", quality=quality, subsampling=subsampling)
            yield Picture(f"q{quality} {subsampling}", o, ".jpg", data)


def small(o: Original) -> Iterator[Picture]:
    """Icons of 16 to 64 px, over nothing."""
    for side in (16, 24, 32, 48, 64):
        scale = side / max(o.width, o.height)
        yield Picture(f"{side} px", o, ".png", encoded(o.drawn(scale, opaque=False)), scale, opaque=False)


def large(o: Original) -> Iterator[Picture]:
    """1, 4 and 16 MP."""
    for megapixels in (0.25, 1, 4, 16):
        scale = float(np.sqrt(megapixels * 1e6 / (o.width * o.height)))
        yield Picture(f"{megapixels} MP", o, ".png", encoded(o.drawn(scale), compress_level=1), scale)


def fine(o: Original) -> Iterator[Picture]:
    """As it is, at SIDE px."""
    yield Picture("as drawn", o, ".png", encoded(o.drawn(opaque=False)), opaque=False)


def _dithered(pixels: Pixels, colors: int) -> bytes:
    image = Image.fromarray(pixels).convert("RGB")
    palette = image.quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(target, "GIF")
    return target.getvalue()


def _web_safe(pixels: Pixels) -> bytes:
    target = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").convert("P", palette=Image.Palette.WEB).save(target, "GIF")
    return target.getvalue()


def _scanned(pixels: Pixels) -> bytes:
    """Blurred a little, on paper that is not quite white, with grain of σ 3 and a shade from corner to corner."""
    rng = np.random.default_rng(0)
    soft = cv2.GaussianBlur(pixels[..., :3].astype(np.float32), (0, 0), 0.7) * np.float32(0.96)
    y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
    shade = 4 * (y / pixels.shape[0] + x / pixels.shape[1] - 1)
    noisy = soft + shade[..., None].astype(np.float32) + rng.normal(0, 3, soft.shape)
    return encoded(np.dstack([noisy.clip(0, 255).round().astype(np.uint8), pixels[..., 3]]))


def _blurred(pixels: Pixels, sigma: float) -> bytes:
    return encoded(cv2.GaussianBlur(pixels, (0, 0), sigma).astype(np.uint8))


def _resampled(o: Original, scale: float, resample: Image.Resampling) -> bytes:
    """Drawn at another scale and brought to its size."""
    image = Image.fromarray(o.drawn(scale)).convert("RGB").resize((o.width, o.height), resample)
    return encoded(np.asarray(image.convert("RGBA")))


def _sharpened(pixels: Pixels) -> bytes:
    image = Image.fromarray(pixels).convert("RGB").filter(ImageFilter.UnsharpMask(1, 60, 0))
    return encoded(np.asarray(image.convert("RGBA")))


def _sub_pixel(o: Original) -> bytes:
    """As LCD text is drawn: three times as wide, filtered over five sub-pixels, each colour from its own."""
    wide = render_stretched(o.text, 3 * o.width, o.height)
    pixels = compose(wide, WHITE).pixels[..., :3].astype(np.float32)
    soft = cv2.filter2D(pixels, -1, np.array([[1, 2, 3, 2, 1]], np.float32) / 9, borderType=cv2.BORDER_REPLICATE)
    channels = [soft[:, c::3, c] for c in range(3)] + [np.full((o.height, o.width), 255)]
    return encoded(np.dstack(channels).round().astype(np.uint8))


def noisy(o: Original) -> Iterator[Picture]:
    """What is no JPEG and no clean drawing."""
    pixels = o.drawn()
    yield Picture("clean", o, ".png", encoded(pixels))
    yield Picture("GIF 32 colours", o, ".gif", _dithered(pixels, 32))
    yield Picture("GIF 8 colours", o, ".gif", _dithered(pixels, 8))
    yield Picture("GIF web-safe", o, ".gif", _web_safe(pixels))
    yield Picture("scanned", o, ".png", _scanned(pixels))
    yield Picture("sub-pixel", o, ".png", _sub_pixel(o))
    yield Picture("blur .7", o, ".png", _blurred(pixels, 0.7))
    yield Picture("blur 1.2", o, ".png", _blurred(pixels, 1.2))
    yield Picture("from 60 %", o, ".png", _resampled(o, 0.6, Image.Resampling.BICUBIC))
    yield Picture("from 40 %", o, ".png", _resampled(o, 0.4, Image.Resampling.LANCZOS))
    yield Picture("bilinear from 250 %", o, ".png", _resampled(o, 2.5, Image.Resampling.BILINEAR))
    yield Picture("sharpened", o, ".png", _sharpened(pixels))
    yield Picture("WebP q80", o, ".webp", encoded(pixels, "WEBP", quality=80))
    yield Picture("JPEG q85 as PNG", o, ".png", _through_jpeg(pixels, 85))


def _through_jpeg(pixels: Pixels, quality: int) -> bytes:
    with Image.open(io.BytesIO(encoded(pixels, "JPEG", quality=quality))) as image:
        return encoded(np.asarray(image.convert("RGBA")))


def _squares(pixels: Pixels) -> str:
    """(h, w, 4) as an SVG of one square a pixel: what pixel art is."""
    rects = "".join(
        f'<rect x="{x}" y="{y}" width="1" height="1" fill="#{r:02x}{g:02x}{b:02x}" fill-opacity="{a / 255:.3f}"/>'
        for y, row in enumerate(pixels.tolist())
        for x, (r, g, b, a) in enumerate(row)
        if a
    )
    height, width = pixels.shape[:2]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" shape-rendering="crispEdges">'
        f"{rects}</svg>"
    )


def pixel_art(o: Original) -> Iterator[Picture]:
    """16 and 32 px, few colours, every pixel a square of several px, as PNG and as JPEG."""
    for side in (16, 32):
        tiny = o.drawn(side / max(o.width, o.height))
        image = Image.fromarray(tiny).convert("RGB").quantize(12, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few = np.asarray(image.convert("RGBA"))
        block = 192 // side
        pixels = few.repeat(block, axis=0).repeat(block, axis=1)
        art = Original(o.name, _squares(few), pixels.shape[1], pixels.shape[0])
        yield Picture(f"{side} px × {block}", art, ".png", encoded(pixels))
        yield Picture(f"{side} px × {block} q90", art, ".jpg", encoded(pixels, "JPEG", quality=90))


def translucent(o: Original) -> Iterator[Picture]:
    """The drawing at half its opacity, and fading out downwards, over nothing."""
    for kind in ("half", "fading"):
        stops = '<stop stop-color="#fff"/><stop offset="1" stop-color="#000"/>'
        body = o.text[o.text.index("<svg") :]
        look = 'opacity=".5"' if kind == "half" else 'mask="url(#m)"'
        page = f'width="{o.width}" height="{o.height}"'
        nested = f'<svg xmlns="http://www.w3.org/2000/svg" {page}><mask id="m"><rect {page} fill="url(#f)"/></mask>'
        ramp = f'<linearGradient id="f" x2="0" y2="1">{stops}</linearGradient>'
        text = f"{nested}{ramp}<g {look}>{placed(body, o)}</g></svg>"
        veiled = Original(o.name, text, o.width, o.height)
        yield Picture(kind, veiled, ".png", encoded(veiled.drawn(opaque=False)), opaque=False)


def placed(body: str, o: Original) -> str:
    """A whole SVG document as an element of another, at its size."""
    root = ElementTree.fromstring(body)
    if "viewBox" not in root.attrib:
        root.set(
            "viewBox", f"0 0 {root.get('width', '').removesuffix('px')} {root.get('height', '').removesuffix('px')}"
        )
    for name, value in (("width", o.width), ("height", o.height), ("preserveAspectRatio", "none")):
        root.set(name, str(value))
    return ElementTree.tostring(root, encoding="unicode")


def _drawing(name: str, body: str) -> Original:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="256" height="256">'
    return Original(name, f"{head}{body}</svg>", 256, 256)


def shadows() -> Iterator[Picture]:
    """Soft shadows, overlapping glass and fades in closed form, over nothing."""
    blur = '<filter id="b" x="-1" y="-1" width="3" height="3"><feGaussianBlur stdDeviation="8"/></filter>'
    card = '<rect x="60" y="56" width="136" height="136" rx="20" {}/>'
    stops = '<stop stop-color="{0}"/><stop offset="1" stop-color="{0}" stop-opacity="0"/>'
    fade = f'<linearGradient id="f">{stops.format("#c26")}</linearGradient>'
    glow = f'<radialGradient id="g">{stops.format("#fb0")}</radialGradient>'
    bodies = {
        "card with a shadow": blur
        + card.format('fill-opacity=".5" filter="url(#b)" transform="translate(4 10)"')
        + card.format('fill="#f4f4f8"'),
        "shadow alone": blur + card.format('fill-opacity=".6" filter="url(#b)"'),
        "three discs of glass": "".join(
            f'<circle cx="{x}" cy="{y}" r="64" fill="{c}" fill-opacity=".5"/>'
            for x, y, c in ((100, 100, "#e22"), (156, 100, "#2c4"), (128, 150, "#24e"))
        ),
        "fade to nothing": fade + '<rect x="20" y="60" width="216" height="136" fill="url(#f)"/>',
        "glow": glow + '<circle cx="128" cy="128" r="110" fill="url(#g)"/>',
        "disc over a shadow": blur
        + '<ellipse cx="128" cy="208" rx="80" ry="14" fill-opacity=".55" filter="url(#b)"/>'
        + '<circle cx="128" cy="112" r="84" fill="#2a7"/>',
        "glass over colours": '<path d="M0 0h128v256H0z" fill="#fc3"/><path d="M128 0h128v256H128z" fill="#37c"/>'
        '<circle cx="128" cy="128" r="90" fill="#fff" fill-opacity=".4"/>',
    }
    for name, body in bodies.items():
        o = _drawing(name, body)
        yield Picture("closed form", o, ".png", encoded(o.drawn(opaque=False)), opaque=False)


OF_ORIGINALS: dict[str, Callable[[Original], Iterator[Picture]]] = {
    "jpeg": jpegs, "small": small, "large": large, "fine": fine, "noise": noisy, "pixel-art": pixel_art,
    "translucent": translucent,
}  # fmt: skip
