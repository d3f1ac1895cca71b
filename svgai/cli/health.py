"""svgai health: is a running service well?"""

from __future__ import annotations

import os

import click

from svgai.cli.command import Command
from svgai.cli.exits import SOME_FAILED

# Where a service listens if nobody says, and the variables that do.
_PORT, _VARIABLES = "8000", ("SVGAI_PORT", "API_PORT", "PORT")
_PATIENCE = 5.0


@click.command("health", cls=Command, examples=[("svgai health http://localhost:8000", "as a container's check")])
@click.argument("url", default="", metavar="[URL]")
@click.pass_context
def command(ctx: click.Context, /, url: str) -> None:
    """Ask a running service how it is; exit 1 where it is not well. A container's check.

    URL: else http://127.0.0.1 with the port of SVGAI_PORT, API_PORT or PORT, or 8000.
    """
    from urllib.error import HTTPError
    from urllib.request import ProxyHandler, build_opener

    port = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), _PORT)
    address = (url or f"http://127.0.0.1:{port}").rstrip("/").removesuffix("/health") + "/health"
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=_PATIENCE) as answer:
            click.echo(answer.read().decode("utf-8", "replace"))
    except HTTPError as e:
        click.echo(e.read().decode("utf-8", "replace") or f"{address}: {e}")
        ctx.exit(SOME_FAILED)
    except (OSError, ValueError) as e:
        click.echo(f"{address}: {e}", err=True)
        ctx.exit(SOME_FAILED)
