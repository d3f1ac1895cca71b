"""Sends mixed requests from many addresses, as many clients would, and says what was answered: one JSON object.

python -m tests.deploy.load URL FIRST LAST: the requests of these numbers, a few at a time.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from tests.pictures import encoded, noise

_AT_ONCE, _CLIENTS = 6, 40


@dataclass(frozen=True, slots=True)
class Answer:
    """job: of one that was accepted; an error has none."""

    kind: str
    code: int
    job: str | None = None


def send(url: str, number: int) -> Answer:
    """One request; its number says which. A connection that broke counts as 0."""
    transport = httpx.HTTPTransport(local_address=f"127.0.9.{1 + number % _CLIENTS}")
    with httpx.Client(base_url=url, transport=transport, timeout=60) as http:
        picture = encoded(noise(10, 10, seed=number))
        try:
            match number % 5:
                case 0 | 1:
                    answer = http.post("/jobs", files={"files": ("a.png", picture)}, data={"quality": "fast"})
                    return Answer(
                        "jobs", answer.status_code, answer.json().get("id") if answer.status_code == 202 else None
                    )
                case 2:
                    answer = http.post("/api/upload", files={"file": ("b.png", picture)}, data={"quality": "fast"})
                    return Answer(
                        "upload", answer.status_code, answer.json().get("job_id") if answer.is_success else None
                    )
                case 3:
                    answer = http.post("/convert", content=picture, params={"quality": "fast"})
                    return Answer("convert", answer.status_code)
                case _:
                    return Answer("health", http.get("/health").status_code)
        except httpx.TransportError:
            return Answer("broken", 0)


def main() -> None:
    url, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with ThreadPoolExecutor(_AT_ONCE) as clients:
        answers = list(clients.map(lambda number: send(url, number), range(first, last)))
    codes = Counter(f"{answer.kind} {answer.code}" for answer in answers)
    print(json.dumps({"codes": codes, "jobs": [answer.job for answer in answers if answer.job]}))


if __name__ == "__main__":
    main()
