"""Other kinds of file show what the SVG shows, read by programs of others."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from pathlib import Path

import ezdxf
import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from ezdxf.entities.polyline import Polyline
from PIL import Image

import svgai
from svgai import files
from svgai.arrays import Pixels
from svgai.cli import main
from svgai.drawing import Color, Drawing, Flat, Rect, Shape
from svgai.errors import OutputError
from svgai.export import eps
from svgai.export.kinds import KINDS, data_of, suffix
from svgai.lengths import points
from svgai.measure.score import Reference
from svgai.output.outlines import contours_of
from svgai.output.render import render
from svgai.picture.raster import Raster
from tests.pictures import coin, encoded
from tests.truth import BLACK, WHITE, picture, ring

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def shaded() -> svgai.Result:
    """A picture with gradients and transparency."""
    return svgai.convert(ROOT / "samples/glossy-apple.png", quality="fast", width="60mm")


def likeness(conversion: svgai.Result, shown: Pixels) -> float:
    """SSIM of what another program shows, (h, w, 3) on white, to what the SVG shows."""
    drawn = render(conversion.svg, conversion.width, conversion.height).pixels
    opaque = drawn[..., 3:] / 255
    wanted = np.rint(drawn[..., :3] * opaque + 255 * (1 - opaque)).astype(np.uint8)
    return Reference(Raster.from_array(wanted)).score(Raster.from_array(shown)).ssim


@pytest.fixture(scope="module")
def lettered() -> svgai.Result:
    """The same small ring in 140 places, which is written fewer times."""
    glyph = picture(14, 14, WHITE, (ring(6.6, 6.9, 4.8, 3.6), BLACK)).pixels
    paper = np.pad(np.tile(glyph, (10, 14, 1)), ((20, 20), (20, 20), (0, 0)), constant_values=255)
    return svgai.convert(paper, plan="contour")


@pytest.mark.slow
def test_repeated_outlines_are_in_every_kind(lettered: svgai.Result) -> None:
    assert lettered.svg.text.count("<use ") >= 20
    document = pypdfium2.PdfDocument(data_of(lettered, "a.pdf"))
    scale = lettered.width / document[0].get_width()
    shown = np.asarray(document[0].render(scale=scale).to_pil().convert("RGB"))
    assert likeness(lettered, shown[: lettered.height, : lettered.width]) >= 0.99
    outlines = ezdxf.read(io.StringIO(data_of(lettered, "a.dxf").decode()))  # type: ignore[attr-defined]
    contours = [contours_of(shape.outline) for shape in lettered.drawing.shapes]
    assert len(outlines.modelspace().query("POLYLINE")) == sum(map(len, contours))


@pytest.mark.slow
def test_a_pdf_looks_the_same_and_has_its_size(shaded: svgai.Result) -> None:
    data = data_of(shaded, "a.pdf")
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 1
    page = document[0]
    assert page.get_width() == pytest.approx(points("60mm"), abs=0.01)
    scale = shaded.width / page.get_width()
    shown = np.asarray(page.render(scale=scale, fill_color=(255, 255, 255, 255)).to_pil().convert("RGB"))
    assert likeness(shaded, shown[: shaded.height, : shaded.width]) >= 0.995
    assert data_of(shaded, "b.pdf") == data
    assert b"/Subtype/Image" not in data.replace(b" ", b"")


def ghostscript(data: bytes, width: int, height: int, folder: Path) -> Pixels:
    """What Ghostscript shows of an EPS whose page has a point a pixel: 4 times as fine, then made small, since it
    draws the edges of clips and of shadings without anti-aliasing."""
    (folder / "a.eps").write_bytes(data)
    options = ["-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-dGraphicsAlphaBits=4", "-sDEVICE=png16m", "-r288"]
    line = ["gs", "-q", *options, f"-sOutputFile={folder / 'a.png'}", str(folder / "a.eps")]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with Image.open(folder / "a.png") as image:
        assert image.size == (4 * width, 4 * height)
        return np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.BOX))


GOLDEN = ("stroke-with-round-ends", "three-stop-gradient", "radial-glow", "translucent-overlap", "fading-gradient")


@pytest.mark.slow
@pytest.mark.parametrize("path", [*(f"tests/golden/{name}.png" for name in GOLDEN), "samples/glossy-apple.png"])
def test_an_eps_looks_the_same(path: str, tmp_path: Path) -> None:
    with Image.open(ROOT / path) as source:
        width = source.width
    result = svgai.convert(ROOT / path, quality="fast", width=f"{width}pt")
    data = data_of(result, "a.eps")
    assert likeness(result, ghostscript(data, result.width, result.height, tmp_path)) >= 0.995
    assert f"%%BoundingBox: 0 0 {width} {result.height}\n".encode() in data
    assert data_of(result, "b.eps") == data
    assert max(map(len, data.splitlines())) < 256  # EPSF 3.0, section 2


def test_many_veils_make_one_picture() -> None:
    """As many pictures as there are groups of translucent shapes, until these are too many."""
    shapes = [Shape(Rect(k % 8, 1, 3, 5), Flat(Color(9 * k % 256, 80, 200), 0.5 if k % 2 else 1)) for k in range(80)]
    few, many = ("".join(eps._drawn(Drawing(12, 12, tuple(shapes[:n])), 2)) for n in (20, 80))
    assert (few.count("/pixels "), many.count("/pixels ")) == (10, 1)


def test_an_eps_without_opacity_holds_no_picture() -> None:
    data = data_of(svgai.convert(coin(48, 16), width="80mm"), "a.eps")
    assert b"%%HiResBoundingBox: 0 0 226.772 226.772\n" in data
    assert b"image" not in data
    assert data.startswith(b"%!PS-Adobe-3.0 EPSF-3.0\n")


def test_png_and_svgz_are_the_same_picture(shaded: svgai.Result) -> None:
    image = Image.open(io.BytesIO(data_of(shaded, "a.png")))
    assert np.array_equal(np.asarray(image), render(shaded.svg, shaded.width, shaded.height).pixels)
    assert gzip.decompress(data_of(shaded, "a.svgz")) == shaded.svg.data
    assert data_of(shaded, "a.svgz") == data_of(shaded, "b.svgz")


def test_a_dxf_has_the_outlines_in_millimetres() -> None:
    result = svgai.convert(coin(96, 30), width="96mm")
    document = ezdxf.read(io.StringIO(data_of(result, "a.dxf").decode()))  # type: ignore[attr-defined]
    assert document.dxfversion == "AC1009"
    assert not document.audit().has_errors
    rings = [each for each in document.modelspace() if isinstance(each, Polyline)]
    assert all(ring.is_closed for ring in rings)
    disc = max(rings, key=lambda ring: len(ring.vertices))
    at = np.array([vertex.dxf.location.vec2 for vertex in disc.vertices])
    middle = (at.max(axis=0) + at.min(axis=0)) / 2
    radius = np.linalg.norm(at - middle, axis=1)
    assert radius.max() - radius.min() < 0.2
    assert {ring.dxf.layer for ring in rings} <= {layer.dxf.name for layer in document.layers}


def test_lengths() -> None:
    assert [round(points(text), 4) for text in ("96", "96px", "1in", "25.4mm", "2.54cm", "72pt", "6pc")] == [72] * 7
    with pytest.raises(ValueError, match="no length"):
        points("3 ells")


def test_the_table_is_what_names_are_checked_by() -> None:
    assert tuple(KINDS) == files.KINDS
    assert [suffix(name) for name in ("a.PDF", "a.svg", "a", "a.b", "-")] == [".pdf", ".svg", ".svg", ".svg", ".svg"]


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ezdxf", None)
    monkeypatch.delitem(sys.modules, "svgai.export.dxf", raising=False)
    monkeypatch.setitem(sys.modules, "ezdxf.colors", None)
    with pytest.raises(OutputError, match=r"pip install 'svgai\[dxf\]'"):
        data_of(svgai.convert(coin(24, 8)), "a.dxf")


def test_the_command_line_writes_what_the_name_says(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(coin(24, 8)))
    for name, start in (("a.svgz", b"\x1f\x8b"), ("b.png", b"\x89PNG"), ("c.dxf", b"  0\nSECTION")):
        done = CliRunner().invoke(main, ["convert", str(tmp_path / "a.png"), "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert (tmp_path / name).read_bytes().startswith(start)
    refused = CliRunner().invoke(main, ["convert", str(tmp_path / "a.png"), "-o", str(tmp_path / "a.ai")])
    assert refused.exit_code == 2
    assert "svgai writes .svg, .svgz, .png, .pdf, .eps, .dxf" in refused.output
