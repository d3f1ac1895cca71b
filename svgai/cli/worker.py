"""svgai worker: draw for others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from svgai.cli import env_file
from svgai.cli.command import Command
from svgai.cli.configuration import targets
from svgai.cli.extra import known, needed
from svgai.cli.run_options import MOST_JOBS
from svgai.errors import UsageError

if TYPE_CHECKING:
    from svgai.serve.joined import Joined


@click.command(
    "worker",
    cls=Command,
    examples=[
        ("svgai worker --broker redis://boss", "draw for svgai batch"),
        ("svgai worker --broker redis://boss --service", "and for svgai serve"),
    ],
)
@click.option("--env-file", metavar="FILE", is_eager=True, expose_value=False, callback=env_file.use,
              help="NAME=VALUE lines for the environment; else .env where there is one.")  # fmt: skip
@click.option("--broker-url", "--broker", "broker", required=True, metavar="URL",
              help="Where pictures come from: redis://… or amqp://…")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, MOST_JOBS), metavar="N", show_default="one a core",
              help="Processes that draw.")  # fmt: skip
@click.option("--shared-folder", type=click.Path(file_okay=False, exists=True, path_type=Path), metavar="FOLDER",
              help="batch --shared may name files in it; else in none.")  # fmt: skip
@click.option("--service", is_flag=True, help="Draw the jobs of svgai serve too, whose environment is set here.")
@click.pass_context
def command(ctx: click.Context, /, broker: str, jobs: int | None, shared_folder: Path | None, service: bool) -> None:
    """Draw for svgai batch --broker, here, until a signal. Needs svgai[celery].

    The first SIGTERM or Ctrl-C ends it when what it draws is done, the second at once.
    """
    with needed("celery", "svgai worker"):
        from svgai.cluster.worker import Worker
    from svgai.workers.pool import cores

    try:
        joined = _joined(ctx, broker) if service else None
        slots = jobs or (joined.wanted.slots if joined is not None else cores())
        worker = Worker(broker, slots, shared_folder, joined.draw if joined is not None else None)
    except UsageError as e:
        raise click.UsageError(str(e)) from e
    if joined is not None:
        joined.start()
    code = worker.run()
    if joined is not None:
        joined.stop()
    ctx.exit(code)


def _joined(ctx: click.Context, broker: str) -> Joined:
    """This machine as one of the service's. Raises UsageError."""
    with needed("celery,serve", "svgai worker --service"):
        from svgai.serve.environment import configuration
        from svgai.serve.joined import Joined
        from svgai.serve.service import check_redis
        from svgai.serve.wanted import Defaults
    found = configuration(os.environ, known(ctx), broker_url=broker)
    check_redis(found)
    with needed("s3", "SVGAI_STORAGE_URL"):
        return Joined(found, Defaults(targets=targets(ctx)))
