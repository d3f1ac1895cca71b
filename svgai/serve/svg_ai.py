"""SVG-AI's words as ours: what its clients send, and the fields that they read."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from svgai.serve.cache import Hit

# Its converters: the engine that draws here. svgai chooses by measuring where it is free to.
CONVERTERS = {"alpha": None, "vtracer": "vtracer", "potrace": "contour", "smart": None, "smart_auto": None}
# Its parameters of vtracer, and what vtracer really takes: it wraps or panics outside of these.
_VTRACER = {
    "color_precision": (2, 8), "layer_difference": (0, 256), "path_precision": (0, 8), "corner_threshold": (0, 180),
    "length_threshold": (0.5, 100), "max_iterations": (1, 50), "splice_threshold": (0, 180),
}  # fmt: skip
_D = re.compile(rb' d="([^"]*)"')
# Tiers under its names; it had a fourth, text_based, which nothing here can tell.
LOGO_TYPES = {1: "simple_geometric", 2: "gradient", 3: "complex"}


class _Model(BaseModel):
    """Fields that are not known are let pass, as they were."""

    model_config = ConfigDict(extra="ignore")


class Image(_Model):
    """Which picture: one uploaded before, or base64."""

    file_id: str | None = None
    image: str | None = None
    filename: str | None = None


class Convert(Image):
    """How it is to be drawn; ranges as SVG-AI documented them."""

    converter: str | None = None
    converter_type: str | None = None
    threshold: int | None = Field(None, ge=0, le=255)
    colormode: str | None = Field(None, pattern="^(color|binary)$")
    color_precision: int | None = Field(None, ge=1, le=10)
    layer_difference: int | None = Field(None, ge=0, le=256)
    path_precision: int | None = Field(None, ge=0, le=10)
    corner_threshold: int | None = Field(None, ge=0, le=180)
    length_threshold: float | None = Field(None, ge=0, le=100, allow_inf_nan=False)
    max_iterations: int | None = Field(None, ge=1, le=50)
    splice_threshold: int | None = Field(None, ge=0, le=180)
    use_ai: bool | None = None
    options: dict[str, str | int | float | bool] = Field(default_factory=dict)


class Named(_Model):
    """One picture of a batch, as base64."""

    name: str = ""
    data: str


class Batch(_Model):
    """batch_size and max_workers are the operator's to say (MAX_CONCURRENT_JOBS), and are let pass."""

    images: list[Named]
    batch_size: int | None = None
    max_workers: int | None = None
    parameters: dict[str, str | int | float | bool] = Field(default_factory=dict)


class Optimize(Image):
    """target_quality: the SSIM to be reached."""

    target_quality: float = Field(0.95, gt=0, le=1)


class Tiered(Image):
    """tier: auto, 1, 2 or 3. target_quality: the SSIM to be reached. time_budget: seconds of the search."""

    tier: str | int = "auto"
    target_quality: float | None = Field(None, gt=0, le=1)
    time_budget: float | None = Field(None, gt=0, le=600)
    include_analysis: bool = False


def words(asked: Convert) -> tuple[dict[str, str], dict[str, str]]:
    """Options, and what of the request has no counterpart here, with the reason. Raises ValueError."""
    name = asked.converter or asked.converter_type or "smart"
    if name not in CONVERTERS:
        raise ValueError(f"converter is one of {', '.join(CONVERTERS)}, not {name}")
    found = {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in asked.options.items()}
    ignored: dict[str, str] = {}
    plan = CONVERTERS[name]
    if plan is not None:
        found["plan"] = plan
    if asked.threshold is not None:
        ignored["threshold"] = "colours are found by measuring, also where there are two"
    if asked.colormode == "binary":
        ignored["colormode"] = "the picture keeps its colours"
    for parameter, (low, high) in _VTRACER.items():
        value = getattr(asked, parameter)
        if value is not None and plan == "vtracer":
            found[f"vtracer.{parameter}"] = str(min(high, max(low, value)))
        elif value is not None:
            ignored[parameter] = "belongs to the converter vtracer"
    return found, ignored


def psnr(mse: float | None) -> float | None:
    """Peak signal-to-noise ratio in dB of a mean squared error; None where it is infinite or was not measured."""
    return 10 * math.log10(255**2 / mse) if mse else None


def average_path_length(svg: bytes) -> float:
    """Mean characters of the paths' data; 0 without paths."""
    lengths = [len(data) for data in _D.findall(svg)]
    return sum(lengths) / len(lengths) if lengths else 0.0


def converted(hit: Hit, converter: str, ignored: Mapping[str, str]) -> dict[str, Any]:
    """The answer to a conversion, with the fields of both of its versions."""
    record, size = hit.record, len(hit.svg)
    length = average_path_length(hit.svg)
    scores = {"ssim": record["ssim"], "mse": record.get("mse"), "psnr": psnr(record.get("mse"))}
    parameters = {"plan": record["plan"], **record["parameters"]}
    return {
        "success": True,
        "svg": hit.svg.decode(),
        "size": size,
        "size_bytes": size,
        **scores,
        "path_count": record["shapes"],
        "avg_path_length": length,
        "converter": record["plan"],
        "converter_type": converter,
        "ai_enhanced": False,
        "quality": {"ssim": record["ssim"], "size": size, "path_count": record["shapes"], "avg_path_length": length},
        "quality_metrics": scores,
        "delta_e": record["delta_e"],
        "verdict": record["verdict"],
        "tier": record["tier"],
        "parameters": parameters,
        "parameters_used": parameters,
        "parameters_ignored": dict(ignored),
        "conversion_time_ms": 1000 * record["seconds"]["total"],
    }


def classified(record: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a classification. confidence is null: rules decide, and nothing measured how sure they are."""
    return {
        "success": True,
        "logo_type": LOGO_TYPES[record["tier"]],
        "tier": record["tier"],
        "confidence": None,
        "reasons": record["reasons"],
        "features": record["features"],
        "method": "rules over measured features",
        "width": record["width"],
        "height": record["height"],
        "plans": record["plans"],
    }
