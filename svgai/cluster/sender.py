"""A run's side of the broker: a window of pictures is out, each until it has come back or was lost twice."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from celery import Celery
from kombu import Connection, Consumer, Message, Queue

from svgai.cluster import app as apps
from svgai.cluster import messages
from svgai.cluster.messages import Drawn, Errand, Order
from svgai.errors import SvgaiError, UsageError
from svgai.provenance import versions
from svgai.settings import Settings
from svgai.workers.limits import CrashError, Limits

# Pictures that are out for each process that draws: one that it draws, one that waits.
WINDOW = 2
# A picture that its worker died at, or its machine, is tried so often.
TRIES = 2
# Seconds of silence after which a worker's machine is gone: six of its signs of life.
SILENCE = 30.0
# Seconds between two looks for what is lost, and after which a message that nobody begins and that is in no queue is.
_LOOK, _UNBEGUN = 5.0, 10.0
# Seconds in which workers say what they are, and until the broker is tried again.
_ANSWER, _AGAIN = 1.0, 1.0
# Seconds after which RabbitMQ drops the replies of a sender that was killed.
_KEPT = 3600.0


@dataclass(slots=True)
class Flight:
    """A picture that is out. errand: makes its message anew. sent: when it last was; hosts: who is at it, and when
    each was last heard; tries: how often it was lost."""

    errand: Callable[[Order], Errand]
    sent: float
    hosts: dict[str, float] = field(default_factory=dict)
    tries: int = 0


class Sender:
    """From `with` to its end. say: told a line where the broker goes or comes back."""

    def __init__(
        self, broker: str, settings: Settings, made_by: str, limits: Limits, say: Callable[[str], None]
    ) -> None:
        self._app: Celery = apps.application(broker)
        self._gone = apps.gone(self._app)
        self._queue = apps.queue()
        self._replies = Queue(f"{self._queue.name}-{uuid.uuid4().hex}", durable=True, expires=_KEPT)
        self._order = Order(settings=settings, made_by=made_by, limits=limits, reply_to=self._replies.name)
        self._say = say
        self._flights: dict[int, Flight] = {}
        self._ended: list[tuple[int, Drawn | SvgaiError]] = []
        self._connection: Connection | None = None
        self._window = 0
        self._looked = 0.0

    def __enter__(self) -> Sender:
        self._connect()
        self._window = WINDOW * self._slots()
        return self

    def __exit__(self, *_: object) -> None:
        """Take back what nobody has begun; what is being drawn ends for nothing."""
        with suppress(*self._gone):
            if self._flights:
                self._app.control.revoke([self._name(index) for index in self._flights])
            if self._connection is not None:
                self._replies(self._connection.default_channel).delete()
        self._disconnect()

    @property
    def out(self) -> int:
        """How many pictures are out."""
        return len(self._flights) + len(self._ended)

    @property
    def room(self) -> bool:
        """Whether another may go out."""
        return self.out < self._window

    def send(self, index: int, errand: Callable[[Order], Errand]) -> None:
        """Have a picture drawn. index: its place in the run."""
        self._flights[index] = Flight(errand, time.monotonic())
        self._holding(lambda: self._publish(index))

    def answers(self, seconds: float) -> Iterator[tuple[int, Drawn | SvgaiError]]:
        """What has come back by now, or comes within a time."""
        if not self._ended:
            self._holding(lambda: self._listen(seconds))
        if time.monotonic() - self._looked > _LOOK:
            self._looked = time.monotonic()
            self._holding(self._look_after)
        while self._ended:
            yield self._ended.pop()

    def _slots(self) -> int:
        """How many processes draw, on all machines. Raises UsageError where there are none of our versions."""
        found = self._app.control.broadcast("svgai_versions", reply=True, timeout=_ANSWER, connection=self._connection)
        workers = {host: answer for each in found or [] for host, answer in each.items()}
        if not workers:
            raise UsageError("no svgai worker answers at the broker", "start some: svgai worker --broker URL")
        ours = versions()
        for host, answer in workers.items():
            for name, theirs in answer["versions"].items():
                if ours.get(name) != theirs:
                    raise UsageError(f"{host} has {name} {theirs}, and here it is {ours.get(name)}",
                                     "install the same versions everywhere: they would draw otherwise")  # fmt: skip
        return sum(answer["slots"] for answer in workers.values())

    def _connect(self) -> None:
        """Raises UsageError where there is no broker; later its absence is waited out."""
        try:
            self._open()
        except self._gone as e:
            self._disconnect()
            raise UsageError(f"the broker does not answer ({e})", "see that it runs, and --broker") from e

    def _open(self) -> None:
        connection = self._app.connection_for_write()
        self._connection = connection
        connection.ensure_connection(max_retries=1, timeout=_AGAIN)
        Consumer(connection, [self._replies], callbacks=[self._heard], accept=["json"]).consume()

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(*self._gone):
                self._connection.release()
        self._connection = None

    def _holding(self, act: Callable[[], None]) -> None:
        """Do something with the broker, as often as it takes until the broker is there."""
        told = False
        while True:
            try:
                if self._connection is None:
                    self._open()
                    self._forgive()
                act()
            except self._gone:
                self._disconnect()
                if not told:
                    self._say("the broker does not answer; waiting for it")
                told = True
                time.sleep(_AGAIN)
            else:
                if told:
                    self._say("the broker is there again")
                return

    def _forgive(self) -> None:
        """While the broker was gone nobody could be heard."""
        now = time.monotonic()
        for flight in self._flights.values():
            flight.sent = now
            flight.hosts = dict.fromkeys(flight.hosts, now)

    def _publish(self, index: int) -> None:
        assert self._connection is not None
        flight = self._flights[index]
        flight.sent = time.monotonic()
        try:
            message = messages.of_errand(flight.errand(self._order))
        except SvgaiError as e:
            self._end(index, e)
            return
        self._app.send_task(apps.DRAW, (message,), queue=self._queue, task_id=self._name(index), retry=False,
                            producer=self._app.amqp.Producer(self._connection))  # fmt: skip

    def _name(self, index: int) -> str:
        """Of a picture's message."""
        return f"{self._replies.name}-{index}"

    def _listen(self, seconds: float) -> None:
        assert self._connection is not None
        deadline = time.monotonic() + seconds
        with suppress(socket.timeout):
            while not self._ended:
                self._connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))

    def _heard(self, body: Any, message: Message) -> None:
        """A worker's reply."""
        message.ack()
        flight = self._flights.get(body["index"])
        if flight is None:
            return  # drawn twice
        if body["kind"] in (messages.BEGUN, messages.ALIVE):
            flight.hosts[body["host"]] = time.monotonic()
            return
        value = messages.value_of(body)
        if isinstance(value, SvgaiError) and value.code == CrashError.code:
            flight.hosts.pop(body["host"], None)
            self._lost(body["index"], value)
        else:
            self._end(body["index"], value)

    def _lost(self, index: int, error: SvgaiError) -> None:
        """A picture's worker has died at it: once it goes out again, the second time it has failed."""
        flight = self._flights[index]
        flight.tries += 1
        if flight.tries == TRIES:
            self._end(index, error)
        elif not flight.hosts:
            self._publish(index)

    def _end(self, index: int, value: Drawn | SvgaiError) -> None:
        del self._flights[index]
        self._ended.append((index, value))

    def _look_after(self) -> None:
        """Send again what is lost: with a machine that is gone, or with a broker that has forgotten it."""
        assert self._connection is not None
        now = time.monotonic()
        channel = self._connection.default_channel
        waiting = channel.queue_declare(queue=self._queue.name, durable=True, auto_delete=False).message_count
        for index, flight in list(self._flights.items()):
            silent = [host for host, heard in flight.hosts.items() if now - heard > SILENCE]
            for host in silent:
                del flight.hosts[host]
                if index in self._flights:
                    self._lost(index, CrashError(f"its worker {host} is gone", "see what happened on that machine"))
            if index in self._flights and not flight.hosts and not waiting and now - flight.sent > _UNBEGUN:
                self._publish(index)
