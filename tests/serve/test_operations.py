"""What operators see: health, figures, logs, and the commands beside the service."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.pictures import encoded, noise
from tests.serve.faults import guilty
from tests.serve.running import ROOT, Running, running, wait

NAMES = {
    "vectorizer_jobs_duration_seconds_bucket",
    "vectorizer_jobs_total", "vectorizer_jobs_active", "vectorizer_jobs_duration_bucket",
    "vectorizer_jobs_duration_sum", "vectorizer_jobs_duration_count", "vectorizer_errors_total",
    "http_requests_total", "http_request_duration_seconds_bucket", "http_requests_active", "svgai_queue_depth",
    "svg_ai_optimization_queue_size", "svgai_job_oldest_processing_seconds", "svgai_ssim_bucket",
    "svg_ai_average_ssim", "svgai_cache_hits_total", "svgai_cache_misses_total", "svgai_disk_free_ratio",
    "svgai_memory_limit_bytes", "svgai_memory_bytes", "process_resident_memory_bytes", "svgai_build_info",
    "svgai_span_seconds_bucket", "svgai_verdicts_total", "svg_ai_optimizations_total",
    "svg_ai_optimization_failures_total", "svg_ai_optimization_duration_seconds_bucket", "svgai_rate_limited_total",
}  # fmt: skip


def figures(service: Running) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = service.http.get("/metrics").text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(service: Running, name: str, **labels: str) -> float:
    return figures(service)[name, frozenset(labels.items())]


def test_every_name_is_there_and_counts(faulty: Running) -> None:
    before = {k: value(faulty, "vectorizer_jobs_total", status=k) for k in ("completed", "failed")}
    panics = value(faulty, "vectorizer_errors_total", type="internal")
    good = faulty.http.post("/jobs", content=encoded(noise(20, 20, seed=7))).json()
    bad = faulty.http.post("/jobs", content=guilty("exception")).json()
    for job in (good, bad):
        faulty.wait_for(job["id"])
    found = figures(faulty)
    assert {name for name, _ in found} >= NAMES
    assert value(faulty, "vectorizer_jobs_total", status="completed") == before["completed"] + 1
    assert value(faulty, "vectorizer_jobs_total", status="failed") == before["failed"] + 1
    assert value(faulty, "vectorizer_errors_total", type="internal") == panics + 1
    assert value(faulty, "http_requests_total", method="POST", route="/jobs", status="202") >= 2
    spans = {dict(labels)["span"] for name, labels in found if name == "svgai_span_seconds_count"}
    assert spans >= {"queue", "decode", "classify", "draw", "score"}
    known = {type_ for name, labels in found if name == "vectorizer_errors_total" for _, type_ in labels}
    assert {"timeout", "memory", "crash", "unreadable"} <= known, "rate() sees the first of each"


def test_figures_outlive_a_kill(tmp_path: Path, icon: bytes) -> None:
    with running(tmp_path) as service:
        service.wait_for(service.http.post("/jobs", content=icon).json()["id"])
        service.kill()
        service.start()
        assert value(service, "vectorizer_jobs_total", status="completed") == 1
        assert value(service, "vectorizer_jobs_duration_count") == 1
        assert value(service, "svgai_ssim_count", tier="1") == 1


def test_live_and_ready(service: Running) -> None:
    assert service.http.get("/livez").status_code == 200
    assert service.http.get("/readyz").json() == {"status": "ready", "reasons": []}


def test_documentation_needs_no_other_host(service: Running) -> None:
    for path in ("/docs", "/redoc"):
        page = service.http.get(path)
        assert page.status_code == 200
        links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert links
        assert all(link.startswith("/") and service.http.get(link).status_code == 200 for link in links)
    assert {"/convert", "/jobs", "/api/upload", "/health"} <= service.http.get("/openapi.json").json()["paths"].keys()


def test_the_schema_is_made_from_the_options(service: Running) -> None:
    from svgai.draw import engines
    from svgai.options import options

    schema = service.http.get("/options/schema").json()
    assert {option.field for option in options(engines.names())} <= schema["properties"].keys()
    assert schema["properties"]["quality"]["enum"] == ["fast", "balanced", "ultra"]
    assert schema["properties"]["vtracer.mode"]["type"] == "string"


def test_lines_are_the_manuals_to_the_letter(service: Running, icon: bytes) -> None:
    sent = service.http.post(
        "/api/upload", files={"file": ("a.png", icon)}, headers={"X-Request-ID": "my-id-7"}
    ).json()
    job = sent["job_id"]
    service.wait_for(job)
    wait(lambda: f"[JOB {job}] Processing time" in service.lines(), "its last line is there")
    lines = [line for line in service.lines().splitlines() if job in line]
    time_ = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\]"
    assert any(re.fullmatch(rf"{time_} INFO - \[JOB {job}\] Processing queued", line) for line in lines)
    assert any(re.fullmatch(rf"{time_} INFO - \[JOB {job}\] File saved: ./uploads/{job}.png", line) for line in lines)
    assert any(re.fullmatch(rf"{time_} INFO - \[JOB {job}\] Complete! Time: \d+\.\d\ds", line) for line in lines)
    assert re.search(r"Processing time: \d+\.\d\ds", service.lines())
    assert sum("my-id-7" in line for line in service.lines().splitlines()) >= 3
    assert re.search(r"\[RUST\] vtracer \d+\.\d+\.\d+.* loaded", service.lines())
    assert re.search(r"\[NATIVE\] .* loaded", service.lines())


def test_a_fault_has_its_traceback_in_the_log_and_nowhere_else(faulty: Running) -> None:
    job = faulty.http.post("/jobs", content=guilty("exception")).json()
    done = faulty.wait_for(job["id"])
    assert done["error"]["code"] == "internal"
    assert "division" not in json.dumps(done)
    lines = faulty.lines().splitlines()
    at = max(k for k, line in enumerate(lines) if "Traceback" in line)
    assert "ERROR" in lines[at]
    assert any("ZeroDivisionError" in line for line in lines[at : at + 21]), "grep Traceback -A 20"
    answer = faulty.http.post("/convert", content=guilty("exception"))
    assert answer.status_code == 500
    assert "Zero" not in answer.text
    assert faulty.http.get("/health").status_code == 200


def test_json_lines_carry_the_request_id(tmp_path: Path, icon: bytes) -> None:
    with running(tmp_path, arguments=("--log-format", "json")) as service:
        job = service.http.post("/jobs", content=icon, headers={"X-Request-ID": "abc.1"}).json()
        service.wait_for(job["id"])
        wait(lambda: "Processing time" in service.lines(), "its last line is there")
        rows = [json.loads(line) for line in service.lines().splitlines()]
        assert {"INFO"} <= {row["level"] for row in rows}
        own = [row for row in rows if row.get("job") == job["id"]]
        assert len(own) >= 4
        assert {row["request"] for row in own} == {"abc.1"}


def command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SVGAI")}
    return subprocess.run([sys.executable, "-m", "svgai", *arguments], cwd=cwd, text=True, capture_output=True,
                          env=clean | {"PYTHONPATH": str(ROOT)} | environment, check=False)  # fmt: skip


def test_svgai_health_is_a_containers_check(service: Running, tmp_path: Path) -> None:
    assert command("health", service.url, cwd=tmp_path).returncode == 0
    good = command("health", cwd=tmp_path, PORT=str(service.port))
    assert good.returncode == 0
    assert json.loads(good.stdout)["status"] == "healthy"
    assert command("health", "http://127.0.0.1:9", cwd=tmp_path).returncode == 1


def test_svgai_clean_drops_what_is_old(tmp_path: Path, icon: bytes) -> None:
    with running(tmp_path) as service:
        job = service.http.post("/jobs", content=icon).json()
        service.wait_for(job["id"])
        kept = command("clean", "--data", str(service.data), cwd=tmp_path)
        assert kept.returncode == 0
        assert service.http.get(f"/jobs/{job['id']}").status_code == 200
        time.sleep(0.1)
        gone = command("clean", "--data", str(service.data), "--older-than", "0s", "--cache", cwd=tmp_path)
        assert gone.stdout.startswith("1 jobs dropped, 1 SVGs of the cache"), gone.stderr
        assert service.http.get(f"/jobs/{job['id']}").status_code == 404
        assert not list(service.data.rglob("*.svg"))
        assert service.http.post("/convert", content=icon).headers["X-Svgai-Cache"] == "miss"
    assert command("clean", "--data", str(tmp_path / "none"), cwd=tmp_path).returncode == 2
    assert command("clean", "--older-than", "soon", cwd=tmp_path).returncode == 2


def test_the_data_folder_is_nobodys_else(service: Running) -> None:
    for path in (service.data, *service.data.iterdir()):
        assert path.stat().st_mode & 0o077 == 0


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ModuleNotFoundError(\"No module named 'uvicorn'\", name='uvicorn')")
    done = command("serve", cwd=tmp_path, PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert "pip install 'svgai[serve]'" in done.stderr
    assert command("--help", cwd=tmp_path, PYTHONPATH=f"{tmp_path}:{ROOT}").returncode == 0


def test_a_taken_port_is_told(service: Running, tmp_path: Path) -> None:
    done = command("serve", "--port", str(service.port), "--data", "d", cwd=tmp_path)
    assert done.returncode == 2
    assert "give another --port" in done.stderr


@pytest.mark.parametrize("module", ["fastapi", "uvicorn", "pydantic", "limits", "redis", "prometheus_client", "numpy"])
def test_help_loads_nothing_of_it(module: str) -> None:
    code = (f"import sys\nfrom svgai.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
            f"assert {module!r} not in sys.modules")  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT)
