"""Celery's application, as workers and senders share it. With worker.py, sender.py and announcer.py the only
importer of Celery."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from celery.worker.control import inspect_command
from kombu import Exchange, Queue
from kombu.exceptions import OperationalError

from svgai.errors import UsageError
from svgai.provenance import digest, versions

# Tasks: draw a picture of a batch, which the message describes; draw a job of the service, which its row does.
DRAW, JOB = "svgai.draw", "svgai.job"
SCHEMES = ("redis", "rediss", "amqp", "amqps")
# Seconds after which Redis hands a message out again that nobody has acknowledged. Longer than any picture may take:
# a machine that is gone is noticed by its silence (sender.py), and a second copy would only be drawn for nothing.
_VISIBILITY = 6 * 3600


def application(broker: str, *, jobs: bool = False) -> Celery:
    """The application at a broker. jobs: its workers take the service's jobs too. Raises UsageError."""
    if urlsplit(broker).scheme not in SCHEMES:
        raise UsageError("the broker's URL begins with redis:// or amqp://", "as redis://localhost:6379/0")
    app = Celery("svgai", broker=broker, set_as_current=False)
    app.conf.update(
        # Whoever reaches the broker can have pictures drawn, and no code run.
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        # A message is a worker's until the picture is done, and no worker takes more than it draws.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        # Threads, since each has a killable process of its own (workers.slot), with limits that hold in native code.
        worker_pool="threads",
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={"visibility_timeout": _VISIBILITY},
        task_queues=[queue(), jobs_queue()] if jobs else [queue()],
        task_default_queue=queue().name,
        worker_redirect_stdouts=False,
    )
    return app


def gone(app: Celery) -> tuple[type[Exception], ...]:
    """What is raised where the broker is gone, by the driver or by what stands between."""
    connection = app.connection_for_write()
    return (*connection.connection_errors, *connection.channel_errors, OperationalError, OSError)


def queue() -> Queue:
    """Where errands wait."""
    return _queue("svgai")


def jobs_queue() -> Queue:
    """Where ids of the service's jobs wait."""
    return _queue("svgai-jobs")


def _queue(kind: str) -> Queue:
    """Another for other versions, which would draw otherwise."""
    found = digest(repr(sorted(versions().items())).encode())
    name = f"{kind}-{found[:12]}"
    return Queue(name, Exchange(name, type="direct"), routing_key=name)


@inspect_command(name="svgai_versions")  # type: ignore[untyped-decorator]
def answer_versions(state: Any) -> dict[str, Any]:
    """What a worker answers who asks what it is."""
    return {"versions": versions(), "slots": state.consumer.pool.limit}
