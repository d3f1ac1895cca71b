"""Messages to the client when its job or batch has ended: signed, tried again, and only to origins that the operator
named."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select, update

from svgai.serve import logs
from svgai.serve.database import Database, Row
from svgai.serve.jobs import ENDED, Job, as_json
from svgai.serve.tables import JOBS, WEBHOOKS

# Seconds until the next try, after each that failed: then it is given up.
RETRIES = (1.0, 5.0, 30.0, 300.0, 3600.0)
# Seconds that a receiver may take, and that a message is one replica's: then whoever had it has died.
_PATIENCE, _LEASE = 10.0, 60.0
_LOOK = 0.5


def signature(secret: str, sent: str, body: bytes) -> str:
    """What proves that a message is ours: HMAC-SHA256 of `<time sent>.<body>`, in hexadecimal."""
    return hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """A redirect could lead where the operator did not allow."""


class Webhooks:
    """origins: where messages may go; none is off. secret: signs them."""

    def __init__(self, database: Database, origins: tuple[str, ...], secret: str | None) -> None:
        self._database = database
        self._origins = origins
        self._secret = secret or ""
        self._opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._send_all, name="svgai webhooks", daemon=True)

    def check(self, url: str) -> None:
        """Raises ValueError where no message may go to this URL."""
        if not self._origins:
            raise ValueError("webhooks are off; SVGAI_WEBHOOK_ORIGINS names the origins that they may go to")
        try:
            parts = urlsplit(url)
        except ValueError as e:
            raise ValueError(f"webhook: this is no URL ({e})") from e
        if f"{parts.scheme}://{parts.netloc}" not in self._origins or len(url) > 2000 or not url.isprintable():
            raise ValueError("webhook: its origin is not among those of SVGAI_WEBHOOK_ORIGINS")

    def note(self, job: Job, connection: Connection) -> None:
        """Have a message sent for a job that has just ended, in the transaction that ended it: one for a batch."""
        if job.webhook is None:
            return
        if job.batch is not None:
            states = connection.execute(select(JOBS.c.state).where(JOBS.c.batch == job.batch)).scalars().all()
            if not all(state in ENDED for state in states):
                return
            body = {"kind": "batch", "id": job.batch, "completed": states.count("completed"),
                    "failed": states.count("failed"), "links": {"self": f"/jobs/{job.batch}"}}  # fmt: skip
        else:
            body = as_json(job)
        message = {"url": job.webhook, "body": json.dumps(body), "due": time.time(), "tries": 0}
        connection.execute(insert(WEBHOOKS).values(message))

    def start(self) -> None:
        if self._origins:
            self._thread.start()

    def close(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _send_all(self) -> None:
        while not self._ended.wait(_LOOK):
            try:
                while not self._ended.is_set() and (row := self._claimed()) is not None:
                    self._send(row)
            except Exception:  # noqa: BLE001 - a fault of ours with one message must not end the thread
                logs.LOGGER.exception("a fault with webhooks")

    def _claimed(self) -> Row | None:
        """A message that is due, and no other replica's for a while."""
        now = time.time()
        due = select(WEBHOOKS.c.id).where(WEBHOOKS.c.due <= now).order_by(WEBHOOKS.c.due).limit(1)
        if not self._database.read(due):
            return None
        query = update(WEBHOOKS).where(WEBHOOKS.c.id == due.scalar_subquery()).values(due=now + _LEASE)
        with self._database.transaction() as connection:
            return connection.execute(query.returning(WEBHOOKS)).mappings().one_or_none()

    def _send(self, row: Row) -> None:
        body, sent = row["body"].encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "svgai",
            "X-Svgai-Timestamp": sent,
            "X-Svgai-Signature": f"sha256={signature(self._secret, sent, body)}",
        }
        request = urllib.request.Request(row["url"], body, headers)
        try:
            with self._opener.open(request, timeout=_PATIENCE):
                self._settle(row, None)
        except (urllib.error.URLError, OSError, ValueError) as e:
            self._settle(row, e)

    def _settle(self, row: Row, error: Exception | None) -> None:
        this = WEBHOOKS.c.id == row["id"]
        with self._database.transaction() as connection:
            if error is None or row["tries"] == len(RETRIES):
                connection.execute(delete(WEBHOOKS).where(this))
            else:
                again = {"tries": row["tries"] + 1, "due": time.time() + RETRIES[row["tries"]]}
                connection.execute(update(WEBHOOKS).where(this).values(again))
        if error is not None:
            level, then = (logging.ERROR, "given up") if row["tries"] == len(RETRIES) else (logging.WARNING, "retry")
            logs.line(level, f"webhook not delivered ({type(error).__name__}), {then}")
