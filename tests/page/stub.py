"""A service as docs/service.md describes it, of one thread a request: what the page needs of it, and no more."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from svgai import pipeline, viewer
from svgai.draw import engines
from svgai.errors import SvgaiError
from svgai.options import options
from svgai.outcome import as_json, converted
from svgai.settings import from_words

STATIC = Path(viewer.__file__).parents[1] / "serve" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8"}


@dataclass
class Job:
    """One picture on its way."""

    id: str
    name: str
    data: bytes
    words: dict[str, str]
    status: str = "queued"
    progress: int = 0
    svg: str = ""
    result: dict[str, Any] | None = None
    error: dict[str, str] | None = None

    def run(self) -> None:
        self.status, self.progress = "processing", 20
        time.sleep(0.05)
        try:
            made = pipeline.convert(self.data, from_words(self.words))
        except SvgaiError as e:
            self.status, self.error = "failed", {"code": e.code, "message": e.cause, "remedy": e.remedy}
        else:
            self.svg, self.result = made.svg.text, as_json(converted(self.name, "", made))
            self.status = "completed"
        self.progress = 100

    def shape(self) -> dict[str, Any]:
        return {
            "kind": "job", "id": self.id, "status": self.status, "progress": self.progress, "stage": "draw",
            "message": "drawing", "filename": self.name, "result": self.result, "error": self.error,
        }  # fmt: skip


@dataclass
class Stub:
    """The jobs by id, in batches by id, and what was asked."""

    jobs: dict[str, list[Job]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)

    def accept(self, pictures: list[tuple[str, bytes]], words: dict[str, str]) -> dict[str, Any]:
        self.words = words
        made = [Job(f"job{len(self.jobs)}-{k}", name, data, words) for k, (name, data) in enumerate(pictures)]
        self.jobs |= {job.id: [job] for job in made}
        name = made[0].id if len(made) == 1 else f"batch{len(self.jobs)}"
        self.jobs[name] = made
        threading.Thread(target=_run, args=(made,), daemon=True).start()
        return self.shape(name)

    def shape(self, name: str) -> dict[str, Any]:
        made = self.jobs[name]
        return (
            made[0].shape() if made[0].id == name else {"kind": "batch", "id": name, "jobs": [j.shape() for j in made]}
        )


def _schema() -> dict[str, Any]:
    properties: dict[str, Any] = {
        o.field: {**o.kind.schema, "description": o.help, **({} if o.default is None else {"default": o.default})}
        for o in options(engines.names())
    }
    properties |= {f"contour.{name}": {"type": "number"} for name in list(asdict(engines.named("contour").plan()))[:3]}
    return {"type": "object", "properties": properties}


def _run(jobs: list[Job]) -> None:
    for job in jobs:
        job.run()


def _form(kind: str, body: bytes) -> tuple[list[tuple[str, bytes]], dict[str, str]]:
    """The files and the fields of a form."""
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
    pictures, words = [], {}
    for part in form.iter_parts():
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        if name := part.get_filename():
            pictures.append((name, data))
        else:
            words[str(part.get_param("name", header="content-disposition"))] = data.decode()
    return pictures, words


def _handler(stub: Stub) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one small method a route
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            stub.asked.append(path)
            if path in ("/", "/favicon.ico") or path.startswith("/static/"):
                return self._file(path)
            if path == "/options/schema":
                return self._json(_schema())
            _, _, name, *rest = path.split("/")
            jobs = stub.jobs[name]
            match rest:
                case ["svg"]:
                    return self._answer(200, "image/svg+xml", jobs[0].svg.encode())
                case ["source"]:
                    return self._answer(200, "application/octet-stream", jobs[0].data)
                case ["zip"]:
                    return self._answer(200, "application/zip", _zip(jobs))
                case ["events"]:
                    return self._events(jobs)
                case _:
                    return self._json(stub.shape(name))

        def do_POST(self) -> None:
            stub.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            pictures, words = _form(self.headers["Content-Type"], body)
            self._json(stub.accept(pictures, words), 202)

        def _file(self, path: str) -> None:
            name = path.removeprefix("/static/") if path != "/" else "index.html"
            folder = viewer.FOLDER if name.startswith("viewer/") else STATIC
            file = folder / name.removeprefix("viewer/")
            if not file.is_file():
                return self._answer(404, "text/plain", b"")
            return self._answer(200, KINDS[file.suffix], file.read_bytes())

        def _events(self, jobs: list[Job]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            said: dict[str, str] = {}
            while any(job.progress < 100 for job in jobs) or not said:
                for job in jobs:
                    text = json.dumps(job.shape())
                    if said.get(job.id) != text:
                        said[job.id] = text
                        self.wfile.write(f"event: job\ndata: {text}\n\n".encode())
                time.sleep(0.02)
            self.wfile.write(b"event: end\ndata: " + json.dumps(jobs[0].shape()).encode() + b"\n\n")

        def _json(self, value: Any, status: int = 200) -> None:
            self._answer(status, "application/json", json.dumps(value).encode())

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _zip(jobs: list[Job]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for job in jobs:
            archive.writestr(Path(job.name).stem + ".svg", job.svg)
    return data.getvalue()


@contextmanager
def serving() -> Iterator[tuple[str, Stub]]:
    """The address of a running service, and what it knows."""
    stub = Stub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", stub
    finally:
        server.shutdown()
        server.server_close()
