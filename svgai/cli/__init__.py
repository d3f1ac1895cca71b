"""The command line: the only place that prints and exits. Engines are loaded by the commands, never by --help."""

from __future__ import annotations

import click

from svgai import __version__
from svgai.cli import batch, benchmark, configuration, convert, doctor, look, serve


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="svgai %(version)s")
def main() -> None:
    """Turn raster images into clean SVG, and say how good each one is."""


_COMMANDS = (
    convert.command,
    batch.command,
    benchmark.command,
    look.inspect,
    look.compare,
    configuration.command,
    doctor.doctor,
    doctor.samples,
    serve.command,
    serve.health,
    serve.clean,
)
for _command in _COMMANDS:
    main.add_command(_command)
configuration.read_environment(main.commands.values())
