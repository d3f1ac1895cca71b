"""Other kinds of file show what the SVG shows, read by programs of others."""

from __future__ import annotations

import gzip
import io
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
from svgai.cli import main
from svgai.errors import OutputError
from svgai.export.kinds import KINDS, data_of, suffix
from svgai.export.lengths import points
from svgai.measure.score import Reference
from svgai.output.render import render
from svgai.picture.raster import Raster
from tests.pictures import coin, encoded

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def shaded() -> svgai.Result:
    """A picture with gradients and transparency."""
    return svgai.convert(ROOT / "samples/glossy-apple.png", quality="fast", width="60mm")


@pytest.mark.slow
def test_a_pdf_looks_the_same_and_has_its_size(shaded: svgai.Result) -> None:
    data = data_of(shaded, "a.pdf")
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 1
    page = document[0]
    assert page.get_width() == pytest.approx(points("60mm"), abs=0.01)
    scale = shaded.width / page.get_width()
    shown = np.asarray(page.render(scale=scale, fill_color=(255, 255, 255, 255)).to_pil().convert("RGB"))
    drawn = render(shaded.svg, shaded.width, shaded.height).pixels
    opaque = drawn[..., 3:] / 255
    wanted = np.rint(drawn[..., :3] * opaque + 255 * (1 - opaque)).astype(np.uint8)
    cropped = shown[: wanted.shape[0], : wanted.shape[1]]
    found = Reference(Raster.from_array(wanted)).score(Raster.from_array(cropped))
    assert found.ssim >= 0.995
    assert data_of(shaded, "b.pdf") == data
    assert b"/Subtype/Image" not in data.replace(b" ", b"")


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
    refused = CliRunner().invoke(main, ["convert", str(tmp_path / "a.png"), "-o", str(tmp_path / "a.eps")])
    assert refused.exit_code == 2
    assert "svgai writes .svg, .svgz, .png, .pdf, .dxf" in refused.output
