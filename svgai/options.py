"""What each setting may be said as, in words: one table for flags, configuration files, the environment and requests.

Standard library only: the command line reads it before anything else is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svgai.option_kinds import (
    AUTO,
    KEEP,
    Background,
    Choice,
    Colors,
    Ink,
    Kind,
    Length,
    Number,
    Prefix,
    Size,
    Switch,
    Text,
    Whole,
)
from svgai.records import Value


class Option(Value):
    """One setting. name: in files and, with dashes before it, on the command line. default: as a word, if there is
    one. help: what it does, one line."""

    name: str
    kind: Kind
    help: str
    default: str | None = None

    @property
    def field(self) -> str:
        """Its name in Settings."""
        return self.name.replace("-", "_")


CLEAN, JPEG, SCAN, PHOTO_OF_PAPER, HALFTONE = "clean", "jpeg", "scan", "photo-of-paper", "halftone"
SOURCES = (AUTO, CLEAN, JPEG, SCAN, PHOTO_OF_PAPER, HALFTONE)
NONE, COLOR, INKSCAPE, FILES = "none", "color", "inkscape", "files"
GROUPS, LAYERS = (NONE, COLOR), (NONE, INKSCAPE, FILES)
QUALITIES = ("fast", "balanced", "ultra")


def options(engines: tuple[str, ...]) -> tuple[Option, ...]:
    """Every setting but the engines' own parameters and the tiers' targets. engines: names for `plan`."""
    return (
        Option("tier", Choice(("auto", "1", "2", "3"), whole=True, unset="auto"),
               "Simple, medium or complex; auto measures.", "auto"),
        Option("plan", Choice(("auto", *engines), unset="auto"), "The engine that draws.", "auto"),
        Option("quality", Choice(QUALITIES),
               "fast: one drawing; balanced: fidelity against bytes; ultra: fidelity.", "balanced"),
        Option("target-ssim", Number("SSIM", most=1), "The smallest SVG that reaches it."),
        Option("max-time", Number("SECONDS"),
               "Of work and on the clock, not the tier's: more draws finer, less coarser."),
        Option("max-bytes", Size(), "The best SVG that fits: 50000, 50k."),
        Option("source", Choice(SOURCES),
               "What the picture went through; auto looks, clean takes it as it is.", AUTO),
        Option("keep-paper", Switch(), "Whether a page keeps its colour, or is drawn white.", "false"),
        Option("deskew", Switch(), "A page photographed askew is drawn from the front, a skewed scan level.", "false"),
        Option("background", Background(),
               "remove: the flat colour at the border becomes transparent.", KEEP),
        Option("colors", Whole("N"), "At most so many colours, those nearest to the picture."),
        Option("palette", Colors(), "Only these colours, each the nearest by CIEDE2000: .gpl, .ase, hex list."),
        Option("palette-limit", Number("ΔE"), "Refuse pictures with a colour farther than that from the palette."),
        Option("merge", Number("ΔE"), "Colours nearer than that become one."),
        Option("mono", Ink(), "What is dark in one ink, all else clear; currentColor takes that of the text around."),
        Option("threshold", Number("LUMA", most=255), "What is dark, 0-255; else by Otsu's method."),
        Option("editable", Switch(),
               "Photographs as opaque shapes, for editors and cutters, in about twice the bytes.", "false"),
        Option("group-by", Choice(GROUPS), "color: a named group for each colour, where the picture stays.", NONE),
        Option("layers", Choice(LAYERS),
               "A layer for each colour, as Inkscape has them; files: each also in a file of its own.", NONE),
        Option("frame", Whole("N"), "Which picture of an animation or of a file with pages, from 1.", "1"),
        Option("width", Length(), "Of the SVG on a page, as 80mm; its height follows if not given."),
        Option("height", Length(), "Of the SVG on a page; its width follows if not given."),
        Option("size", Switch(), "Whether the SVG says its size, or takes that of the HTML around it.", "true"),
        Option("title", Text("auto|TEXT"), "For screen readers; auto is the file's name without its ending."),
        Option("id-prefix", Prefix(), "Begins all ids; auto: from the content, no other picture has it.", AUTO),
    )  # fmt: skip


def properties(engines: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """JSON Schema of each setting, by its field's name. engines: as for options."""
    return {
        option.field: {
            **option.kind.schema,
            "description": option.help,
            **({} if option.default is None else {"default": option.default}),
        }
        for option in options(engines)
    }


def parameter(text: str, default: Any) -> Any:
    """A word for an engine's parameter, as the type of its default. Raises ValueError."""
    if isinstance(default, bool):
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text!r} is neither true nor false")
        return text.lower() == "true"
    if isinstance(default, int | float):
        try:
            return type(default)(text)
        except ValueError:
            kind = "a whole number" if isinstance(default, int) else "a number"
            raise ValueError(f"{text!r} is not {kind}") from None
    return text


def assignment(text: str) -> tuple[str, str]:
    """`engine.parameter=value` → its name and its value. Raises ValueError."""
    name, equals, value = text.partition("=")
    if not equals or name.count(".") != 1:
        raise ValueError(f"{text!r} is not ENGINE.PARAMETER=VALUE, as in contour.tolerance=0.1")
    return name, value


def words_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Values of a file or a form as words: true and false in lower case."""
    return {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in values.items()}
