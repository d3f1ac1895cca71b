"""The renderer draws what another binding of resvg draws, and refuses what is no SVG."""

from __future__ import annotations

import base64
from pathlib import Path

import cv2
import numpy as np
import pytest
import resvg_py
from PIL import Image

from svgai.arrays import Pixels
from svgai.drawing import PageSize
from svgai.errors import EngineError
from svgai.output.render import render, render_rows, render_stretched
from svgai.output.svg import Svg
from svgai.output.svg import document as output_document
from svgai.picture.alpha import premultiplied

SVGS = {
    "flat": '<rect width="40" height="30" fill="#e4002b"/><circle cx="30.3" cy="20.7" r="12.25" fill="#036"/>',
    "translucent": '<path d="m3 3 40 5-20 35z" fill="#0a0" fill-opacity=".4"/>',
    "gradients": (
        '<defs><linearGradient id="a" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="60" y2="48">'
        '<stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue" stop-opacity=".2"/></linearGradient>'
        '<radialGradient id="b" gradientUnits="userSpaceOnUse" cx="40" cy="20" r="18" fx="35" fy="15">'
        '<stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#fc0"/></radialGradient></defs>'
        '<rect width="64" height="48" fill="url(#a)"/><circle cx="40" cy="20" r="18" fill="url(#b)"/>'
    ),
    "stroke": '<path d="m5 40c10-40 40 10 50-30" fill="none" stroke="#123" stroke-width="1.5"/>',
}


def document(body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48" viewBox="0 0 64 48">{body}</svg>'


@pytest.mark.parametrize("name", SVGS)
@pytest.mark.parametrize("zoom", [1, 3])
def test_both_bindings_draw_the_same_pixels(name: str, zoom: int) -> None:
    ours = render_stretched(document(SVGS[name]), 64 * zoom, 48 * zoom).pixels
    png = resvg_py.svg_to_bytes(svg_string=document(SVGS[name]), zoom=zoom, skip_system_fonts=True)
    decoded = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert decoded is not None
    theirs = cv2.cvtColor(decoded, cv2.COLOR_BGRA2RGBA)
    theirs[theirs[..., 3] == 0] = 0
    # Un-premultiplying rounds by a level where alpha is small.
    assert np.abs(ours.astype(int) - theirs).max() <= 1
    assert ours[..., 3].any()


def test_the_viewport_is_stretched() -> None:
    wide = render_stretched(document(SVGS["flat"]), 128, 48).pixels
    assert wide.shape == (48, 128, 4)
    assert tuple(wide[3, 75]) == (0xE4, 0, 0x2B, 255)


@pytest.mark.parametrize(
    "text",
    ["", "<svg", "<html/>", '<svg xmlns="http://www.w3.org/2000/svg"/>', document("")[:-3], "\0\x01"],
)
def test_what_is_no_svg_is_refused(text: str) -> None:
    with pytest.raises(EngineError) as caught:
        render_stretched(text, 10, 10)
    assert "\n" not in str(caught.value)


def test_entities_of_a_hostile_svg_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    bomb = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{secret}">]>' + document("<text>&x;</text>")
    with pytest.raises(EngineError):
        render_stretched(bomb, 10, 10)


@pytest.mark.parametrize("attribute", ["href", "xlink:href"])
def test_a_strangers_svg_shows_no_file_of_this_machine(tmp_path: Path, attribute: str) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (8, 8), (255, 0, 0)).save(secret)
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    text = f'<svg {spaces} width="8" height="8"><image {attribute}="{secret}" width="8" height="8"/></svg>'
    assert not render_stretched(text, 8, 8).pixels[..., 3].any()
    inside = base64.b64encode(secret.read_bytes()).decode()
    kept = text.replace(str(secret), f"data:image/png;base64,{inside}")
    assert render_stretched(kept, 8, 8).pixels[..., 3].all(), "what the SVG itself holds is shown"


def _close(rows: Pixels, whole: Pixels) -> None:
    """Equal but for a few pixels of curves that cross the rows' border, which the renderer cuts there."""
    off = np.abs(premultiplied(rows) - premultiplied(whole)).max(axis=2)
    assert (off > 2).mean() < 0.06
    assert off.max() < 50


@pytest.mark.parametrize("size", [(64, 48), (128, 96), (90, 31)])
def test_rows_are_those_of_the_whole(size: tuple[int, int]) -> None:
    body = "".join(SVGS.values())
    svg = Svg(document(body), 64, 48, PageSize("64", "48"), body, 1, 1)
    whole = render(svg, *size).pixels
    for top, bottom in ((0, 20), (20, 29), (29, size[1])):
        rows = render_rows(svg, *size, top, bottom)
        _close(rows.pixels, whole[top:bottom])


def test_rows_of_a_smaller_copy_lie_where_a_viewer_shows_them() -> None:
    page = PageSize("130", "96")
    text = output_document(SVGS["flat"], page, (64, 48))
    svg = Svg(text, 64, 48, page, SVGS["flat"], 1, 1)
    whole = render(svg, 130, 96).pixels
    _close(render_rows(svg, 130, 96, 40, 96).pixels, whole[40:])
    assert not whole[:, 0].any()
