"""Vectorizer.dev's routes, each from its documented example."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import svgai
from tests.pictures import encoded, lopsided, noise
from tests.serve.faults import guilty
from tests.serve.running import Running, wait


def test_root_tells_programs_what_it_is(service: Running) -> None:
    body = service.http.get("/").json()
    assert (body["status"], body["quality_levels"]) == ("operational", ["fast", "balanced", "high", "ultra"])
    assert {"service", "version", "features"} <= body.keys()


def test_the_manuals_curl(service: Running, tmp_path: Path) -> None:
    (tmp_path / "test.jpg").write_bytes(encoded(lopsided(), "JPEG"))
    command = ["curl", "-sf", "-X", "POST", f"{service.url}/api/upload", "-F", f"file=@{tmp_path}/test.jpg"]
    assert b'"job_id"' in subprocess.run(command, capture_output=True, check=True).stdout
    command = ["sh", "-c", f"curl -sf {service.url}/health | jq .active_jobs"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.strip().isdigit()


@pytest.mark.parametrize("quality", ["fast", "balanced", "high", "ultra"])
def test_upload_status_download(service: Running, quality: str) -> None:
    data = encoded(noise(24, 24, seed=len(quality)))
    fields = {"quality": quality, "use_lab": "true", "use_ai": "true"}
    answer = service.http.post("/api/upload", files={"file": ("a.png", data)}, data=fields)
    sent = answer.json()
    assert answer.status_code == 200
    assert sent["status"] == "queued"
    assert sent["message"] == "Image uploaded successfully. Processing started."
    assert sent["quality"] == quality
    assert sent["premium_features"].keys() == {"lab_color_science", "ai_edge_detection"}
    assert sent["file_id"] == sent["job_id"]
    service.wait_for(sent["job_id"])
    status = service.http.get(f"/api/status/{sent['job_id']}").json()
    assert status.keys() == {"job_id", "status", "progress", "message", "output_file", "processing_time"}
    assert (status["status"], status["progress"]) == ("completed", 100)
    assert status["processing_time"] >= 0
    assert status["output_file"] == f"/api/download/{sent['job_id']}"
    svg = service.http.get(status["output_file"])
    assert svg.headers["Content-Type"] == "image/svg+xml"
    ours = {"high": "balanced"}.get(quality, quality)
    assert svg.content == svgai.convert(data, quality=ours).svg.data


def test_quality_counts_in_the_form_and_in_the_query(service: Running) -> None:
    data = encoded(lopsided())
    form = service.http.post("/api/upload", files={"file": ("a.png", data)}, data={"quality": "best"})
    query = service.http.post("/api/upload", files={"file": ("a.png", data)}, params={"quality": "best"})
    assert (form.status_code, query.status_code) == (400, 400)


def test_progress_moves_while_processing(faulty: Running) -> None:
    slow = guilty("slow", encoded(noise(16, 16, seed=99)))  # no other test's: it must not be in the cache
    sent = faulty.http.post("/api/upload", files={"file": ("a.png", slow)}).json()
    seen: list[tuple[str, int]] = []

    def ended() -> bool:
        status = faulty.http.get(f"/api/status/{sent['job_id']}").json()
        seen.append((status["status"], status["progress"]))
        if status["status"] == "processing":
            early = faulty.http.get(f"/api/download/{sent['job_id']}")
            done = early.status_code == 200  # between the two requests
            assert done or (early.status_code, early.json()["detail"]) == (400, "File not ready")
        return bool(status["status"] == "completed")

    wait(ended, "it is done")
    assert len({progress for status, progress in seen if status == "processing"}) >= 2


def test_batch(service: Running, icon: bytes) -> None:
    files = [("files", (f"{k}.png", icon)) for k in range(3)]
    sent = service.http.post("/api/batch", files=files, data={"quality": "fast"}).json()
    assert (sent["total_files"], len(sent["job_ids"]), sent["quality"]) == (3, 3, "fast")
    service.wait_for(sent["batch_id"])
    status = service.http.get(f"/api/batch/{sent['batch_id']}/status").json()
    assert status.keys() == {"batch_id", "total", "completed", "processing", "failed", "progress", "jobs"}
    assert (status["total"], status["completed"], status["processing"], status["progress"]) == (3, 3, 0, 100)
    assert status["jobs"][0] == {"job_id": sent["job_ids"][0], "status": "completed", "progress": 100}


def test_its_errors(service: Running, icon: bytes) -> None:
    files = [("files", (f"{k}.png", icon)) for k in range(11)]
    many = service.http.post("/api/batch", files=files)
    assert (many.status_code, many.json()["detail"]) == (400, "Maximum 10 files per batch")
    unknown = service.http.get(f"/api/status/{'0' * 32}")
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "Job not found")
    assert service.http.get(f"/api/download/{'0' * 32}").status_code == 404
    assert service.http.get("/api/batch/xyz/status").status_code == 404
    assert service.http.post("/api/upload", data={"quality": "high"}).status_code == 400
    assert service.http.post("/api/upload", files={"file": ("a.txt", b"hello")}).status_code == 400
    assert service.http.post("/api/upload", files={"file": ("a.jpg", icon)}).status_code == 400
