"""svgai man: the manual page, made from what --help says."""

from __future__ import annotations

import click

from svgai.cli.command import Command
from svgai.version import __version__


@click.command("man", cls=Command, examples=[("svgai man | man -l -", "read it"),
               ("svgai man > ~/.local/share/man/man1/svgai.1", "keep it for man svgai")])  # fmt: skip
@click.pass_context
def command(ctx: click.Context) -> None:
    """Print the manual page, of every command with all its options."""
    click.echo(page(ctx.find_root()))


def page(root: click.Context) -> str:
    """The page in the language of man(7), for the program of this context."""
    group = root.command
    assert isinstance(group, click.Group)
    lines = [
        f'.TH SVGAI 1 "" "svgai {__version__}" "User Commands"', ".SH NAME", f"svgai \\- {_text(_short(group))}",
        ".SH SYNOPSIS", ".B svgai", "COMMAND [OPTIONS] [ARGUMENTS]", ".SH COMMANDS",
    ]  # fmt: skip
    for name in group.list_commands(root):
        command = group.get_command(root, name)
        if command is not None:
            lines += _command(click.Context(command, parent=root, info_name=name), command)
    return "\n".join(lines)


def _short(command: click.Command) -> str:
    return (command.help or "").split("\n")[0].rstrip(".")


def _command(ctx: click.Context, command: click.Command) -> list[str]:
    usage = " ".join(command.collect_usage_pieces(ctx))
    lines = [f".SS svgai {command.name} {_text(usage)}"]
    for paragraph in (command.help or "").split("\n\n"):
        lines += [".PP", _text(" ".join(paragraph.split()))]
    if not isinstance(command, Command):
        return lines
    lists = {**command.grouped(ctx), "Examples": command.examples, "Exit codes": command.codes}
    for heading, rows in lists.items():
        if rows:
            lines += [".PP", f".B {_text(heading)}"]
        for term, meaning in rows:
            lines += [".TP", f".B {_text(term)}", _text(meaning)]
    return lines


def _text(text: str) -> str:
    """Text without what troff would read as its own: backslashes, hyphens that are minus signs, dots at the start."""
    plain = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain
