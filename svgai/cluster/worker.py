"""`svgai worker`: this machine draws for whoever sends pictures to the broker."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celery import Celery
from celery.exceptions import Reject
from celery.signals import setup_logging, worker_shutting_down

from svgai.cluster import app as apps
from svgai.cluster import messages, work
from svgai.cluster.messages import Errand
from svgai.errors import NoWorkersError, SvgaiError, internal
from svgai.provenance import fingerprint
from svgai.settings import Settings
from svgai.workers.process import load_engines
from svgai.workers.slot import Slot, Watch

if TYPE_CHECKING:
    from svgai.pipeline import Conversion

# Seconds between two signs of life of a picture that is being drawn.
ALIVE = 5.0
# Seconds after which processes that die before they begin are tried again.
_RECOVERY = 5.0
# A reply is kept and sent again for as long as the broker is gone.
_PATIENT = {"max_retries": None, "interval_start": 0.2, "interval_step": 0.5, "interval_max": 5.0}


class Worker:
    """shared: the folder below which errands may name files, None where none may. jobs: draws a job of the service in
    a slot, by the job's id; None where this machine draws none. convert: see work.Call."""

    def __init__(
        self,
        broker: str,
        slots: int,
        shared: Path | None = None,
        jobs: Callable[[Slot, str], None] | None = None,
        convert: Callable[[bytes, Settings], Conversion] = work.convert,
    ) -> None:
        self._app = apps.application(broker, jobs=jobs is not None)
        self._gone = apps.gone(self._app)
        self._slots = slots
        self._jobs = jobs
        self._shared = shared.resolve() if shared is not None else None
        self._convert = convert
        self._host = f"{socket.gethostname()}:{os.getpid()}"
        self._own = threading.local()
        self._running: dict[int, Errand] = {}
        self._lock = threading.Lock()
        self._app.task(self.draw, name=apps.DRAW)
        if jobs is not None:
            self._app.task(self.job, name=apps.JOB)

    def run(self) -> int:
        """Work until a signal: the first ends after what is being drawn. The exit code."""
        threading.Thread(target=self._say_alive, name="svgai signs of life", daemon=True).start()
        worker = self._app.Worker(
            concurrency=self._slots, hostname=f"svgai@{self._host}", quiet=True, without_gossip=True,
            without_mingle=True,
        )  # fmt: skip
        worker.start()
        return int(worker.exitcode or 0)

    def draw(self, message: dict[str, Any]) -> None:
        """Celery's task: draw what a message asks for, and reply."""
        try:
            errand = messages.errand_of(message)
        except (ValueError, KeyError, TypeError) as e:
            raise Reject(f"this is no errand: {e}") from e
        self._reply(errand, messages.BEGUN)
        with self._lock:
            self._running[id(errand)] = errand
        try:
            drawn = self._slot().run(pickle.dumps((work.draw, work.Call(self._checked(errand), self._convert))),
                                     Watch(errand.order.limits, threading.Event(), _ignored))  # fmt: skip
        except SvgaiError as e:
            self._reply(errand, messages.FAILED, **messages.of_error(e))
        except NoWorkersError as e:
            time.sleep(_RECOVERY)
            raise Reject(str(e), requeue=True) from e
        except Exception as e:  # noqa: BLE001 - the boundary: the sender hears of a fault of ours
            self._reply(errand, messages.FAILED, **messages.of_error(internal(e)))
        else:
            self._reply(errand, messages.DRAWN, **messages.of_drawn(drawn))
        finally:
            with self._lock:
                del self._running[id(errand)]

    def job(self, job: str) -> None:
        """Celery's task: draw a job of the service, if it still waits."""
        assert self._jobs is not None
        try:
            self._jobs(self._slot(), job)
        except NoWorkersError:  # it is back in the queue, and will be announced again
            time.sleep(_RECOVERY)

    def _slot(self) -> Slot:
        """This thread's process."""
        if not hasattr(self._own, "slot"):
            self._own.slot = Slot(load_engines)
        found: Slot = self._own.slot
        return found

    def _checked(self, errand: Errand) -> Errand:
        """The errand, where it may be done here. Raises SvgaiError."""
        if fingerprint(errand.order.settings) != errand.order.made_by:
            raise SvgaiError("a worker has other versions than the sender", "install the same on all machines")
        for path in (errand.path, errand.target):
            if path is not None and not self._may_touch(path):
                raise SvgaiError(f"a worker may not touch {path}", "start svgai worker with --shared-folder FOLDER")
        return errand

    def _may_touch(self, path: str) -> bool:
        return self._shared is not None and Path(path).resolve().is_relative_to(self._shared)

    def _reply(self, errand: Errand, kind: str, **facts: Any) -> None:
        _publish(self._app, errand.order.reply_to, messages.reply(kind, errand.index, self._host, **facts))

    def _say_alive(self) -> None:
        while True:
            time.sleep(ALIVE)
            with self._lock:
                running = list(self._running.values())
            for errand in running:
                body = messages.reply(messages.ALIVE, errand.index, self._host)
                with suppress(*self._gone):
                    _publish(self._app, errand.order.reply_to, body, patient=False)


def _publish(app: Celery, queue: str, body: dict[str, Any], *, patient: bool = True) -> None:
    """Send a reply; a sender that has gone has taken its queue along."""
    with app.producer_pool.acquire(block=True) as producer:
        producer.publish(body, exchange="", routing_key=queue, serializer="json", retry=patient,
                         retry_policy=_PATIENT)  # fmt: skip


@setup_logging.connect  # type: ignore[untyped-decorator]
def _log(**_: Any) -> None:
    """Celery's lines, and only those that a person reads, on stderr."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="[%(asctime)s] %(levelname)s - %(message)s",
                        datefmt="%Y-%m-%d %H:%M:%S")  # fmt: skip
    logging.getLogger("celery.worker").setLevel(logging.INFO)
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _leave_at_the_next(**_: Any) -> None:
    """After the first signal the second ends all at once; whoever waits for a picture notices the silence."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda again, _: os._exit(128 + again))


def _ignored(_: Any) -> None:
    """Nobody listens to what a task says."""
