"""What a wrong command line is told: one line."""

from __future__ import annotations

import re

import click
from click.core import ParameterSource

# A setting's name at the beginning of what its check says; on the command line it is an option.
_SETTING = re.compile(r"^([a-z]+(?:_[a-z]+)+)(?= is )")


def in_one_line(error: click.UsageError) -> click.UsageError:
    """The same error without the usage above it; with it where an argument is missing, which the usage names."""
    if isinstance(error, click.MissingParameter):
        return error
    text = _of_environment(error) or error.format_message()
    return click.UsageError(_SETTING.sub(lambda found: f"--{found[1].replace('_', '-')}", text))


def _of_environment(error: click.UsageError) -> str | None:
    """What is wrong with an environment variable, which no option that was typed is to blame for."""
    parameter, ctx = getattr(error, "param", None), error.ctx
    if ctx is None or parameter is None or not isinstance(parameter.envvar, str):
        return None
    if ctx.get_parameter_source(parameter.name) is not ParameterSource.ENVIRONMENT:
        return None
    return f"{parameter.envvar} in the environment: {error.message}"
