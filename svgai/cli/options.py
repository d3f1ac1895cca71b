"""Options that several commands share, and Settings from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import click

from svgai.cli.configuration import configurable, targets
from svgai.draw.vtracer.plan import HIERARCHIES, MODES, VtracerPlan
from svgai.settings import PLANS, QUALITIES, Settings, parse_background

Command = TypeVar("Command", bound=Callable[..., Any])


class Background(click.ParamType[str]):
    """keep, remove or a colour."""

    name = "keep|remove|#rrggbb"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return parse_background(str(value))
        except ValueError as e:
            self.fail(str(e), param, ctx)


_WORDS = {"mode": MODES, "hierarchical": HIERARCHIES}
# What each of vtracer's parameters does; setting one pins it, and chooses vtracer.
_VTRACER = {
    "mode": "cubics, polygons or pixel edges",
    "hierarchical": "shapes on top of each other, or cut out",
    "filter_speckle": "drop patches under N × N px",
    "color_precision": "bits a channel that tell colours apart, 1-8",
    "layer_difference": "least colour distance of a layer, 0-765",
    "corner_threshold": "degrees that make a corner",
    "length_threshold": "px, longest segment before it is subdivided",
    "splice_threshold": "degrees at which splines are cut",
    "max_iterations": "of the smoothing",
    "path_precision": "decimals",
    "midpoints": "pixel edges through the middles of their stairs",
    "tolerance": "px, Douglas-Peucker on pixel edges",
    "max_pixels": "larger pictures are traced reduced",
}


def _vtracer_option(name: str, default: Any) -> Callable[[Command], Command]:
    flag = "--" + name.replace("_", "-")
    help_ = f"vtracer: {_VTRACER[name]}."
    if isinstance(default, bool):
        return click.option(f"{flag}/--no-{flag[2:]}", name, default=None, help=help_)
    kind = click.Choice(_WORDS[name]) if name in _WORDS else type(default)
    return click.option(flag, name, type=kind, help=help_)


def conversion(command: Command) -> Command:
    """The options that say how an image is converted."""
    options = [
        click.option("--tier", type=click.Choice(["auto", "1", "2", "3"]), default="auto", show_default=True,
                     help="Simple, medium or complex; auto measures."),
        click.option("--plan", type=click.Choice(["auto", *PLANS]), default="auto", show_default=True,
                     help="The engine that draws."),
        click.option("--quality", type=click.Choice(QUALITIES), default="balanced", show_default=True,
                     help="fast: one drawing; balanced: fidelity against bytes; ultra: fidelity."),
        click.option("--target-ssim", type=click.FloatRange(0, 1, min_open=True), metavar="SSIM",
                     help="The smallest SVG that reaches it."),
        click.option("--max-time", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
                     help="Budget for the search; an SVG still comes."),
        click.option("--max-bytes", type=click.IntRange(1), metavar="BYTES", help="The best SVG that fits."),
        click.option("--background", type=Background(), default="keep", show_default=True,
                     help="remove: the flat colour at the border becomes transparent."),
        *(_vtracer_option(f.name, f.default) for f in fields(VtracerPlan)),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return configurable(command)


def settings(ctx: click.Context, values: Mapping[str, Any]) -> Settings:
    """Settings from the values of the `conversion` options and the configured tiers. Raises click.UsageError."""
    pinned = {f.name: values[f.name] for f in fields(VtracerPlan) if values[f.name] is not None}
    try:
        return Settings(
            tier=None if values["tier"] == "auto" else int(values["tier"]),
            plan=None if values["plan"] == "auto" else values["plan"],
            quality=values["quality"],
            target_ssim=values["target_ssim"],
            max_time=values["max_time"],
            max_bytes=values["max_bytes"],
            background=values["background"],
            vtracer=pinned,
            targets=targets(ctx),
        )
    except ValueError as e:
        raise click.UsageError(str(e)) from e
