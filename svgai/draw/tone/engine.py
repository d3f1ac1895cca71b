"""The tone engine's recipe: colours first, then white and black veils where they pay.

Model: a pixel is a base colour under a stack of white or of black veils. Levels of one luma cannot give colours and
colours alone cannot give structure at this size; together every pixel is reached, and no shape is finer than needed.
"""

from __future__ import annotations

from functools import lru_cache

from svgai.draw.tone.levels.patches import Grid
from svgai.draw.tone.levels.sides import shapes
from svgai.draw.tone.plan import HALVES, TonePlan
from svgai.draw.tone.study import Detail, Study, page, study
from svgai.drawing import Declined, Drawing
from svgai.picture.raster import Raster

# From these prices down tones are read finer: what noise the blur took away is then worth its bytes.
FINE = 0.06
_COARSE = Detail(smooth=0.6, step=1.0, least=8, tolerance=2.0)
_FINE = Detail(smooth=0.4, step=1.0, least=5, tolerance=1.6)
_FINEST = Detail(smooth=0.0, step=0.85, least=3, tolerance=1.2)


def _detail(price: float) -> Detail:
    return _COARSE if price >= FINE else _FINE if price >= HALVES else _FINEST


@lru_cache(maxsize=1)
def _study(raster: Raster, detail: Detail) -> Study:
    """The last picture's study: a search draws it at several prices."""
    return study(raster, detail)


def _tolerance(price: float, least: float) -> float:
    """px of the picture that an outline may stray: more where bytes are dear (design-photographs, step 8)."""
    return min(1.6, max(least, (price / 0.25) ** 0.3))


def draw(raster: Raster, plan: TonePlan) -> Drawing | Declined:
    """A photograph as a base of colours under white and black veils."""
    price = plan.price_for(raster.area)
    found = _study(raster, _detail(plan.price))
    scale = found.plane[0] / raster.width
    grid = Grid(found.plane, (raster.width, raster.height), _tolerance(price, 0.65) * scale, 3.0, plan.decimals)
    veils = [s for side in found.sides for s in shapes(side, found.ground, price, grid)]
    return Drawing(raster.width, raster.height, (*page(found.base, raster.width, raster.height), *veils))
