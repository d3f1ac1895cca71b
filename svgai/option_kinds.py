"""What a word for a setting may be: one of some, a number, a size, a colour, a length on a page, a line of text.

Standard library only: the command line reads it before anything else is loaded.
"""

from __future__ import annotations

import math
import re
from typing import Any, Protocol

from svgai.records import Value

KEEP, REMOVE = "keep", "remove"
# An id-prefix from the content, a title from the file's name.
AUTO = "auto"
# Where lines are drawn as strokes.
NEVER, ONLY = "never", "only"
# The colour of the text around an SVG.
CURRENT = "currentColor"

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
# The same as a JSON Schema has it.
_COLOR = "#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"
_PREFIX = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]{0,63})?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_LENGTH = re.compile(r"(\d+\.?\d*|\.\d+)(px|mm|cm|in|pt|pc)?")


def full_hex(text: str) -> str:
    """`#rgb` or `#rrggbb` as the latter, in lower case."""
    digits = text[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * d for d in digits))


class Kind(Protocol):
    """What a word may be.

    parse raises ValueError that says what the word should be. types: of a value in a TOML file. schema: JSON Schema.
    """

    @property
    def metavar(self) -> str: ...
    @property
    def types(self) -> tuple[type, ...]: ...
    @property
    def schema(self) -> dict[str, Any]: ...
    def parse(self, text: str) -> Any: ...


class _Word(Value):
    """A kind whose values are written as strings in a TOML file."""

    @property
    def types(self) -> tuple[type, ...]:
        return (str,)


class Choice(Value):
    """One of some words. whole: whether they mean whole numbers. unset: the word that means "not said"."""

    words: tuple[str, ...]
    whole: bool = False
    unset: str | None = None

    @property
    def metavar(self) -> str:
        return f"[{'|'.join(self.words)}]"

    @property
    def types(self) -> tuple[type, ...]:
        return (str, int) if self.whole else (str,)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}

    def parse(self, text: str) -> Any:
        if text not in self.words:
            raise ValueError(f"{text!r} is not one of {', '.join(map(repr, self.words))}")
        if text == self.unset:
            return None
        return int(text) if self.whole else text


class Number(Value):
    """A number above `above` and up to `most`."""

    metavar: str
    above: float = 0.0
    most: float = math.inf

    @property
    def types(self) -> tuple[type, ...]:
        return (int, float)

    @property
    def schema(self) -> dict[str, Any]:
        bounds = {"exclusiveMinimum": self.above} | ({"maximum": self.most} if math.isfinite(self.most) else {})
        return {"type": "number", **bounds}

    def parse(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (self.above < value <= self.most and math.isfinite(value)):
            upto = f" up to {self.most:g}" if math.isfinite(self.most) else ""
            raise ValueError(f"{text!r} is not a number above {self.above:g}{upto}")
        return value


class Whole(Value):
    """A whole number of at least `least`."""

    metavar: str
    least: int = 1

    @property
    def types(self) -> tuple[type, ...]:
        return (int,)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least}

    def parse(self, text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = self.least - 1
        if value < self.least:
            raise ValueError(f"{text!r} is not a whole number of {self.least} or more")
        return value


_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)b?", re.IGNORECASE)


def size_of(text: str) -> int:
    """Bytes from `812`, `10k`, `1.5MB`; 0 where it is none, or beyond counting."""
    found = _SIZE.fullmatch(text.strip())
    size = float(found[1]) * _UNITS[found[2].lower()] if found else 0.0
    return int(size) if math.isfinite(size) else 0


class Size(Value):
    """A number of bytes, with a unit or without: `10k`, `1.5MB`."""

    metavar: str = "BYTES"

    @property
    def types(self) -> tuple[type, ...]:
        return (int, str)

    @property
    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "pattern": r"^\d+(\.\d+)? ?[kKmMgGtT]?[bB]?$"}
        return {"oneOf": [{"type": "integer", "minimum": 1}, text]}

    def parse(self, text: str) -> int:
        size = size_of(text)
        if size < 1:
            raise ValueError(f"{text[:40]!r} is no number of bytes like 10000, 10k or 1.5MB")
        return size


class Background(_Word):
    """`keep`, `remove` or a colour, which comes out as `#rrggbb` in lower case."""

    metavar: str = "keep|remove|#rrggbb"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^(keep|remove|#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6})$"}

    def parse(self, text: str) -> str:
        if text in (KEEP, REMOVE):
            return text
        if not _HEX.fullmatch(text):
            raise ValueError(f"background is keep, remove or a colour like #ffffff, not {text!r}")
        return full_hex(text)


class Colors(_Word):
    """One colour or several, as `#0a7cff,#fff`; they come out as `#rrggbb`, joined by commas."""

    metavar: str = "FILE|#rrggbb,..."

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_COLOR}(,{_COLOR})*$"}

    def parse(self, text: str) -> str:
        names = [name.strip() for name in text.split(",")]
        if not all(_HEX.fullmatch(name) for name in names):
            raise ValueError(f"{text[:50]!r} is no list of colours like #0a7cff,#fff")
        return ",".join(full_hex(name) for name in names)


class Pairs(_Word):
    """Colours and what each becomes, as `#000=#fff,#0a7cff=#9cf`; they come out as `#rrggbb=#rrggbb`."""

    metavar: str = "#rrggbb=#rrggbb,..."

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_COLOR}={_COLOR}(,{_COLOR}={_COLOR})*$"}

    def parse(self, text: str) -> str:
        pairs = [[name.strip() for name in pair.split("=")] for pair in text.split(",")]
        if not all(len(pair) == 2 and all(map(_HEX.fullmatch, pair)) for pair in pairs):
            raise ValueError(f"{text[:50]!r} is no list of pairs of colours like #000=#fff,#0a7cff=#9cf")
        return ",".join("=".join(map(full_hex, pair)) for pair in pairs)


class Ink(_Word):
    """One colour, or that of the text around an SVG."""

    metavar: str = "#rrggbb|currentColor"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^({CURRENT}|#[0-9a-fA-F]{{3}}|#[0-9a-fA-F]{{6}})$"}

    def parse(self, text: str) -> str:
        if text == CURRENT:
            return text
        if not _HEX.fullmatch(text):
            raise ValueError(f"{text[:50]!r} is neither {CURRENT} nor a colour like #1a1a1a")
        return full_hex(text)


class Length(Value):
    """A length on the page, as SVG writes it: `80mm`, `2.5in`, `300px`, `300`."""

    metavar: str = "LENGTH"

    @property
    def types(self) -> tuple[type, ...]:
        return (str, int, float)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^(\d+\.?\d*|\.\d+)(px|mm|cm|in|pt|pc)?$"}

    def parse(self, text: str) -> str:
        found = _LENGTH.fullmatch(text)
        if not found or float(found[1]) <= 0:
            raise ValueError(f"{text!r} is no length like 80mm, 2.5in or 300px")
        return f"{float(found[1]):g}{(found[2] or '').replace('px', '')}"


class Switch(Value):
    """Whether something is so."""

    metavar: str = ""

    @property
    def types(self) -> tuple[type, ...]:
        return (bool,)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def parse(self, text: str) -> bool:
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text!r} is neither true nor false")
        return text.lower() == "true"


class Text(_Word):
    """Words on one line; what XML 1.0 cannot hold is refused."""

    metavar: str

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": 500}

    def parse(self, text: str) -> str:
        if not text.strip() or len(text) > 500 or not text.isprintable():
            raise ValueError(f"{text[:50]!r} is no line of 1 to 500 characters")
        return text


class Name(_Word):
    """What a name may begin with: a letter, then letters, digits, - and _."""

    metavar: str

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_NAME.pattern}$"}

    def parse(self, text: str) -> str:
        if not _NAME.fullmatch(text):
            raise ValueError(f"{text[:50]!r} is not letters, digits, - and _ after a letter, at most 64")
        return text


class Prefix(_Word):
    """`auto`, or what an XML name may begin with; nothing is no prefix."""

    metavar: str = "auto|PREFIX"

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^([A-Za-z_][A-Za-z0-9_.\-]{0,63})?$"}

    def parse(self, text: str) -> str:
        if not _PREFIX.fullmatch(text):
            raise ValueError(f"{text!r} is neither auto nor letters, digits, - and _ after a letter, at most 64")
        return text
