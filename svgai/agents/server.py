"""The tools convert, inspect and compare over stdin and stdout. The only module that imports mcp."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Annotated, TypeAlias

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, WithJsonSchema

from svgai import files
from svgai.agents import tasks
from svgai.agents.tasks import Answer, Order, Task
from svgai.draw import engines
from svgai.errors import SvgaiError, UsageError
from svgai.files import Job
from svgai.measure.judge import Targets
from svgai.options import properties, words_of
from svgai.settings import Settings, from_words
from svgai.version import __version__
from svgai.workers.limits import Limits
from svgai.workers.pool import cores
from svgai.workers.process import load_engines
from svgai.workers.slots import Slots

_INSTRUCTIONS = (
    "svgai turns raster images into SVG and measures each result against its source. Every answer has a verdict: "
    "PASS, or MISS with what was missed. Paths are absolute, or relative to the folder that the server was started in."
)
Path: TypeAlias = Annotated[str, Field(description="An image file: PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF ...")]
Output: TypeAlias = Annotated[
    str | None,
    Field(description="A file (.svg, .svgz, .png, .pdf, .eps, .dxf) or folder; `-`: the SVG's text comes in the "
                      "answer, nothing is written. Else beside the picture."),
]  # fmt: skip
Force: TypeAlias = Annotated[bool, Field(description="Replace a file that is there. The picture itself never is.")]
Words: TypeAlias = dict[str, str | int | float | bool]
Options: TypeAlias = Annotated[
    Words,
    WithJsonSchema({"type": "object", "properties": properties(engines.names()), "additionalProperties": False}),
]


class Tools:
    """What the tools do. words: options that hold where a call says nothing; targets: what each tier promises."""

    def __init__(self, words: Mapping[str, str], targets: Mapping[int, Targets], slots: Slots) -> None:
        self._words = words
        self._targets = targets
        self._slots = slots

    async def convert(
        self, path: Path, output: Output = None, force: Force = False, options: Options | None = None
    ) -> CallToolResult:
        """Draw an image as SVG, write it, and say how good it is: tier, SSIM, colour difference, sizes, PASS or MISS.

        What MISS names is where to look; options like quality, colors or max_time draw it in another way.
        """
        try:
            (job,) = files.plan([_named(path)], output and os.path.expanduser(output), force=force)
        except UsageError as e:
            raise ToolError(str(e)) from e
        return await self._answered(tasks.convert, Order(job, self._settings(options), force))

    async def inspect(self, path: Path, options: Options | None = None) -> CallToolResult:
        """Look at an image and draw nothing: its size, its tier with the reasons, what was done to it, the plans."""
        return await self._answered(tasks.inspect, Order(Job(_named(path), ""), self._settings(options)))

    async def compare(
        self,
        path: Path,
        svg: Annotated[str, Field(description="The SVG file, whoever made it.")],
        options: Options | None = None,
    ) -> CallToolResult:
        """Measure an SVG, whoever made it, against the image that it was made from: SSIM, ΔE, PASS or MISS."""
        return await self._answered(tasks.compare, Order(Job(_named(path), _named(svg)), self._settings(options)))

    def _settings(self, options: Words | None) -> Settings:
        try:
            return from_words({**self._words, **words_of(options or {})}, self._targets)
        except ValueError as e:
            raise ToolError(str(e)) from e

    async def _answered(self, task: Task, order: Order) -> CallToolResult:
        """The task's answer, from a worker process; a client that gives the call up kills it."""
        try:
            answer = await asyncio.wrap_future(self._slots.submit(task, order))
        except SvgaiError as e:
            answer = tasks.refusal(order, e)
        return _told(answer)


def _named(path: str) -> str:
    """A file's path. stdin is the client's: it is none."""
    if path == files.STREAM:
        raise ToolError("- is no file: give a path")
    return os.path.expanduser(path)


def _told(answer: Answer) -> CallToolResult:
    texts = [answer.words] if answer.svg is None else [answer.words, answer.svg]
    content = [TextContent(type="text", text=text) for text in texts]
    return CallToolResult(content=[*content], structured_content=answer.record, is_error=answer.failed)


def run(words: Mapping[str, str], targets: Mapping[int, Targets]) -> None:
    """Serve until stdin ends. words: options that hold where a call says nothing; targets: what each tier promises."""
    with Slots(cores(), limits=Limits(), prepare=load_engines) as slots:
        tools = Tools(words, targets, slots)
        server = MCPServer("svgai", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING")
        for tool in (tools.convert, tools.inspect, tools.compare):
            reads_only = tool != tools.convert
            server.add_tool(tool, annotations=ToolAnnotations(
                read_only_hint=reads_only, destructive_hint=not reads_only, idempotent_hint=True,
                open_world_hint=False,
            ))  # fmt: skip
        server.run("stdio")
