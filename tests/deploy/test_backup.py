"""A backup under load, destruction, and a restore: every job that had ended is there again, to the byte."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.deploy.conftest import checkout
from tests.pictures import encoded, noise
from tests.serve.running import Running, running, wait
from tests.serve.test_redis import Redis

pytestmark = pytest.mark.slow


class Deployed:
    """deploy/ of a checkout, and a service of its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = checkout(folder)
        self.backups = folder / "backups"
        self.files = self.folder / "backend_processor"
        (self.folder / ".env").write_text("WORKERS=2\n")

    def script(self, name: str, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"BACKUP_DIR": str(self.backups), **more}
        return subprocess.run([str(self.folder / name), *map(str, arguments)], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)  # fmt: skip

    def archive(self, kind: str) -> Path:
        return max(self.backups.glob(f"{kind}_*"))

    @contextmanager
    def serving(self) -> Iterator[Running]:
        places = {"UPLOAD_FOLDER": "uploads", "OUTPUT_DIR": "outputs", "SVGAI_DATA": "data"}
        with running(self.files, **{name: str(self.files / place) for name, place in places.items()},
                     SVGAI_MAX_PENDING="10000", SVGAI_CLIENT_JOBS="10000") as service:  # fmt: skip
            yield service


@pytest.fixture
def deployed(tmp_path: Path) -> Deployed:
    return Deployed(tmp_path)


class Load:
    """A client that sends pictures until it is told to stop; sent: the jobs that were accepted, in order."""

    def __init__(self, service: Running, first: int = 0) -> None:
        self.sent: list[str] = []
        self._service = service
        self._first = first
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _send(self) -> None:
        with httpx.Client(base_url=self._service.url, timeout=60) as http:
            while not self._stopped.wait(0.05):
                picture = encoded(noise(10, 10, seed=self._first + len(self.sent)))
                answer = http.post("/jobs", content=picture, params={"quality": "fast"})
                self.sent.append(answer.json()["id"])


def finished(service: Running, jobs: list[str]) -> dict[str, tuple[bytes, bytes]]:
    """The SVG and the picture of each job that is completed."""
    found = {}
    for job in jobs:
        if service.http.get(f"/jobs/{job}").json().get("status") == "completed":
            svg, source = service.http.get(f"/jobs/{job}/svg"), service.http.get(f"/jobs/{job}/source")
            assert svg.status_code == source.status_code == 200
            found[job] = svg.content, source.content
    return found


def test_what_had_ended_is_there_again_to_the_byte(deployed: Deployed) -> None:
    with deployed.serving() as service:
        with Load(service) as load:
            wait(lambda: len(finished(service, load.sent[:20])) == 20, "twenty jobs are completed")
            before = finished(service, load.sent)
            done = deployed.script("backup.sh")
            during = len(load.sent)
        assert done.returncode == 0, done.stdout
        assert re.fullmatch(r"Backup complete: \d{8}_\d{6}\n", done.stdout)
        assert during > len(before)
        service.kill()
    shutil.rmtree(deployed.files)
    restored = deployed.script("restore.sh", deployed.archive("files"), deployed.archive("config"))
    assert restored.returncode == 0, restored.stdout
    assert (deployed.folder / ".env").read_text() == "WORKERS=2\n"
    with deployed.serving() as service:
        assert finished(service, list(before)) == before
        # Accepted by then and not drawn: drawn now. Accepted later: not known.
        states = [service.http.get(f"/jobs/{job}") for job in load.sent]
        known = [answer.json()["id"] for answer in states if answer.status_code == 200]
        assert set(before) <= set(known)
        assert {service.wait_for(job)["status"] for job in known} == {"completed"}


def test_an_archive_unpacked_over_a_killed_service_counts_alone(deployed: Deployed) -> None:
    """Vectorizer.dev's way: tar, in the folder. What the killed service left of its log must not be played back."""
    with deployed.serving() as service:
        with Load(service) as load:
            wait(lambda: len(finished(service, load.sent[:5])) == 5, "five jobs are completed")
        before = {job: service.wait_for(job) and finished(service, [job])[job] for job in load.sent}
        assert deployed.script("backup.sh").returncode == 0
        with Load(service, first=10_000) as later:
            wait(lambda: len(later.sent) > 5, "more jobs come")
        service.kill()
    assert (deployed.files / "data" / "jobs.sqlite-wal").stat().st_size > 0
    with tarfile.open(deployed.archive("files")) as archive:
        archive.extractall(deployed.folder, filter="tar")
    with deployed.serving() as service:
        assert finished(service, list(before)) == before
        assert {service.http.get(f"/jobs/{job}").status_code for job in later.sent} == {404}


def test_a_restore_is_refused_while_the_service_runs_or_where_the_archive_is_damaged(deployed: Deployed) -> None:
    with deployed.serving() as service:
        assert deployed.script("backup.sh").returncode == 0
        # It holds users' pictures, and the secrets of .env.
        assert {path.stat().st_mode & 0o77 for path in (deployed.backups, *deployed.backups.iterdir())} == {0}
        refused = deployed.script("restore.sh", deployed.archive("files"))
        assert refused.returncode == 1
        assert "the service is running" in refused.stdout
        assert service.alive()
        assert service.stop() == 0
    whole = deployed.archive("files")
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    before = sorted(str(path) for path in deployed.folder.rglob("*"))
    assert deployed.script("restore.sh", whole).returncode != 0
    assert sorted(str(path) for path in deployed.folder.rglob("*")) == before


def test_two_backups_never_run_at_once(deployed: Deployed) -> None:
    deployed.backups.mkdir()
    with (deployed.backups / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = deployed.script("backup.sh")
    assert refused.returncode == 1
    assert "another backup is running" in refused.stdout


def test_redis_is_exported_and_found_again(deployed: Deployed, tmp_path: Path) -> None:
    source = Redis(tmp_path)
    source.start()
    try:
        cli = f"redis-cli -p {source.port}"
        wait(lambda: subprocess.run([*cli.split(), "set", "svgai:cache:x", "drawn"], check=False).returncode == 0,
             "Redis answers")  # fmt: skip
        with deployed.serving():
            done = deployed.script("backup.sh", "--redis", REDIS_CLI=cli)
        assert done.returncode == 0, done.stdout
    finally:
        source.stop()
    # As docs/operations.md restores it: the export is Redis' own file, read at its start.
    (tmp_path / "restored").mkdir()
    shutil.copy(deployed.archive("redis"), tmp_path / "restored" / "dump.rdb")
    restored = Redis(tmp_path / "restored")
    restored.start()
    try:
        ask = ["redis-cli", "-p", str(restored.port), "get", "svgai:cache:x"]
        wait(lambda: subprocess.run(ask, capture_output=True, text=True, check=False).stdout == "drawn\n",
             "what was kept is there")  # fmt: skip
    finally:
        restored.stop()
