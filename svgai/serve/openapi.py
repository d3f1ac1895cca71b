"""What the routes' OpenAPI says of bodies and options that no function's signature can say."""

from __future__ import annotations

from typing import Any

from svgai.serve.wanted import schema

_FILE = {"type": "string", "format": "binary"}


def option_parameters() -> list[dict[str, Any]]:
    """Every option as a query parameter."""
    return [{"name": name, "in": "query", "schema": own} for name, own in schema()["properties"].items()]


def form(files: str, *, many: bool = False, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """A multipart form with files under a name."""
    kind = {"type": "array", "items": _FILE} if many else _FILE
    properties = {files: kind, **(fields or {})}
    return {"multipart/form-data": {"schema": {"type": "object", "properties": properties, "required": [files]}}}


def body(*contents: dict[str, Any]) -> dict[str, Any]:
    """A request body that is one of these."""
    merged: dict[str, Any] = {}
    for content in contents:
        merged |= content
    return {"requestBody": {"required": True, "content": merged}}


def json_of(model: dict[str, Any]) -> dict[str, Any]:
    """A JSON body of a pydantic model's schema."""
    known = model.get("$defs", {})
    plain = {name: value for name, value in model.items() if name != "$defs"}
    return {"application/json": {"schema": _inlined(plain, known)}}


def _inlined(value: Any, known: dict[str, Any]) -> Any:
    """A schema with its own definitions in place of references to them, which an OpenAPI document would not find."""
    if isinstance(value, list):
        return [_inlined(item, known) for item in value]
    if not isinstance(value, dict):
        return value
    name = str(value.get("$ref", "")).removeprefix("#/$defs/")
    if name in known:
        return _inlined(known[name], known)
    return {key: _inlined(item, known) for key, item in value.items()}


RAW: dict[str, Any] = {"application/octet-stream": {"schema": _FILE}, "image/png": {"schema": _FILE}}
