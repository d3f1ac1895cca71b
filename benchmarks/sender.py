"""The sender's memory alone, over a real Redis: `python benchmarks/sender.py [COUNT]`.

20,000 pictures go out, and a worker that draws nothing answers each at once with a record and an SVG of usual size: so
what grows is the sender's, and not the list of names that every batch holds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil
from kombu import Consumer, Message

sys.path.insert(0, str(Path(__file__).parent.parent))

from svgai.cluster import app as apps
from svgai.cluster import messages
from svgai.cluster.messages import Errand, Order
from svgai.cluster.sender import Sender
from svgai.settings import Settings
from svgai.workers.limits import Limits
from tests.servers import Redis, serving

# Pictures that are out at once, as for four processes that draw.
_WINDOW = 8
_DRAWN = {"record": {"source": "x" * 900}, "svg": "QUJD" * 300}


def answer(broker: str) -> None:
    """A worker that answers, and draws nothing."""
    app = apps.application(broker)
    with app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection)

        def heard(body: Any, message: Message) -> None:
            message.ack()
            ((errand,), _, _) = body
            for kind, facts in ((messages.BEGUN, {}), (messages.DRAWN, _DRAWN)):
                reply = messages.reply(kind, errand["index"], "stub", **facts)
                producer.publish(reply, exchange="", routing_key=errand["reply_to"], serializer="json")

        with Consumer(connection, [apps.queue()], callbacks=[heard], accept=["json"]):
            while True:
                connection.drain_events()


@contextmanager
def answering(broker: str) -> Iterator[None]:
    process = get_context("spawn").Process(target=answer, args=(broker,), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()


def errand(index: int, order: Order) -> Errand:
    return Errand(order=order, index=index, name=f"{index}.png", data=bytes(100))


def send(sender: Sender, count: int) -> None:
    """Send so many, and say the size on the way."""
    start, sent, done = time.monotonic(), 0, 0
    while done < count:
        while sent - done < _WINDOW and sent < count:
            sender.send(sent, partial(errand, sent))
            sent += 1
        for _ in sender.answers(0.5):
            done += 1
            if done % (count // 20) == 0:
                size = psutil.Process().memory_info().rss / 1e6
                print(f"{done} answered, {time.monotonic() - start:.0f} s, {size:.2f} MB", flush=True)


if __name__ == "__main__":
    with serving(Redis) as broker, answering(broker.url):
        found = Sender(broker.url, Settings(), "stub", Limits(None, None), partial(print, flush=True))
        send(found, int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
