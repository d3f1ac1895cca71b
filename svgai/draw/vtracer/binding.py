"""Pixels → vtracer's SVG text. The only module that imports vtracer."""

from __future__ import annotations

import cv2
import vtracer

from svgai.arrays import Pixels
from svgai.draw.vtracer.plan import VtracerPlan
from svgai.errors import EngineError

_REMEDY = "try another --plan, or other parameters"


def trace(pixels: Pixels, plan: VtracerPlan) -> str:
    """vtracer's own SVG of (height, width, 4) uint8 pixels. Raises EngineError where vtracer fails."""
    bgra = cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA)
    _, png = cv2.imencode(".png", bgra, [cv2.IMWRITE_PNG_COMPRESSION, 0])
    try:
        return str(
            vtracer.convert_raw_image_to_svg(
                png.tobytes(),
                img_format="png",
                colormode="color",
                mode=plan.mode,
                hierarchical=plan.hierarchical,
                filter_speckle=plan.filter_speckle,
                color_precision=plan.color_precision,
                layer_difference=plan.layer_difference,
                corner_threshold=plan.corner_threshold,
                length_threshold=float(plan.length_threshold),
                splice_threshold=plan.splice_threshold,
                max_iterations=plan.max_iterations,
                path_precision=plan.path_precision,
            )
        )
    except BaseException as e:
        # A Rust panic is a BaseException of a class that cannot be imported or pickled; anything else goes on.
        if type(e).__name__ != "PanicException" and not isinstance(e, Exception):
            raise
        raise EngineError(f"vtracer failed ({e})", _REMEDY) from None
