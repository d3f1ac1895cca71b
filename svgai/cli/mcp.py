"""svgai mcp: tools for language models."""

from __future__ import annotations

from typing import Any

import click

from svgai.cli.command import Command
from svgai.cli.configuration import targets
from svgai.cli.extra import needed
from svgai.cli.options import conversion, settings, words


@click.command("mcp", cls=Command, examples=[("claude mcp add svgai -- svgai mcp", "tell a client of it")])
@conversion
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Serve convert, inspect and compare to a language model's client, over stdin and stdout. Needs svgai[mcp].

    The options are what holds where a call says nothing. It ends with stdin.
    """
    settings(ctx, options)
    with needed("mcp", "svgai mcp"):
        from svgai.agents.server import run
    run(words(options), targets(ctx))
