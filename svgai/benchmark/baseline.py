"""An earlier result to hold a new one against."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from svgai.benchmark.measure import Measured
from svgai.errors import UsageError
from svgai.measure.judge import PASS
from svgai.outcome import SCHEMA, Converted

# What may change without a word: SSIM by rounding and versions of the renderer, the ratio by the machine's noise.
SSIM_LOSS = 0.002
RATIO_GROWTH = 1.25


def text(rows: Sequence[Measured], header: dict[str, Any]) -> str:
    """The baseline of a result: per image, by its file's name, SSIM, verdict and ratio."""
    images = {
        Path(row.outcome.source).name: {
            "ssim": round(row.outcome.ssim, 5),
            "verdict": row.outcome.verdict,
            "ratio": None if row.ratio is None else round(row.ratio, 3),
        }
        for row in rows
        if isinstance(row.outcome, Converted)
    }
    return json.dumps({"schema": SCHEMA, "environment": header, "images": images}, indent=1, sort_keys=True) + "\n"


def read(path: Path) -> dict[str, dict[str, Any]]:
    """The images of a baseline file. Raises UsageError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise UsageError(f"{path}: cannot be read ({e.strerror})", "make one with --write-baseline") from e
    except ValueError as e:
        raise UsageError(f"{path}: is no baseline ({e})", "make one with --write-baseline") from e
    if not isinstance(content, dict) or content.get("schema") != SCHEMA or "images" not in content:
        raise UsageError(f"{path}: is no baseline of this version", "make one with --write-baseline")
    images: dict[str, dict[str, Any]] = content["images"]
    return images


def regressions(rows: Sequence[Measured], images: dict[str, dict[str, Any]]) -> list[str]:
    """What became worse, one phrase each: a loss of SSIM, a lost PASS, a ratio grown, an image that fails now."""
    found = []
    for row in rows:
        name = Path(row.outcome.source).name
        before = images.get(name)
        if before is None:
            continue
        if not isinstance(row.outcome, Converted):
            found.append(f"{name}: fails now")
            continue
        now = row.outcome
        if before["ssim"] - now.ssim > SSIM_LOSS:
            found.append(f"{name}: SSIM fell from {before['ssim']:.5f} to {now.ssim:.5f}")
        if before["verdict"] == PASS and not now.passed:
            found.append(f"{name}: was a PASS, misses now ({'; '.join(now.misses)})")
        if before["ratio"] and row.ratio and row.ratio > RATIO_GROWTH * before["ratio"]:
            found.append(f"{name}: takes {row.ratio:.2f} × plain vtracer, and took {before['ratio']:.2f} ×")
    return found
