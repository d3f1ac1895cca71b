"""svgai serve: the service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from svgai.cli import env_file
from svgai.cli.command import Command
from svgai.cli.configuration import targets
from svgai.cli.extra import known, needed
from svgai.cli.options import conversion, settings, words
from svgai.cli.run_options import Size
from svgai.errors import UsageError
from svgai.options import FILES


@click.command(
    "serve",
    cls=Command,
    examples=[
        ("svgai serve", "http://127.0.0.1:8000, a page at /"),
        ("curl -F file=@logo.png localhost:8000/convert", "the SVG"),
    ],
)
@click.option("--env-file", metavar="FILE", is_eager=True, expose_value=False, callback=env_file.use,
              help="NAME=VALUE lines for the environment; else .env where there is one.")  # fmt: skip
@click.option("--host", metavar="ADDRESS", help="Where to listen; else 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="Else 8000.")
@click.option("--data", type=click.Path(file_okay=False), metavar="DIR", help="Jobs and files; else svgai-data.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
              help="An image that takes longer fails; else 300.")  # fmt: skip
@click.option(
    "--memory-limit", type=Size(), metavar="SIZE", help="An image whose worker grows larger fails; else 1GB."
)
@click.option("--log-format", type=click.Choice(["text", "json"]), help="Of the lines on stdout; else text.")
@conversion
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Serve over HTTP: a page at /, POST /convert, jobs, and both ancestors' APIs. Needs svgai[serve].

    The options of a conversion are what holds where a request says nothing. docs/service.md has the environment.
    """
    if settings(ctx, options).layers == FILES:
        raise click.UsageError("--layers files: an answer is one file; inkscape has all layers in it")
    with needed():
        from svgai.serve.environment import configuration
        from svgai.serve.server import run
        from svgai.serve.service import Service, check_redis
        from svgai.serve.wanted import Defaults
    data = Path(options["data"]) if options["data"] is not None else None
    said = {name: options[name] for name in ("host", "port", "timeout", "memory_limit", "log_format")}
    try:
        found = configuration(os.environ, known(ctx), data=data, **said)
        check_redis(found)
        with needed("celery,s3", "SVGAI_BROKER_URL or SVGAI_STORAGE_URL"):
            service = Service(found, Defaults(words(options), targets(ctx)))
        run(service)
    except UsageError as e:
        raise click.UsageError(str(e)) from e
