"""Jobs and batches: accepted, followed, fetched, deleted."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

import svgai
from tests.pictures import encoded, lopsided
from tests.serve.faults import guilty
from tests.serve.running import Running, wait


def archive(members: dict[str, bytes]) -> bytes:
    f = io.BytesIO()
    with zipfile.ZipFile(f, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members.items():
            z.writestr(name, data)
    return f.getvalue()


def events(service: Running, name: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    with service.http.stream("GET", f"/jobs/{name}/events") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        kind = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                found.append((kind, json.loads(line.removeprefix("data: "))))
    return found


def test_one_picture_is_a_job(service: Running, icon: bytes) -> None:
    answer = service.http.post("/jobs", files={"files": ("logo.png", icon)}, data={"quality": "ultra"})
    job = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == job["links"]["self"] == f"/jobs/{job['id']}"
    assert (job["kind"], job["filename"], job["batch"], job["error"]) == ("job", "logo.png", None, None)
    done = service.wait_for(job["id"])
    assert (done["status"], done["progress"], done["stage"]) == ("completed", 100, "done")
    assert done["result"]["source"] == "logo.png"
    assert done["result"]["verdict"] == "PASS"
    svg = service.http.get(done["links"]["svg"])
    assert svg.content == svgai.convert(icon, quality="ultra").svg.data
    assert "logo.svg" in svg.headers["Content-Disposition"]
    source = service.http.get(done["links"]["source"])
    assert (source.content, source.headers["Content-Type"]) == (icon, "image/png")


def test_a_body_is_a_job_too(service: Running, icon: bytes) -> None:
    job = service.http.post("/jobs", content=icon, params={"filename": "../../etc/logo.png"}).json()
    assert job["filename"] == "logo.png"
    assert service.wait_for(job["id"])["status"] == "completed"


def test_several_pictures_are_a_batch_and_a_bad_one_fails_alone(service: Running, icon: bytes) -> None:
    cut = encoded(lopsided())[:100]
    files = [("files", ("a.png", icon)), ("files", ("b.png", cut)), ("files", ("a.png", encoded(lopsided())))]
    batch = service.http.post("/jobs", files=files).json()
    assert (batch["kind"], batch["total"]) == ("batch", 3)
    assert [job["filename"] for job in batch["jobs"]] == ["a.png", "b.png", "a.png"]
    done = service.wait_for(batch["id"])
    assert (done["status"], done["completed"], done["failed"], done["progress"]) == ("completed", 2, 1, 100)
    failed = done["jobs"][1]
    assert failed["error"]["code"] == "unreadable"
    assert failed["links"]["svg"] is None
    assert service.http.get(f"/jobs/{failed['id']}/svg").status_code == 409
    with zipfile.ZipFile(io.BytesIO(service.http.get(done["links"]["zip"]).content)) as z:
        assert sorted(z.namelist()) == ["2-a.svg", "a.svg", "report.json"]
        assert z.read("a.svg") == svgai.convert(icon).svg.data
        report = json.loads(z.read("report.json"))
    assert report["totals"]["failed"] == 1
    assert [row["status"] for row in report["images"]] == ["converted", "failed", "converted"]


def test_a_zip_is_its_pictures(service: Running, icon: bytes) -> None:
    sent = archive({"x/one.png": icon, "../../two.png": encoded(lopsided()), "__MACOSX/._one.png": b"junk"})
    batch = service.http.post("/jobs", files={"files": ("all.zip", sent)}).json()
    assert [job["filename"] for job in batch["jobs"]] == ["one.png", "two.png"]
    assert service.wait_for(batch["id"])["completed"] == 2


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (archive({f"{k}.png": b"\x89PNG\r\n\x1a\n" for k in range(51)}), 413),
        (archive({"bomb.png": b"\x89PNG\r\n\x1a\n" + bytes(30_000_000)}), 413),
        (archive({"a.txt": b"hello"}), 400),
        (archive({}) or b"", 400),
        (b"PK\x03\x04 and no more", 400),
    ],
    ids=["members", "bomb", "text", "empty", "damaged"],
)
def test_a_bad_zip_is_refused_whole(service: Running, content: bytes, status: int) -> None:
    assert service.http.post("/jobs", files={"files": ("x.zip", content)}).status_code == status


def test_progress_moves_and_never_falls(faulty: Running, icon: bytes) -> None:
    job = faulty.http.post("/jobs", content=guilty("slow", icon)).json()
    seen = events(faulty, job["id"])
    assert [kind for kind, _ in seen].count("end") == 1
    assert seen[-1][0] == "end"
    assert seen[-1][1]["status"] == "completed"
    progress = [value["progress"] for _, value in seen]
    assert progress == sorted(progress)
    assert len({p for p in progress if 0 < p < 100}) >= 3
    assert {"processing", "completed"} <= {value["status"] for _, value in seen}


def test_a_batch_is_followed_as_a_whole(service: Running, icon: bytes) -> None:
    files = [("files", (f"{k}.png", icon)) for k in range(3)]
    batch = service.http.post("/jobs", files=files).json()
    seen = events(service, batch["id"])
    assert seen[-1][1]["kind"] == "batch"
    assert {value["id"] for kind, value in seen if kind == "job"} == {job["id"] for job in batch["jobs"]}


def test_a_deleted_job_is_stopped_and_gone(faulty: Running) -> None:
    job = faulty.http.post("/jobs", content=guilty("hang")).json()
    wait(lambda: faulty.http.get(f"/jobs/{job['id']}").json()["status"] == "processing", "it runs")
    assert faulty.http.delete(f"/jobs/{job['id']}").status_code == 204
    assert faulty.http.get(f"/jobs/{job['id']}").status_code == 404
    assert not list(faulty.data.rglob(f"*{job['id']}*"))
    wait(lambda: faulty.http.get("/health").json()["active_jobs"] == 0, "its worker is free")


@pytest.mark.parametrize("name", ["0" * 32, "abc", "..%2f..%2fetc%2fpasswd", "A" * 32, "%00"])
@pytest.mark.parametrize("what", ["", "/svg", "/source", "/zip", "/events"])
def test_unknown_ids_are_404(service: Running, name: str, what: str) -> None:
    answer = service.http.get(f"/jobs/{name}{what}")
    assert answer.status_code == 404
    assert answer.json()["success"] is False


def test_names_are_data_alone(service: Running, icon: bytes) -> None:
    name = "<script>alert(1)</script>\n[2026-01-01 00:00:00] CRITICAL - forged.png"
    job = service.http.post("/jobs", content=icon, params={"filename": name}).json()
    service.wait_for(job["id"])
    assert not any(line.startswith("[2026-01-01") for line in service.lines().splitlines())
    assert {p.name for p in service.data.rglob(f"{job['id']}*")} == {f"{job['id']}.png", f"{job['id']}.svg"}
