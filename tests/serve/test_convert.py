"""POST /convert, and the contract: every door gives the same bytes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import svgai
from svgai.cli import main
from svgai.samples import paths
from tests.pictures import encoded, lopsided, noise
from tests.serve.running import Running

SMALL = [p for p in paths() if p.name in ("icon-git-64px.png", "pixel-heart.gif", "logo-dropbox.webp")]
CASES = [
    *((path, {}) for path in SMALL),
    (SMALL[0], {"quality": "fast", "background": "remove"}),
    (SMALL[0], {"plan": "vtracer", "vtracer.mode": "polygon", "width": "80mm"}),
    (SMALL[0], {"target-ssim": "0.9"}),
]


@pytest.mark.parametrize(("path", "words"), CASES, ids=lambda value: str(value)[-40:])
def test_every_door_gives_the_same_bytes(service: Running, path: Path, words: dict[str, str]) -> None:
    data = path.read_bytes()
    by_http = service.http.post("/convert", content=data, params=words)
    assert by_http.status_code == 200, by_http.text
    flags = [f for k, v in words.items() for f in (["--set", f"{k}={v}"] if "." in k else [f"--{k}={v}"])]
    by_line = CliRunner().invoke(main, ["convert", str(path), "-o", "-", *flags])
    options: Any = {k.replace("-", "_"): float(v) if "ssim" in k else v for k, v in words.items() if "." not in k}
    if "vtracer.mode" in words:
        options["parameters"] = {"vtracer": {"mode": words["vtracer.mode"]}}
    by_library = svgai.convert(data, **options).svg.data
    assert by_http.content == by_line.stdout_bytes == by_library
    by_form = service.http.post("/convert", files={"file": (path.name, data)}, data=words)
    assert by_form.content == by_http.content


def test_curl_as_documented(service: Running, icon: bytes, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(icon)
    for flags in (("--data-binary", f"@{picture}"), ("-F", f"file=@{picture}")):
        done = subprocess.run(["curl", "-sSf", *flags, f"{service.url}/convert"], capture_output=True, check=True)
        assert done.stdout.startswith(b"<svg")


def test_the_score_comes_in_headers_and_the_record_as_json(service: Running, icon: bytes) -> None:
    plain = service.http.post("/convert", content=icon)
    record = service.http.post("/convert", content=icon, headers={"Accept": "application/json"}).json()
    assert record["svg"].encode() == plain.content
    assert plain.headers["X-Svgai-Ssim"] == f"{record['ssim']:.5f}"
    assert plain.headers["X-Svgai-Tier"] == str(record["tier"]) == "1"
    assert plain.headers["X-Svgai-Plan"] == record["plan"]
    assert plain.headers["X-Svgai-Verdict"] == record["verdict"] == "PASS"
    assert {"X-Svgai-Delta-E", "X-Svgai-Seconds", "ETag", "X-Request-ID"} <= {*map(str.title, plain.headers)} | {
        "ETag", "X-Request-ID"}  # fmt: skip
    line = CliRunner().invoke(main, ["convert", "-", "-o", "x.svg", "--json", "--dry-run"], input=icon)
    assert line.exit_code == 0
    assert {"schema", "status", "tier", "reasons", "features", "seconds", "misses"} <= record.keys()


def test_the_same_picture_again_is_a_hit_or_304(service: Running, icon: bytes) -> None:
    first = service.http.post("/convert", content=icon, params={"quality": "fast"})
    again = service.http.post("/convert", content=icon, params={"quality": "fast"})
    assert again.headers["X-Svgai-Cache"] == "hit"
    assert again.content == first.content
    same = {"If-None-Match": first.headers["ETag"]}
    known = service.http.post("/convert", content=icon, params={"quality": "fast"}, headers=same)
    assert (known.status_code, known.content) == (304, b"")
    assert service.http.post("/convert", content=icon, headers=same).status_code == 200
    assert (
        service.http.post("/convert", content=icon, params={"quality": "ultra"}).headers["ETag"]
        != first.headers["ETag"]
    )


def test_strict_answers_422_with_the_svg_in_it(service: Running) -> None:
    data = encoded(noise(48, 48))
    ask = {"strict": "1", "target_ssim": "1", "max_bytes": "300", "plan": "vtracer", "tier": "1"}
    missed = service.http.post("/convert", content=data, params=ask)
    assert missed.status_code == 422
    assert missed.content.startswith(b"<svg")
    assert missed.headers["X-Svgai-Verdict"] == "MISS"
    told = service.http.post("/convert", content=data, params=ask, headers={"Accept": "application/json"})
    assert told.status_code == 422
    assert told.json()["error"]["code"] == "TARGET_MISSED"
    assert told.json()["svg"].encode() == missed.content
    assert service.http.post("/convert", content=data, params=ask | {"strict": "0"}).status_code == 200


@pytest.mark.parametrize(
    ("content", "words", "status", "code", "says"),
    [
        (b"", {}, 400, "INVALID_FILE_FORMAT", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {}, 400, "INVALID_FILE_FORMAT", "no image"),
        (b"\x89PNG\r\n\x1a\n and no more", {}, 400, "INVALID_FILE_FORMAT", ""),
        (encoded(lopsided())[:200], {}, 400, "INVALID_FILE_FORMAT", "damaged"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", {}, 400, "INVALID_FILE_FORMAT", "no image"),
        (encoded(lopsided()), {"nonsense": "1"}, 400, "INVALID_PARAMETERS", "nonsense"),
        (encoded(lopsided()), {"quality": "best"}, 400, "INVALID_PARAMETERS", "quality"),
        (encoded(lopsided()), {"vtracer.color_precision": "0"}, 400, "INVALID_PARAMETERS", "color_precision"),
        (encoded(lopsided()), {"strict": "perhaps"}, 400, "INVALID_PARAMETERS", "strict"),
    ],
    ids=["empty", "svg", "header", "cut", "postscript", "unknown", "value", "parameter", "strict"],
)
def test_what_cannot_be_is_told(service: Running, content: bytes, words: dict[str, str], status: int, code: str,
                                says: str) -> None:  # fmt: skip
    answer = service.http.post("/convert", content=content, params=words)
    body = answer.json()
    assert (answer.status_code, body["error"]["code"]) == (status, code)
    assert says in body["detail"] == body["error"]["message"]
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert str(service.data) not in answer.text
    assert "Traceback" not in answer.text


def test_a_picture_with_too_many_pixels_is_told_before_it_is_decoded(service: Running) -> None:
    from tests.pictures import png

    bomb = png(30000, 30000, 1, 0, [b"\0" * 3751] * 10)
    answer = service.http.post("/convert", content=bomb)
    assert answer.status_code == 413
    assert "MP" in answer.json()["detail"]


def test_an_svg_is_harmless_in_a_browser(service: Running, icon: bytes) -> None:
    name = 'a"b\r\nX-Evil: 1;é.png'
    answer = service.http.post("/convert", files={"file": (name, icon)})
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert "X-Evil" not in answer.headers
    assert json.dumps(name)  # it is sent as it stands, and is data alone


def test_nothing_of_a_request_stays_but_the_cache(service: Running) -> None:
    data = encoded(lopsided(40, 40))
    before = set(service.data.rglob("*"))
    answer = service.http.post("/convert", content=data)
    assert answer.status_code == 200
    from tests.serve.running import wait

    def only_cached() -> bool:
        new = {p for p in set(service.data.rglob("*")) - before if p.is_file()}
        return {p.parent.parent.name for p in new} <= {"cache"}

    wait(only_cached, "the request's files go")
