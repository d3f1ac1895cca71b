"""What goes over the wire: JSON objects, and no code."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from svgai.errors import SvgaiError
from svgai.measure.judge import Targets
from svgai.settings import Settings
from svgai.workers.limits import Limits

# Kinds of replies: a worker begins; it is still at it; it has drawn; it could not.
BEGUN, ALIVE, DRAWN, FAILED = "begun", "alive", "drawn", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What all pictures of a run share. made_by: the settings' fingerprint, which holds the versions too; reply_to:
    the queue of the replies."""

    settings: Settings
    made_by: str
    limits: Limits
    reply_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One picture to draw. index: its place in the run. name: of its file. Either data, or where all machines see the
    same files: path, and target, where the SVG goes."""

    order: Order
    index: int
    name: str
    data: bytes | None = None
    path: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came back of a picture. record: of its outcome, as outcome.as_json. svg: None where it lies at the
    errand's target."""

    record: dict[str, Any]
    svg: bytes | None


def of_errand(errand: Errand) -> dict[str, Any]:
    """The message of an errand."""
    order = errand.order
    return {
        "settings": asdict(order.settings),
        "made_by": order.made_by,
        "limits": asdict(order.limits),
        "reply_to": order.reply_to,
        "index": errand.index,
        "name": errand.name,
        "data": _text(errand.data),
        "path": errand.path,
        "target": errand.target,
    }


def errand_of(message: Mapping[str, Any]) -> Errand:
    """The errand of a message. Raises ValueError, KeyError or TypeError where it is none of these versions'."""
    said = message["settings"]
    targets = {int(tier): Targets(**values) for tier, values in said["targets"].items()}
    order = Order(
        settings=Settings(**{**said, "targets": targets}),
        made_by=message["made_by"],
        limits=Limits(**message["limits"]),
        reply_to=message["reply_to"],
    )
    rest = {name: message[name] for name in ("index", "name", "path", "target")}
    return Errand(order=order, data=_bytes(message["data"]), **rest)


def reply(kind: str, index: int, host: str, **facts: Any) -> dict[str, Any]:
    """What a worker says of a picture."""
    return {"kind": kind, "index": index, "host": host, **facts}


def of_drawn(drawn: Drawn) -> dict[str, Any]:
    """The facts of a reply that something was drawn."""
    return {"record": drawn.record, "svg": _text(drawn.svg)}


def of_error(error: SvgaiError) -> dict[str, str]:
    """The facts of a reply that nothing was."""
    return {"code": error.code, "cause": error.cause, "remedy": error.remedy}


def value_of(message: Mapping[str, Any]) -> Drawn | SvgaiError:
    """What a worker's last word on a picture is."""
    if message["kind"] == DRAWN:
        return Drawn(message["record"], _bytes(message["svg"]))
    error = SvgaiError(message["cause"], message["remedy"])
    error.code = message["code"]
    return error


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
