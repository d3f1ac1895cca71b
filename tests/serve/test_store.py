"""Where the service keeps its files: a disk, and object stores by fsspec, a real S3 server among them (moto)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from moto.server import ThreadedMotoServer

import svgai
from svgai.errors import UnreadableError, UsageError
from svgai.serve.bucket import Bucket
from svgai.serve.folders import Folders
from svgai.serve.store import Store, StoreDownError, cached, output, upload
from tests.serve.running import free_port, running, wait
from tests.servers import PostgreSQL, serving

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


class S3:
    """A server whose objects outlive its restarts."""

    def __init__(self) -> None:
        self.port = free_port()
        self.environment = {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}"}
        self.start()

    def start(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    server = S3()
    options = {"endpoint_url": server.environment["AWS_ENDPOINT_URL"]}
    fsspec.filesystem("s3", key="test", secret="test", client_kwargs=options).mkdir("svgai")
    yield server
    server.stop()


@pytest.fixture(params=["disk", "file", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "disk":
        places = Folders(tmp_path, tmp_path / "uploads", tmp_path / "outputs", 0)
        places.make()
        return places
    if request.param == "s3":
        for name, value in request.getfixturevalue("s3").environment.items():
            monkeypatch.setenv(name, value)
    place = {"file": tmp_path / "store", "memory": f"/{tmp_path.name}", "s3": f"svgai/{uuid.uuid4().hex}"}
    (tmp_path / "tmp").mkdir()
    return Bucket(f"{request.param}://{place[request.param]}", tmp_path / "tmp")


def test_what_is_kept_is_read_copied_and_dropped(store: Store) -> None:
    store.keep(output("a"), b"<svg/>", durable=True)
    assert store.read(output("a")) == b"<svg/>"
    store.keep(output("a"), b"<svg>again</svg>", durable=False)
    store.copy(output("a"), cached("ff00"))
    store.drop([output("a"), output("b")])
    assert store.read(cached("ff00")) == b"<svg>again</svg>"
    with pytest.raises(FileNotFoundError):
        store.read(output("a"))
    with pytest.raises(FileNotFoundError):
        store.copy(output("a"), output("b"))
    assert store.size() == len(b"<svg>again</svg>")
    assert store.up


def test_what_a_process_reads_and_writes(store: Store, tmp_path: Path) -> None:
    store.keep(upload("a", ".png"), b"picture", durable=True)
    with store.fetched(upload("a", ".png")) as source, store.written(output("a")) as target:
        assert source.suffix == ".png"
        target.write_bytes(source.read_bytes() + b" drawn")
    assert store.read(output("a")) == b"picture drawn"
    with pytest.raises(ZeroDivisionError), store.written(output("b")):
        raise ZeroDivisionError
    with pytest.raises(FileNotFoundError):
        store.read(output("b"))
    assert not list((tmp_path / "tmp").iterdir())


def test_orphans_are_what_is_old(store: Store) -> None:
    store.keep(upload("a", ".png"), b"1", durable=False)
    store.keep(output("b"), b"2", durable=False)
    store.keep(cached("ff00"), b"3", durable=False)
    assert not list(store.orphans(time.time() - 3600))
    assert set(store.orphans(time.time() + 60)) == {("a", upload("a", ".png")), ("b", output("b"))}


def test_a_picture_that_is_gone_is_no_fault_of_the_store(tmp_path: Path) -> None:
    store = Bucket(f"file://{tmp_path}/store", tmp_path)
    with pytest.raises(UnreadableError, match="gone"), store.fetched(upload("a", ".png")):
        pass
    assert store.up


def test_a_file_that_is_cut_off_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Bucket(f"file://{tmp_path}/store", tmp_path)
    store.keep(output("a"), b"old", durable=True)

    def cut(path: str, data: bytes) -> None:
        Path(path).write_bytes(data[:1])
        raise OSError("the disk is gone")

    monkeypatch.setattr(store._files, "pipe_file", cut)
    with pytest.raises(StoreDownError):
        store.keep(output("a"), b"new", durable=True)
    assert store.read(output("a")) == b"old"


@pytest.mark.parametrize("url", ["nonsense", "http://x/y", "/srv/svgai"])
def test_other_stores_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="SVGAI_STORAGE_URL"):
        Bucket(url, tmp_path)


def test_replicas_that_share_only_a_database_and_a_store(tmp_path: Path, s3: S3, icon: bytes) -> None:
    (tmp_path / "b").mkdir()
    with serving(PostgreSQL) as database:
        told = {"SVGAI_DATABASE_URL": database.url, "SVGAI_STORAGE_URL": "s3://svgai/live", **s3.environment}
        with running(tmp_path, **told) as first, running(tmp_path / "b", **told) as second:
            job = first.http.post("/jobs", content=icon).json()["id"]
            assert second.wait_for(job)["status"] == "completed", second.lines()
            svg = svgai.convert(icon).svg.data
            for service in (first, second):
                assert service.http.get(f"/jobs/{job}/svg").content == svg
                assert service.http.get(f"/jobs/{job}/source").content == icon
                assert service.http.post("/convert", content=icon).headers["X-Svgai-Cache"] == "hit"
            assert "File saved: s3://svgai/live/uploads/" in first.lines()
            assert not [p for service in (first, second) for name in ("uploads", "outputs", "cache", "tmp")
                        for p in (service.data / name).iterdir()]  # fmt: skip

            s3.stop()
            refused = first.http.post("/jobs", content=icon)
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "UNAVAILABLE")
            health = first.http.get("/health")
            assert (health.status_code, health.json()["components"]["store"]) == (503, "unavailable")
            s3.start()
            wait(lambda: first.http.get("/health").status_code == 200, "it is well again")
            assert first.http.get(f"/jobs/{job}/svg").content == svg
            assert first.http.delete(f"/jobs/{job}").status_code == 204
            assert second.http.get(f"/jobs/{job}/svg").status_code == 404
