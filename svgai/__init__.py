"""svgai: raster images in, clean SVG out, each result measured against its source.

import svgai

result = svgai.convert("logo.png", target_ssim=0.98)
print(result.classification.tier, result.score.ssim, result.verdict.word)
open("logo.svg", "wb").write(result.svg.data)
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from svgai.pipeline import Conversion

__version__ = "0.1.0"
__all__ = ["__version__", "convert"]


def convert(image: str | os.PathLike[str] | bytes | NDArray[np.uint8], **settings: Any) -> Conversion:
    """Convert one image: a path, the bytes of an image file, or an array.

    An array is (h, w) grey, (h, w, 3) RGB or (h, w, 4) RGBA with straight alpha, uint8, sRGB. settings: the fields of
    svgai.settings.Settings. Nothing is printed or written.
    Raises svgai.errors.SvgaiError where the image cannot be converted, ValueError where a setting is illegal.
    """
    from svgai import files, pipeline
    from svgai.picture.raster import Raster
    from svgai.settings import Settings

    wanted = Settings(**settings)
    if isinstance(image, str | os.PathLike):
        image = files.read(os.fspath(image))
    return pipeline.convert(image if isinstance(image, bytes) else Raster.from_array(image), wanted)
