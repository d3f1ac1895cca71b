"""Webhooks: signed, tried again, sent only where the operator allows."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.serve.running import Running, free_port, running, wait

SECRET = "0123456789abcdef0123456789abcdef"


class Receiver:
    """Answers 500 to the first message, 302 to the second, and then 200; or as it is told."""

    def __init__(self, answers: dict[int, int] | None = None) -> None:
        codes = {1: 500, 2: 302} if answers is None else answers
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(codes.get(len(receiver.got), 200))
                self.send_header("Location", receiver.url + "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                receiver.got.append(({"followed": "yes"}, b""))
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", free_port()), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


def test_a_message_is_signed_and_tried_again(tmp_path: Path, receiver: Receiver, icon: bytes) -> None:
    with running(tmp_path, SVGAI_WEBHOOK_ORIGINS=receiver.url, SECRET_KEY=SECRET) as service:
        files = [("files", ("a.png", icon)), ("files", ("b.png", icon))]
        batch = service.http.post("/jobs", files=files, data={"webhook": f"{receiver.url}/done?x=1"}).json()
        wait(lambda: len(receiver.got) >= 3, "it is delivered at the third try")
        headers, body = receiver.got[-1]
        assert "followed" not in {k for h, _ in receiver.got for k in h}, "redirects lead nowhere"
        signed = headers["X-Svgai-Timestamp"].encode() + b"." + body
        wanted = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["X-Svgai-Signature"] == f"sha256={wanted}"
        assert json.loads(body)["id"] == batch["id"]
        assert json.loads(body)["completed"] == 2
        assert len({b for _, b in receiver.got}) == 1, "one message for the batch"
        for url in ("http://127.0.0.1:1/", "https://evil.example/", receiver.url + ".evil.example/", "file:///etc"):
            answer = service.http.post("/jobs", content=icon, params={"webhook": url})
            assert answer.status_code == 400


def test_two_replicas_send_each_once(tmp_path: Path, icon: bytes) -> None:
    receiver = Receiver(answers={})
    told = {"SVGAI_WEBHOOK_ORIGINS": receiver.url, "SECRET_KEY": SECRET, "MAX_CONCURRENT_JOBS": "1"}
    (tmp_path / "b").mkdir()
    with (
        running(tmp_path, **told) as first,
        running(tmp_path / "b", SVGAI_DATA=str(first.data), **told) as second,
    ):
        sent = [
            service.http.post("/jobs", content=icon, params={"webhook": receiver.url}).json()["id"]
            for service in (first, second) * 8
        ]
        wait(lambda: {json.loads(body)["id"] for _, body in receiver.got} >= set(sent), "all were told of")
        database = sqlite3.connect(first.data / "jobs.sqlite")
        wait(lambda: database.execute("SELECT count(*) FROM webhooks").fetchone() == (0,), "none is left to send")
        assert sorted(json.loads(body)["id"] for _, body in receiver.got) == sorted(sent)
    receiver.close()


def test_they_are_off_by_default(service: Running, icon: bytes) -> None:
    answer = service.http.post("/jobs", content=icon, params={"webhook": "https://example.com/"})
    assert answer.status_code == 400
    assert "SVGAI_WEBHOOK_ORIGINS" in answer.json()["detail"]
