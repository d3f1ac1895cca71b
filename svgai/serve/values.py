"""Words of the environment as values: sizes, durations, yes and no, lists. Each raises ValueError that says what the
word should be."""

from __future__ import annotations

import ipaddress
import math
import re
from typing import TypeAlias
from urllib.parse import urlsplit

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)", re.IGNORECASE)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def size(text: str) -> int:
    """Bytes: `16777216`, `500MB`, `1.5GB`."""
    found = _SIZE.fullmatch(text.strip())
    if not found or not float(found[1]):
        raise ValueError(f"{text!r} is no size like 500MB or 1.5GB")
    return int(float(found[1]) * _UNITS[found[2].lower()])


def mebibytes(text: str) -> int:
    """Bytes of a number of MiB."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1e6:
        raise ValueError(f"{text!r} is no number of megabytes")
    return int(value * 2**20)


def duration(text: str) -> float:
    """Seconds: `90`, `10m`, `12h`, `7d`."""
    found = _DURATION.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no duration like 90s, 10m, 12h or 7d")
    return float(found[1]) * _SECONDS[found[2].lower()]


def yes(text: str) -> bool:
    """Whether: 1, true, yes, on; 0, false, no, off."""
    word = text.strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off"):
        return False
    raise ValueError(f"{text!r} is neither 1 nor 0")


def count(text: str) -> int:
    """A whole number of 1 or more."""
    if not text.strip().isdecimal() or not 1 <= int(text) < 10**9:
        raise ValueError(f"{text!r} is not a whole number of 1 or more")
    return int(text)


def port(text: str) -> int:
    """A TCP port; 0 takes a free one."""
    if not text.strip().isdecimal() or int(text) > 65535:
        raise ValueError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def names(text: str) -> tuple[str, ...]:
    """A list with commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def origins(text: str) -> tuple[str, ...]:
    """Origins of web pages, as `https://vectorizer.dev`, or `*`."""
    found = names(text)
    for origin in found:
        parts = urlsplit(origin)
        plain = parts.scheme in ("http", "https") and parts.netloc and origin == f"{parts.scheme}://{parts.netloc}"
        if origin != "*" and not plain:
            raise ValueError(f"{origin!r} is no origin like https://example.com, without a path")
    return found


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks: `127.0.0.1`, `10.0.0.0/8`; `*` is every address."""
    found: list[Network] = []
    for name in names(text):
        if name == "*":
            found += [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")]
            continue
        try:
            found.append(ipaddress.ip_network(name, strict=False))
        except ValueError:
            raise ValueError(f"{name!r} is no IP address or network like 10.0.0.0/8") from None
    return tuple(found)


def mode(text: str) -> bool:
    """Whether in production."""
    if text not in ("production", "development"):
        raise ValueError(f"{text!r} is neither production nor development")
    return text == "production"


def log_format(text: str) -> str:
    """`text` or `json`."""
    if text not in ("text", "json"):
        raise ValueError(f"{text!r} is neither text nor json")
    return text


def rate(text: str) -> str:
    """Rates as `10/minute` or `50/hour;200/day`; `off` is none."""
    from limits import parse_many

    if text != "off":
        try:
            parse_many(text)
        except ValueError:
            raise ValueError(f"{text!r} is no rate like 10/minute, 50/hour;200/day or off") from None
    return text
