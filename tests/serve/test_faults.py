"""Nothing that a picture does takes the service along, and nothing that was accepted is lost, whoever is killed."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import svgai
from tests.pictures import encoded, noise
from tests.serve.faults import guilty
from tests.serve.running import Running, running, wait

ERRORS = {
    "panic": ("internal", 500, "CONVERSION_FAILED"),
    "exception": ("internal", 500, "CONVERSION_FAILED"),
    "declared": ("engine", 422, "CONVERSION_FAILED"),
    "hog": ("memory", 422, "INSUFFICIENT_MEMORY"),
    "segv": ("crash", 500, "CONVERSION_FAILED"),
    "kill": ("crash", 500, "CONVERSION_FAILED"),
    "exit": ("crash", 500, "CONVERSION_FAILED"),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_each_fault_fails_alone_with_its_own_type(faulty: Running, icon: bytes, kind: str) -> None:
    code, status, public = ERRORS[kind]
    with ThreadPoolExecutor() as pool:
        bad = pool.submit(faulty.http.post, "/convert", content=guilty(kind))
        good = pool.submit(faulty.http.post, "/convert", content=icon, params={"quality": "fast"})
        assert good.result().status_code == 200
        assert (bad.result().status_code, bad.result().json()["error"]["code"]) == (status, public)
    assert faulty.http.get("/health").json()["status"] == "healthy"
    assert f'vectorizer_errors_total{{type="{code}"}}' in faulty.http.get("/metrics").text
    assert f"Failed: {code}" in faulty.lines()


def test_a_hang_ends_at_its_limit(tmp_path: Path) -> None:
    with running(tmp_path, faulty=True, SVGAI_TIMEOUT="2") as service:
        answer = service.http.post("/convert", content=guilty("hang"))
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "TIMEOUT_ERROR")
        assert 'vectorizer_errors_total{type="timeout"} 1.0' in service.http.get("/metrics").text


def pictures(count: int) -> list[bytes]:
    """Pictures that are drawn in a moment, all different."""
    return [encoded(np.full((8, 8, 4), (4 * k, 99, 255 - 4 * k, 255), np.uint8)) for k in range(count)]


def submit(service: Running, data: bytes) -> str:
    """As a client does that comes again when it is told to."""
    while True:
        answer = service.http.post("/jobs", content=data, params={"quality": "fast"})
        if answer.status_code == 202:
            return str(answer.json()["id"])
        assert answer.status_code == 429, answer.text
        time.sleep(0.2)


def test_kills_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    """60 jobs, 2 of them guilty; 2 kill -9 of workers and 2 of the service (benchmarks/service.py: 1,000 jobs)."""
    sent: dict[str, bytes | None] = {}
    with running(tmp_path, faulty=True, SVGAI_TIMEOUT="30") as service:
        for k, data in enumerate(pictures(58)):
            sent[submit(service, data)] = data
            if k in (5, 40):
                sent[submit(service, guilty("segv"))] = None
            if k in (15, 45):
                wait(lambda: bool(service.workers()), "a worker is there")
                service.workers()[0].kill()
            if k in (25, 57):
                service.kill()
                service.start()
        found = {job: service.wait_for(job) for job in sent}
        for job, picture in sent.items():
            if picture is None:
                assert (found[job]["status"], found[job]["error"]["code"]) == ("failed", "crash")
            else:
                assert found[job]["status"] == "completed", (found[job]["error"], service.lines())
                svg = service.http.get(f"/jobs/{job}/svg").content
                assert svg == svgai.convert(picture, quality="fast").svg.data
        text = service.http.get("/metrics").text
        assert 'vectorizer_jobs_total{status="completed"} 58.0' in text, "each is counted once"
        assert 'vectorizer_jobs_total{status="failed"} 2.0' in text


def test_what_kills_the_service_each_time_is_failed_at_last(tmp_path: Path) -> None:
    with running(tmp_path, faulty=True, SVGAI_TIMEOUT="60") as service:
        job = service.http.post("/jobs", content=guilty("hang")).json()["id"]
        for _ in range(3):
            wait(lambda: service.http.get(f"/jobs/{job}").json()["status"] == "processing", "it runs")
            service.kill()
            service.start()
        assert service.wait_for(job)["error"]["code"] == "crash"


def test_a_job_that_is_stuck_is_ended(tmp_path: Path) -> None:
    with running(tmp_path, faulty=True, SVGAI_TIMEOUT="600", SVGAI_STUCK="2") as service:
        job = service.http.post("/jobs", content=guilty("hang")).json()["id"]
        done = service.wait_for(job)
        assert (done["status"], done["error"]["code"]) == ("failed", "timeout")
        wait(lambda: service.http.get("/health").json()["active_jobs"] == 0, "its worker is free")


def test_sigterm_drains(tmp_path: Path, icon: bytes) -> None:
    with running(tmp_path, faulty=True, MAX_CONCURRENT_JOBS="1") as service:
        running_ = service.http.post("/jobs", content=guilty("slow", icon)).json()["id"]
        wait(lambda: service.http.get(f"/jobs/{running_}").json()["status"] == "processing", "it runs")
        waiting = service.http.post("/jobs", content=icon).json()["id"]
        assert service.process is not None
        service.process.terminate()
        wait(lambda: service.http.get("/readyz").status_code == 503, "it is not ready")
        late = service.http.post("/jobs", content=icon)
        assert (late.status_code, late.json()["error"]["code"]) == (503, "DRAINING")
        assert int(late.headers["Retry-After"]) >= 1
        assert service.process.wait(60) == 0
        service.start()
        assert service.wait_for(running_)["status"] == "completed"
        assert service.wait_for(waiting)["status"] == "completed"
        assert service.lines().count(f"[JOB {running_}] Complete!") == 1


def test_what_does_not_end_within_the_grace_is_done_after_the_next_start(tmp_path: Path) -> None:
    with running(tmp_path, faulty=True, SVGAI_GRACE="1", SVGAI_TIMEOUT="60") as service:
        job = service.http.post("/jobs", content=guilty("hang")).json()["id"]
        wait(lambda: service.http.get(f"/jobs/{job}").json()["status"] == "processing", "it runs")
        assert service.stop() == 0
        service.start()
        assert service.http.get(f"/jobs/{job}").json()["status"] in ("queued", "processing")


def test_a_request_does_not_outlive_its_limit(tmp_path: Path, icon: bytes) -> None:
    with running(tmp_path, faulty=True, SVGAI_REQUEST_TIMEOUT="0.3") as service:
        late = service.http.post("/convert", content=guilty("slow", icon))
        assert (late.status_code, late.json()["error"]["code"]) == (504, "TIMEOUT_ERROR")
        assert service.wait_for(late.json()["job_id"])["status"] == "completed"


def test_a_full_disk_is_507_and_leaves_nothing_behind(tmp_path: Path, icon: bytes) -> None:
    with running(tmp_path, SVGAI_MIN_FREE="900TB") as service:
        for path in ("/convert", "/jobs"):
            answer = service.http.post(path, content=icon)
            assert (answer.status_code, answer.json()["error"]["code"]) == (507, "DISK_FULL")
        upload = service.http.post("/api/upload", files={"file": ("a.png", icon)})
        assert upload.status_code == 507
        assert str(tmp_path) not in upload.text
        health = service.http.get("/health")
        assert (health.status_code, health.json()["components"]["disk"]) == (503, "full")
        assert not [p for name in ("uploads", "outputs", "tmp") for p in (service.data / name).iterdir()]


def fill(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as f:
        for size in (1 << 16, 1 << 10, 1):
            with suppress(OSError):
                while f.write(bytes(size)):
                    pass


def test_a_disk_that_is_really_full_is_507_and_goes_on_when_there_is_room(tmp_path: Path, icon: bytes) -> None:
    with running(tmp_path, faulty=True, disk=3 * 2**20, SVGAI_MIN_FREE="1", MAX_CONCURRENT_JOBS="1") as service:
        assert service.http.post("/convert", content=icon).status_code == 200
        accepted = service.http.post("/jobs", content=guilty("slow", icon)).json()["id"]
        wait(lambda: service.http.get(f"/jobs/{accepted}").json()["status"] == "processing", "it runs")
        inside = service.inside()
        before = {path for name in ("uploads", "outputs") for path in (inside / name).iterdir()}
        assert shutil.disk_usage(inside).total == 3 * 2**20, "it is no other disk that is filled now"
        fill(inside / "filler")
        new = encoded(noise(300, 300))
        for path in ("/jobs", "/convert"):
            answer = service.http.post(path, content=new)
            assert (answer.status_code, answer.json()["error"]["code"]) == (507, "DISK_FULL"), answer.text
        assert service.http.get("/livez").status_code == 200
        wait(lambda: "disk" in service.lines() or "stored" in service.lines(), "the log says it")
        files = {path for name in ("uploads", "outputs") for path in (inside / name).iterdir()}
        assert files <= before, "nothing half-written"
        assert not list((inside / "tmp").iterdir())
        (inside / "filler").unlink()
        assert service.wait_for(accepted)["status"] in ("completed", "failed")
        assert service.http.post("/convert", content=encoded(noise(20, 20))).status_code == 200
        assert service.http.get("/health").json()["status"] == "healthy"


def test_two_services_share_one_folder(tmp_path: Path, icon: bytes) -> None:
    """Any replica answers for any job, and no job is done twice."""
    (tmp_path / "b").mkdir()
    with (
        running(tmp_path, faulty=True, MAX_CONCURRENT_JOBS="1") as first,
        running(tmp_path / "b", faulty=True, MAX_CONCURRENT_JOBS="1", SVGAI_DATA=str(tmp_path / "data")) as second,
    ):
        jobs = [first.http.post("/jobs", content=guilty("slow", data)).json()["id"] for data in pictures(4)]
        for job in jobs:
            assert second.wait_for(job)["status"] == "completed"
        lines = first.lines() + second.lines()
        assert [lines.count(f"[JOB {job}] Complete!") for job in jobs] == [1] * 4
        assert first.lines().count("Complete!")
        assert second.lines().count("Complete!")
        left = second.http.post("/jobs", content=guilty("hang")).json()["id"]
        wait(lambda: second.http.get(f"/jobs/{left}").json()["status"] == "processing", "it runs")


def test_only_root_or_its_user_reads_uploads(faulty: Running) -> None:
    assert os.stat(faulty.data / "uploads").st_mode & 0o777 == 0o700
