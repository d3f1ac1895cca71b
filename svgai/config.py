"""The configuration file: svgai.toml, or [tool.svgai] in pyproject.toml, found upwards from the working folder.

Keys are the command line's long options (`target-ssim = 0.98`); a table `[tiers.1]` (2, 3) with ssim, delta-e and
seconds replaces what a tier promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from svgai.errors import UsageError
from svgai.measure.judge import TARGETS, Targets
from svgai.records import Value

FILE = "svgai.toml"
PROJECT = "pyproject.toml"

_REMEDY = "correct it"


class Config(Value):
    """What a configuration file says. path: None where there is none. options: by name, as `target-ssim`."""

    path: Path | None
    options: Mapping[str, Any]
    targets: Mapping[int, Targets]


NONE = Config(None, {}, TARGETS)


def find(folder: Path) -> Path | None:
    """The nearest svgai.toml, or pyproject.toml with a [tool.svgai] table, in the folder or above."""
    for place in (folder, *folder.parents):
        if (place / FILE).is_file():
            return place / FILE
        if (place / PROJECT).is_file() and "svgai" in _parsed(place / PROJECT).get("tool", {}):
            return place / PROJECT
    return None


def read(path: Path, types: Mapping[str, tuple[type, ...]]) -> Config:
    """Read and check a file. types: of each option that there is, by name.

    Raises UsageError that names the file and the key.
    """
    content = _parsed(path)
    table = content.get("tool", {}).get("svgai", {}) if path.name == PROJECT else content
    options = dict(table)
    tiers = options.pop("tiers", {})
    for key, value in options.items():
        _check(path, key, value, types)
    return Config(path, options, _targets(path, tiers))


# What a file that is merely found, in a downloaded folder perhaps, has no say in.
_TYPED_ALONE = ("force", "sheet", "report", "write-baseline")


def refuse_reach(found: Config) -> None:
    """Raise UsageError where a file that nobody named would replace files, or have some written outside its folder."""
    if found.path is None:
        return
    remedy = f"name the file with --config {found.path}, or give the option"
    for key in _TYPED_ALONE:
        if key in found.options:
            raise UsageError(f"{found.path}: {key}: is not taken from a file that was only found", remedy)
    output = found.options.get("output")
    if isinstance(output, str) and output != "-":
        top = found.path.parent.resolve()
        if not (Path.cwd() / output).resolve().is_relative_to(top):
            raise UsageError(f"{found.path}: output: leads out of {top}", remedy)


def _parsed(path: Path) -> dict[str, Any]:
    import tomllib  # 3 ms, for those who have such a file

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise UsageError(f"{path}: cannot be read ({e.strerror})", "check its permissions") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise UsageError(f"{path}: no valid TOML ({e})", "mend that line") from e


def _check(path: Path, key: str, value: Any, types: Mapping[str, tuple[type, ...]]) -> None:
    if key not in types:
        raise UsageError(f"{path}: {key}: there is no such option", "svgai config lists them")
    # bool is a subclass of int: true is no number here.
    if not isinstance(value, types[key]) or (isinstance(value, bool) and bool not in types[key]):
        wanted = " or ".join(t.__name__ for t in types[key])
        raise UsageError(f"{path}: {key}: is a {type(value).__name__}, and should be {wanted}", _REMEDY)


def _targets(path: Path, tiers: Any) -> dict[int, Targets]:
    targets = dict(TARGETS)
    names = {f.name.replace("_", "-"): f.name for f in fields(Targets)}
    if not isinstance(tiers, dict):
        raise UsageError(f"{path}: tiers: is no table", "write [tiers.1], [tiers.2], [tiers.3]")
    for tier, table in tiers.items():
        if tier not in ("1", "2", "3") or not isinstance(table, dict):
            raise UsageError(f"{path}: tiers.{tier}: there is no such tier", "tiers are the tables 1, 2 and 3")
        for key, value in table.items():
            where = f"{path}: tiers.{tier}.{key}"
            if key not in names:
                raise UsageError(f"{where}: a tier has no such value", f"it has {', '.join(names)}")
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise UsageError(f"{where}: is a {type(value).__name__}, and should be a number", _REMEDY)
        try:
            targets[int(tier)] = replace(targets[int(tier)], **{names[k]: v for k, v in table.items()})
        except ValueError as e:
            raise UsageError(f"{path}: tiers.{tier}: {e}", "give another") from e
    return targets
