"""svgai worker: draw for others."""

from __future__ import annotations

from pathlib import Path

import click

from svgai.cli.command import Command
from svgai.cli.extra import needed
from svgai.cli.run_options import MOST_JOBS
from svgai.errors import UsageError


@click.command("worker", cls=Command, examples=[("svgai worker --broker redis://boss", "draw for others")])
@click.option("--broker-url", "--broker", "broker", required=True, metavar="URL",
              help="Where pictures come from: redis://… or amqp://…")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, MOST_JOBS), metavar="N", show_default="one a core",
              help="Processes that draw.")  # fmt: skip
@click.option("--shared-folder", type=click.Path(file_okay=False, exists=True, path_type=Path), metavar="FOLDER",
              help="batch --shared may name files in it; else in none.")  # fmt: skip
@click.pass_context
def command(ctx: click.Context, /, broker: str, jobs: int | None, shared_folder: Path | None) -> None:
    """Draw for svgai batch --broker, here, until a signal. Needs svgai[celery].

    The first SIGTERM or Ctrl-C ends it when what it draws is done, the second at once.
    """
    with needed("celery", "svgai worker"):
        from svgai.cluster.worker import Worker
    from svgai.workers.pool import cores

    try:
        worker = Worker(broker, jobs or cores(), shared_folder)
    except UsageError as e:
        raise click.UsageError(str(e)) from e
    ctx.exit(worker.run())
