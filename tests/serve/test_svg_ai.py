"""SVG-AI's routes, each from its documented example."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.pictures import encoded, lopsided, noise
from tests.serve.running import Running


@pytest.fixture(scope="module")
def text(icon: bytes) -> str:
    return base64.b64encode(icon).decode()


def upload(service: Running, icon: bytes, name: str = "logo.png", **fields: str) -> dict[str, Any]:
    answer = service.http.post("/api/upload", files={"file": (name, icon)}, data=fields)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_health(service: Running) -> None:
    answer = service.http.get("/health")
    body = answer.json()
    assert answer.status_code == 200
    assert {"status", "service", "timestamp", "uptime", "ai_available", "version", "components"} <= body.keys()
    assert body["status"] == "healthy"
    assert body["components"]["converter"] == "ready"


def test_upload_then_convert(service: Running, icon: bytes) -> None:
    sent = upload(service, icon, convert="false")
    assert {"file_id", "filename", "path", "size_bytes", "uploaded_at"} <= sent.keys()
    assert (sent["filename"], sent["size_bytes"], sent["status"]) == ("logo.png", len(icon), "stored")
    answer = service.http.post("/api/convert", json={"file_id": sent["file_id"], "converter": "smart"})
    body = answer.json()
    assert answer.status_code == 200
    assert body["success"] is True
    assert body["svg"].startswith("<svg")
    assert {"size", "ssim", "mse", "psnr", "path_count", "avg_path_length", "converter_type", "ai_enhanced", "quality",
            "parameters", "size_bytes", "quality_metrics", "conversion_time_ms", "parameters_used",
            "converter"} <= body.keys()  # fmt: skip
    assert body["size"] == body["size_bytes"] == len(body["svg"].encode())
    assert body["quality"].keys() == {"ssim", "size", "path_count", "avg_path_length"}
    assert body["ssim"] > 0.99
    assert body["psnr"] > 30
    assert body["svg"].encode() == service.http.post("/convert", content=icon).content


def test_the_squared_error_is_measured(service: Running) -> None:
    import cv2
    import numpy as np

    import svgai
    from svgai.output.render import render

    pixels = lopsided()
    image = base64.b64encode(encoded(pixels)).decode()
    body = service.http.post("/api/convert", json={"image": image, "filename": "a.png"}).json()
    svg = svgai.convert(encoded(pixels)).svg
    drawn = render(svg, pixels.shape[1], pixels.shape[0]).pixels.astype(float)
    on_white = drawn[..., :3] * drawn[..., 3:] / 255 + 255 - drawn[..., 3:]
    assert body["mse"] == pytest.approx(np.mean((pixels - on_white) ** 2), rel=1e-4)
    assert body["psnr"] == pytest.approx(cv2.PSNR(pixels.astype(np.float32), on_white.astype(np.float32)), rel=1e-3)


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_convert_base64(service: Running, text: str, prefix: str) -> None:
    body = service.http.post("/api/convert", json={"image": prefix + text, "filename": "logo.png"}).json()
    assert body["svg"].startswith("<svg")


def test_convert_multipart(service: Running, icon: bytes) -> None:
    answer = service.http.post("/api/convert", files={"file": ("logo.png", icon)}, data={"converter": "vtracer"})
    assert answer.json()["converter"] == "vtracer"


def test_vtracers_parameters_have_their_effect(service: Running, text: str) -> None:
    asked = {"image": text, "converter_type": "vtracer", "colormode": "color", "color_precision": 10,
             "layer_difference": 16, "path_precision": 0, "corner_threshold": 60, "length_threshold": 5.0,
             "max_iterations": 10, "splice_threshold": 45, "threshold": 128, "use_ai": True}  # fmt: skip
    body = service.http.post("/api/convert", json=asked).json()
    used = body["parameters"]
    assert (used["plan"], used["color_precision"], used["path_precision"], used["length_threshold"]) == (
        "vtracer",
        8,
        0,
        5,
    )
    assert body["converter_type"] == "vtracer"
    assert body["ai_enhanced"] is False
    assert list(body["parameters_ignored"]) == ["threshold"]


@pytest.mark.parametrize("converter", ["alpha", "vtracer", "potrace", "smart", "smart_auto"])
def test_every_converter(service: Running, text: str, converter: str) -> None:
    body = service.http.post("/api/convert", json={"image": text, "converter": converter}).json()
    assert body["success"] is True
    assert body["converter_type"] == converter


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"file_id": "0" * 32}, 404, "FILE_NOT_FOUND"),
        ({"file_id": "../../etc/passwd"}, 404, "FILE_NOT_FOUND"),
        ({}, 400, "INVALID_PARAMETERS"),
        ({"image": "no base64!"}, 400, "INVALID_PARAMETERS"),
        ({"image": base64.b64encode(b"GIF? no").decode()}, 400, "INVALID_FILE_FORMAT"),
        ({"image": "", "converter": "magic"}, 400, "INVALID_PARAMETERS"),
        ({"image": "", "threshold": 300}, 400, "INVALID_PARAMETERS"),
        ({"image": "", "color_precision": 0}, 400, "INVALID_PARAMETERS"),
        ({"image": "", "max_iterations": 51}, 400, "INVALID_PARAMETERS"),
        ([], 400, "INVALID_PARAMETERS"),
    ],
    ids=str,
)
def test_errors_have_its_codes(service: Running, asked: Any, status: int, code: str) -> None:
    answer = service.http.post("/api/convert", json=asked)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["success"] is False
    assert {"code", "message", "suggestions"} <= answer.json()["error"].keys()


def test_batch_convert(service: Running, text: str) -> None:
    images = [{"name": "a.png", "data": text}, {"name": "b.png", "data": "no!"},
              {"name": "c.png", "data": base64.b64encode(encoded(lopsided())).decode()}]  # fmt: skip
    asked = {"images": images, "batch_size": 1000, "max_workers": 64, "parameters": {"quality": "fast"}}
    body = service.http.post("/api/batch-convert", json=asked).json()
    assert (body["success"], body["total_images"]) == (True, 3)
    assert (body["successful_conversions"], body["failed_conversions"]) == (2, 1)
    assert [r["success"] for r in body["results"]] == [True, False, True]
    assert {"name", "svg", "success", "quality", "parameters"} <= body["results"][0].keys()
    assert "base64" in body["results"][1]["error"]
    assert {"processing_time", "items_processed", "batch_size", "errors"} == body["batch_statistics"].keys()
    assert len(service.workers()) <= 2


def test_optimize(service: Running, text: str) -> None:
    body = service.http.post("/api/optimize", json={"image": text, "target_quality": 0.9}).json()
    assert {"success", "parameters", "target_quality", "optimization_method", "processing_time"} <= body.keys()
    assert body["actual_quality"] >= 0.9
    assert body["target_reached"] is True


@pytest.mark.parametrize(
    ("data", "kind"), [(None, "simple_geometric"), (encoded(noise(96, 96)), "complex")], ids=["icon", "noise"]
)
def test_classify_logo(service: Running, icon: bytes, data: bytes | None, kind: str) -> None:
    body = service.http.post("/api/classify-logo", files={"file": ("logo.png", data or icon)}).json()
    assert body["logo_type"] == kind
    assert body["confidence"] is None, "no figure that was not measured"
    assert body["features"]
    assert body["reasons"]


def test_analyze_logo_features(service: Running, text: str) -> None:
    body = service.http.post("/api/analyze-logo-features", json={"image": text}).json()
    assert body["success"] is True
    assert 0 <= body["features"]["flat"] <= 1


def test_classify_batch(service: Running, icon: bytes) -> None:
    files = [("images", ("a.png", icon)), ("images", ("b.png", b"junk"))]
    body = service.http.post("/api/classify-batch", files=files).json()
    assert [r["success"] for r in body["results"]] == [True, False]
    assert (body["total_images"], body["successful"], body["failed"]) == (2, 1, 1)


def test_convert_ai(service: Running, icon: bytes) -> None:
    sent = upload(service, icon, convert="false")
    asked = {"file_id": sent["file_id"], "tier": 2, "target_quality": 0.9, "time_budget": 5, "include_analysis": True}
    body = service.http.post("/api/convert-ai", json=asked).json()
    assert body["svg"].startswith("<svg")
    assert body["ai_metadata"]["routing"]["selected_tier"] == body["ai_metadata"]["tier_used"] == 2
    assert body["ai_metadata"]["actual_quality"] >= 0.9
    assert body["ai_metadata"]["predicted_quality"] is None
    assert body["ai_metadata"]["analysis"]["features"]
    assert (body["endpoint"], body["ai_enabled"]) == ("/api/convert-ai", False)
    assert service.http.post("/api/convert-ai", json=asked | {"tier": "4"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/api/classification-status", {"status", "methods"}),
        ("/api/ai-health", {"status", "components"}),
        ("/api/model-status", {"status", "models"}),
        ("/api/memory-status", {"status", "current_memory_mb", "memory_percent", "available_mb", "thresholds",
                                "statistics", "alerts", "monitoring_active", "trend", "timestamp"}),
        ("/api/resource-status", {"status", "timestamp", "resource_statistics"}),
    ],
)  # fmt: skip
def test_status_routes(service: Running, path: str, fields: set[str]) -> None:
    answer = service.http.get(path)
    assert answer.status_code == 200
    assert fields <= answer.json().keys()


def test_memory_is_that_of_the_processes(service: Running) -> None:
    body = service.http.get("/api/memory-status").json()
    assert 30 < body["statistics"]["service_mb"] < 300
    assert body["current_memory_mb"] == pytest.approx(
        body["statistics"]["service_mb"] + sum(body["statistics"]["workers_mb"])
    )
