"""The SDK's own client speaks to a real `svgai mcp`."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mcp import ClientSession, StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent

from svgai.cli import main
from svgai.draw import engines
from svgai.options import options
from tests.pictures import coin, encoded

SERVER = [sys.executable, "-m", "svgai", "mcp", "--quality", "fast"]


@asynccontextmanager
async def _session(folder: Path) -> AsyncIterator[ClientSession]:
    parameters = StdioServerParameters(command=SERVER[0], args=SERVER[1:], cwd=str(folder), env=dict(os.environ))
    async with stdio_client(parameters) as streams, ClientSession(*streams) as session:
        await session.initialize()
        yield session


def _spoken(folder: Path, talk: Callable[[ClientSession], Awaitable[None]]) -> None:
    """A conversation with a server that was started in the folder."""

    async def held() -> None:
        async with _session(folder) as session:
            await talk(session)

    asyncio.run(asyncio.wait_for(held(), 120))


async def _called(session: ClientSession, tool: str, **arguments: Any) -> tuple[CallToolResult, str]:
    """The result of a call, and its words."""
    result = await session.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert isinstance(result.content[0], TextContent)
    return result, result.content[0].text


@pytest.mark.slow
def test_a_client_converts_inspects_and_compares(tmp_path: Path) -> None:
    (tmp_path / "coin.png").write_bytes(encoded(coin(64, 20)))

    async def talk(session: ClientSession) -> None:
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert set(tools) == {"convert", "inspect", "compare"}
        given = tools["convert"].input_schema["properties"]["options"]["anyOf"][0]["properties"]
        assert set(given) == {option.field for option in options(engines.names())}

        done, words = await _called(session, "convert", path="coin.png")
        assert not done.is_error
        assert "PASS" in words
        assert done.structured_content["verdict"] == "PASS"
        assert (tmp_path / "coin.svg").read_text().startswith("<svg")

        done, words = await _called(session, "inspect", path="coin.png")
        assert done.structured_content["tier"] == 1
        assert words.startswith("coin.png: 64 × 64 px, T1 simple")

        done, words = await _called(session, "compare", path="coin.png", svg="coin.svg")
        assert done.structured_content["verdict"] == "PASS"
        assert "PASS" in words
        shell = CliRunner().invoke(main, ["compare", str(tmp_path / "coin.png"), str(tmp_path / "coin.svg"), "--json"])
        assert {**json.loads(shell.stdout), "source": "coin.png", "svg": "coin.svg"} == done.structured_content

        before = {path.name for path in tmp_path.iterdir()}
        done, _ = await _called(session, "convert", path="coin.png", output="-", options={"mono": "currentColor"})
        assert isinstance(done.content[1], TextContent)
        assert 'fill="currentColor"' in done.content[1].text
        assert {path.name for path in tmp_path.iterdir()} == before

    _spoken(tmp_path, talk)


@pytest.mark.slow
def test_what_cannot_be_done_is_said_in_words_and_nothing_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "coin.png").write_bytes(encoded(coin(32, 10)))
    (tmp_path / "coin.svg").write_text("mine")
    (tmp_path / "text.png").write_text("no picture")

    async def talk(session: ClientSession) -> None:
        for tool, arguments, said in (
            ("convert", {"path": "coin.png"}, "coin.svg exists already"),
            ("convert", {"path": "gone.png"}, "there is no such file"),
            ("convert", {"path": "text.png"}, "text.png"),
            ("convert", {"path": "-"}, "- is no file"),
            ("convert", {"path": "coin.png", "output": "coin.png", "force": True}, "would replace the input"),
            ("convert", {"path": "coin.png", "output": "-", "options": {"tier": 7}}, "tier: '7' is not one of"),
            ("convert", {"path": "coin.png", "output": "-", "options": {"tire": 1}}, "there is no such option"),
            ("convert", {}, "path"),
            ("inspect", {"path": "text.png"}, "text.png"),
            ("compare", {"path": "coin.png", "svg": "coin.svg"}, "it is no SVG"),
        ):
            done, words = await _called(session, tool, **arguments)
            assert done.is_error, arguments
            assert said in words
        assert (tmp_path / "coin.svg").read_text() == "mine"
        done, _ = await _called(session, "convert", path="coin.png", force=True)
        assert not done.is_error
        assert (tmp_path / "coin.svg").read_text().startswith("<svg")

    _spoken(tmp_path, talk)


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}},
}


@pytest.mark.slow
def test_it_ends_when_its_client_goes_away(tmp_path: Path) -> None:
    process = subprocess.Popen(SERVER, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    out, _ = process.communicate(json.dumps(HELLO).encode() + b"\n", timeout=60)
    assert json.loads(out.splitlines()[0])["result"]["serverInfo"]["name"] == "svgai"
    assert process.returncode == 0


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "svgai.agents.server", raising=False)
    done = CliRunner().invoke(main, ["mcp"])
    assert done.exit_code == 1
    assert "pip install 'svgai[mcp]'" in done.output
