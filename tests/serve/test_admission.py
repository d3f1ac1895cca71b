"""Who may ask, how often, how much: limits, keys, origins, bodies, the queue's bound."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.pictures import encoded, lopsided
from tests.serve.faults import guilty
from tests.serve.running import Running, running, wait


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(
        tmp_path_factory.mktemp("guarded"),
        faulty=True,
        SVGAI_LIMITS="on",
        SVGAI_LIMIT_CONVERT="3/minute",
        SVGAI_LIMIT_API_CONVERT="2/minute;100/day",
        SVGAI_LIMIT_JOBS="1000/minute",
        SVGAI_LIMIT_READ="1000/minute",
        SVGAI_TRUSTED_PROXIES="127.0.0.0/8",
        SVGAI_API_KEYS="first-key, second-key",
        ALLOWED_ORIGINS="https://vectorizer.dev",
        MAX_CONTENT_LENGTH="100000",
        MAX_FILE_SIZE_MB="1",
        MAX_CONCURRENT_JOBS="1",
        SVGAI_MAX_PENDING="5",
        SVGAI_CLIENT_JOBS="4",
        SVGAI_TIMEOUT="60",
    ) as service:
        service.http.headers["Authorization"] = "Bearer second-key"
        yield service


def of(client: str) -> dict[str, str]:
    return {"X-Forwarded-For": client}


def test_a_client_is_limited_and_no_other_with_it(guarded: Running) -> None:
    answers = [guarded.http.post("/convert", content=b"x", headers=of("10.0.0.1")) for _ in range(4)]
    assert [a.status_code for a in answers] == [400, 400, 400, 429]
    assert [a.headers["X-RateLimit-Remaining"] for a in answers] == ["2", "1", "0", "0"]
    last = answers[-1]
    assert last.headers["X-RateLimit-Limit"] == "3"
    assert 1 <= int(last.headers["Retry-After"]) <= 60
    assert last.json()["error"]["code"] == "RATE_LIMITED"
    assert "SVGAI_LIMIT_CONVERT" in last.json()["error"]["suggestions"][0]
    assert guarded.http.post("/convert", content=b"x", headers=of("10.0.0.2")).status_code == 400
    assert guarded.http.get("/health", headers=of("10.0.0.1")).status_code == 200
    wait(lambda: "429" in guarded.lines() and "from 10.0.0.1" in guarded.lines(), "it is in the log")
    assert 'svgai_rate_limited_total{kind="convert"} 1.0' in guarded.http.get("/metrics").text


def test_each_kind_has_its_own_limit(guarded: Running) -> None:
    codes = [guarded.http.post("/api/convert", json={}, headers=of("10.0.1.1")).status_code for _ in range(3)]
    assert codes == [400, 400, 429]
    assert guarded.http.post("/convert", content=b"x", headers=of("10.0.1.1")).status_code == 400


def test_the_last_address_that_is_no_proxy_counts(guarded: Running) -> None:
    spoofed = [of(f"9.9.9.{k}, 10.0.2.1, 127.0.0.5") for k in range(4)]
    codes = [guarded.http.post("/convert", content=b"x", headers=h).status_code for h in spoofed]
    assert codes == [400, 400, 400, 429]


def test_nobody_is_believed_who_is_no_proxy(tmp_path: Path) -> None:
    with running(tmp_path, SVGAI_LIMITS="on", SVGAI_LIMIT_CONVERT="2/minute") as service:
        codes = [service.http.post("/convert", content=b"x", headers=of(f"10.0.3.{k}")).status_code for k in range(3)]
        assert codes == [400, 400, 429]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic second-key"}])
def test_without_a_key_nothing_but_the_page_and_health(guarded: Running, header: dict[str, str]) -> None:
    with httpx.Client(base_url=guarded.url, headers=header) as http:
        for method, path in (("POST", "/convert"), ("POST", "/jobs"), ("POST", "/api/upload"), ("GET", "/jobs/x"),
                             ("GET", "/api/memory-status"), ("GET", "/docs"), ("GET", "/openapi.json")):  # fmt: skip
            answer = http.request(method, path)
            assert answer.status_code == 401, path
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert "second-key" not in answer.text
        assert http.get("/health").status_code == 200
        assert http.get("/").status_code == 200
    assert "second-key" not in guarded.lines()


def test_only_named_origins_may_call(guarded: Running) -> None:
    ask = {"Access-Control-Request-Method": "POST"}
    good = guarded.http.options("/convert", headers=ask | {"Origin": "https://vectorizer.dev"})
    assert good.headers["Access-Control-Allow-Origin"] == "https://vectorizer.dev"
    assert "Access-Control-Allow-Credentials" not in good.headers
    bad = guarded.http.options("/convert", headers=ask | {"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in bad.headers


@pytest.mark.parametrize(
    ("environment", "allowed"), [({}, None), ({"FLASK_ENV": "development"}, "*"), ({"ALLOWED_ORIGINS": "*"}, "*")]
)
def test_other_origins_by_default(tmp_path: Path, environment: dict[str, str], allowed: str | None) -> None:
    with running(tmp_path, **environment) as service:
        answer = service.http.get("/health", headers={"Origin": "https://x.example"})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_large_body_is_refused_sized_or_not(guarded: Running) -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(200_000)

    def chunks() -> Iterator[bytes]:
        for k in range(0, len(data), 50_000):
            yield data[k : k + 50_000]

    for path in ("/convert", "/jobs", "/api/upload", "/api/convert"):
        sized = guarded.http.post(path, content=data, headers=of("10.0.4.1"))
        chunked = guarded.http.post(path, content=chunks(), headers=of("10.0.4.2"))
        form = guarded.http.post(path, files={"file": ("a.png", data)}, headers=of("10.0.4.3"))
        for answer in (sized, chunked, form):
            assert (answer.status_code, answer.json()["error"]["code"]) == (413, "TOO_LARGE"), path


@pytest.mark.parametrize(("key", "status"), [("first-key", b"413"), ("no-key", b"401")])
def test_who_sends_all_before_reading_sees_why_it_was_refused(guarded: Running, key: str, status: bytes) -> None:
    head = f"POST /convert HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nX-Forwarded-For: 10.0.6.1\r\n"
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", guarded.port), timeout=20) as raw:
            raw.sendall(head.encode() + b"Content-Length: 8000000\r\n\r\n" + bytes(8_000_000))
            assert raw.recv(12) == b"HTTP/1.1 " + status


def test_who_asks_before_sending_is_refused_at_once(guarded: Running) -> None:
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=20) as raw:
        head = (
            b"POST /convert HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer first-key\r\nExpect: 100-continue\r\n"
            b"X-Forwarded-For: 10.0.6.2\r\nContent-Length: 8000000\r\n\r\n"
        )
        raw.sendall(head)
        assert raw.recv(12) == b"HTTP/1.1 413"


def test_a_header_that_lies_about_the_length_ends_that_connection_alone(guarded: Running) -> None:
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as raw:
        raw.sendall(b"POST /convert HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer first-key\r\n"
                    b"X-Forwarded-For: 10.0.5.1\r\nContent-Length: 99999\r\n\r\nabc")  # fmt: skip
    assert guarded.http.get("/health").status_code == 200


def test_a_full_queue_says_when_and_what(guarded: Running) -> None:
    hang = guarded.http.post("/jobs", content=guilty("hang"), headers=of("10.0.6.0")).json()
    wait(lambda: guarded.http.get("/health").json()["active_jobs"] == 1, "it runs")
    jobs = [hang]
    for k in range(5):
        answer = guarded.http.post("/jobs", content=encoded(lopsided()), headers=of(f"10.0.6.{k % 2 + 1}"))
        assert answer.status_code == 202
        jobs.append(answer.json())
    full = guarded.http.post("/jobs", content=encoded(lopsided()), headers=of("10.0.6.9"))
    assert full.status_code == 429
    assert int(full.headers["Retry-After"]) >= 1
    assert full.json()["error"]["code"] == "QUEUE_FULL"
    assert "SVGAI_MAX_PENDING" in full.json()["detail"]
    assert guarded.http.post("/convert", content=encoded(lopsided()), headers=of("10.0.6.10")).status_code == 429
    assert guarded.http.get("/readyz").status_code == 503
    for job in jobs[1:]:
        assert guarded.http.delete(f"/jobs/{job['id']}").status_code == 204
    for _ in range(4):
        jobs.append(guarded.http.post("/jobs", content=encoded(lopsided()), headers=of("10.0.6.7")).json())
    own = guarded.http.post("/jobs", content=encoded(lopsided()), headers=of("10.0.6.7"))
    assert own.status_code == 429
    assert "SVGAI_CLIENT_JOBS" in own.json()["detail"]
    for job in (hang, *jobs[-4:]):
        guarded.http.delete(f"/jobs/{job['id']}")


def test_fewer_workers_are_less_memory(guarded: Running) -> None:
    assert len(guarded.workers()) <= 1
