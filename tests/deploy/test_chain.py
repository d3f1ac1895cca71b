"""nginx, three replicas, Redis, Prometheus and Alertmanager together, while parts of them die."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.machine import Machine, machine
from tests.deploy.programs import ROOT
from tests.deploy.test_manuals import furnish, wait_for

URL = "http://localhost"
# Alertmanager's Slack: it keeps what it is sent.
_SLACK = """
import http.server, sys
class Slack(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[1], "ab") as file:
            file.write(body.strip() + b"\\n")
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", 9999), Slack).serve_forever()
"""
pytestmark = pytest.mark.slow


def hurry(monitoring: Path) -> None:
    """Minutes become seconds; nothing else of the files changes."""
    changes = {
        "prometheus.yml": [("15s", "1s"), ("10s", "1s")],
        "alert-rules.yml": [(r"\[5m\]", "[10s]"), (r"for: \dm", "for: 2s")],
        "alertmanager.yml": [("group_wait: 30s", "group_wait: 1s"), ("group_interval: 5m", "group_interval: 1s")],
    }
    for name, pairs in changes.items():
        text = (monitoring / name).read_text()
        for before, after in pairs:
            text, count = re.subn(before, after, text)
            assert count, (name, before)
        (monitoring / name).write_text(text)


class Chain:
    """The deployment of the manual, with three replicas, in a machine."""

    def __init__(self, inside: Machine, folder: Path) -> None:
        self.inside = inside
        self.folder = folder
        self.told = folder / "slack.jsonl"

    def load(self, first: int, last: int) -> dict[str, Any]:
        """What came of the requests of these numbers."""
        line = f"PYTHONPATH={ROOT} {sys.executable} -m tests.deploy.load {URL} {first} {last}"
        found: dict[str, Any] = json.loads(self.inside.must(line, seconds=120).splitlines()[-1])
        return found

    def statuses(self, jobs: list[str]) -> Counter[str]:
        """How many of the jobs are how far, as any replica says; what is no job counts as its answer."""
        urls = " ".join(f"{URL}/jobs/{job}" for job in jobs)
        answers = self.inside.must(f"curl -s --rate 150/s -w '\\n' {urls}").splitlines()
        return Counter(json.loads(answer).get("status", answer) for answer in answers)

    def messages(self) -> list[str]:
        """Slack's, as their titles and texts."""
        lines = self.told.read_text().splitlines() if self.told.exists() else []
        return [f"{a['title']} | {a['text']}" for line in lines for a in json.loads(line)["attachments"]]

    def firing(self) -> set[str]:
        alerts = json.loads(self.inside.must("curl -s http://localhost:9090/api/v1/alerts"))["data"]["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}


def ended(statuses: Counter[str]) -> bool:
    return not set(statuses) & {"queued", "processing"}


def until(condition: Callable[[], bool], what: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.3)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    tmp_path = tmp_path_factory.mktemp("chain")
    folder = furnish(tmp_path)
    hurry(folder / "monitoring")
    shutil.copy(folder / ".env.example", folder / ".env")
    with (folder / ".env").open("a") as env:
        env.write(f"COMPOSE_FILE={':'.join(f'docker-compose.{f}.yml' for f in ('prod', 'monitoring', 'scale'))}\n")
        env.write("SVGAI_TRUSTED_PROXIES=127.0.0.0/24\nWORKERS=1\nSVGAI_MAX_PENDING=500\n")
    (folder / "secrets" / "slack_url").write_text("http://127.0.0.1:9999/")
    with machine(tmp_path) as inside:
        found = Chain(inside, folder)
        slack = inside.command(sys.executable, "-c", _SLACK, str(found.told))
        with subprocess.Popen(slack) as process:
            inside.must("docker-compose up -d", folder)
            assert wait_for(inside, f"{URL}/health")
            until(lambda: '"health":"up"' in inside.must("curl -s localhost:9090/api/v1/targets"), "it is scraped")
            yield found
            process.kill()


def test_no_accepted_job_is_lost_whatever_dies(chain: Chain) -> None:
    """300 requests; after 100 a replica is killed, after 160 Redis restarts, after 220 nginx reloads."""
    inside, folder = chain.inside, chain.folder
    second = json.loads(inside.must("cat /run/local-docker/svg-ai_2.json"))["pid"]
    happen = {
        100: f"kill -9 {second}",
        160: "docker-compose restart redis",
        220: "docker-compose exec nginx nginx -s reload",
    }
    jobs: list[str] = []
    codes: dict[str, int] = {}
    for first, last in pairwise([0, *happen, 300]):
        inside.must(happen.get(first, "true"), folder)
        found = chain.load(first, last)
        jobs += found["jobs"]
        for code, count in found["codes"].items():
            codes[code] = codes.get(code, 0) + count
    assert sum(codes.values()) == 300
    assert {code: n for code, n in codes.items() if code.split()[1] not in ("200", "202")} == {}, codes
    assert len(jobs) == 180
    until(lambda: ended(chain.statuses(jobs)), "every accepted job has ended")
    assert chain.statuses(jobs) == {"completed": len(jobs)}
    until(lambda: "ServiceDown" in chain.firing(), "ServiceDown fires")
    until(lambda: any("FIRING: ServiceDown | The service does not answer: 127.0.1.2:9464" in m for m in
                      chain.messages()), "Slack is told")  # fmt: skip
    inside.must("docker-compose up -d", folder)
    until(lambda: "ServiceDown" not in chain.firing(), "ServiceDown is over")
    until(lambda: any("RESOLVED: ServiceDown" in m for m in chain.messages()), "Slack is told that it is over")


def test_errors_that_are_injected_are_told(chain: Chain) -> None:
    assert "HighErrorRate" not in chain.firing()
    send = f"for k in $(seq 12); do curl -s -o /dev/null -F files=@broken.png -F files=@broken.png {URL}/jobs; done"

    def fires() -> bool:
        chain.inside.must(send, chain.folder)
        return "HighErrorRate" in chain.firing()

    until(fires, "HighErrorRate fires")
    until(lambda: any("FIRING: HighErrorRate | Jobs fail" in m for m in chain.messages()), "Slack is told")
    until(lambda: "HighErrorRate" not in chain.firing(), "it is over when no job fails")


def test_nginx_shows_the_outside_what_it_should(chain: Chain) -> None:
    def code(path: str, *options: str) -> str:
        line = f"curl -s -o /dev/null -w '%{{http_code}}' {' '.join(options)} '{URL}{path}'"
        return chain.inside.must(line, chain.folder)

    assert code("/") == code("/health") == code("/options/schema") == "200"
    hidden = ("/metrics", "/docs", "/redoc", "/openapi.json", "//metrics", "/%6detrics", "/metrics/", "/./docs")
    assert {path: code(path, "--path-as-is") for path in hidden} == dict.fromkeys(hidden, "403")
    assert code("/api/status/nothing") == "404"
    too_large = "head -c 18000000 /dev/zero > large; "
    chain.inside.must(too_large, chain.folder)
    assert code("/convert", "--data-binary @large") == "413"


def test_nginx_refuses_a_flood_and_says_whose_it_is(chain: Chain) -> None:
    """SVG-AI's figure: 10 a second, 20 more at once; another client goes through meanwhile."""
    ask = f"curl -s -o /dev/null -w '%{{http_code}}\\n' -d x {URL}/api/convert --interface"
    codes = chain.inside.must(f"seq 60 | xargs -P 20 -I@ {ask} 127.0.8.1").split()
    assert set(codes) <= {"400", "429"}
    assert codes.count("429") >= 20
    assert chain.inside.must(f"{ask} 127.0.8.2").split() == ["400"]
    log = chain.inside.must("cat /run/local-docker/nginx_1.log /run/local-docker/svg-ai_*.log")
    assert re.search(r"limiting requests, .*client: 127\.0\.8\.1", log)
    assert re.search(r"POST /api/convert 400 .* from 127\.0\.8\.2 \(request \w{32}\)", log)


def test_a_client_cannot_say_where_it_comes_from(chain: Chain) -> None:
    chain.inside.must(f"curl -s -H 'X-Forwarded-For: 8.8.8.8' --interface 127.0.8.3 {URL}/jobs/{'0' * 32}")
    log = chain.inside.must("cat /run/local-docker/svg-ai_*.log")
    assert "from 127.0.8.3" in log
    assert "8.8.8.8" not in log


def test_events_come_through_nginx_as_they_happen(chain: Chain) -> None:
    job = json.loads(chain.inside.must(f"curl -s -F files=@test.jpg {URL}/jobs", chain.folder))["id"]
    events = chain.inside.must(f"curl -s -N --max-time 60 {URL}/jobs/{job}/events")
    assert events.startswith("event: job")
    assert "event: end" in events


def test_where_no_replica_answers_nginx_says_so_in_the_services_form(chain: Chain) -> None:
    chain.inside.must("docker-compose stop svg-ai", chain.folder)
    said = chain.inside.must(f"curl -s -i {URL}/health")
    assert "503 Service Temporarily Unavailable" in said
    assert "Retry-After: 5" in said
    assert json.loads(said.splitlines()[-1])["error"]["code"] == "UNAVAILABLE"
    # SVG-AI's manual: where nginx is no help, the container itself answers; and it starts again.
    chain.inside.must("docker-compose up -d", chain.folder)
    assert wait_for(chain.inside, "http://svg-ai:5000/health")


def test_tls_is_answered(chain: Chain) -> None:
    """Port 443, with a certificate of our own where certbot would put one."""
    live = "/etc/letsencrypt/live/svgai.example.org"
    chain.inside.must(
        f"mkdir -p {live} /etc/nginx/tls.d && openssl req -x509 -newkey rsa:2048 -nodes -days 2 "
        f"-subj /CN=svgai.example.org -addext subjectAltName=DNS:svgai.example.org "
        f"-keyout {live}/privkey.pem -out {live}/fullchain.pem 2> /dev/null && "
        f"cp nginx/tls.conf /etc/nginx/tls.d/ && docker-compose exec nginx nginx -s reload",
        chain.folder,
    )
    look = (f"curl -s -i --retry 20 --retry-connrefused --retry-delay 1 --cacert {live}/fullchain.pem "
            "--resolve svgai.example.org:443:127.0.0.1 https://svgai.example.org/health")  # fmt: skip
    said = chain.inside.must(look)
    assert "200 OK" in said
    assert "Strict-Transport-Security" in said
