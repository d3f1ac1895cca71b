"""The command line: the only place that prints and exits. Engines are loaded by the commands, never by --help."""

from __future__ import annotations

import click

from svgai import __version__
from svgai.cli import batch, benchmark, compare, config, configuration, convert, doctor, inspect, samples


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="svgai %(version)s")
def main() -> None:
    """Turn raster images into clean SVG, and say how good each one is."""


for _module in (convert, batch, benchmark, inspect, compare, config, doctor, samples):
    main.add_command(_module.command)
configuration.read_environment(main.commands.values())
