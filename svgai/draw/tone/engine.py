"""The tone engine's recipe: colours first, then white and black veils where they pay.

Model: a pixel is a base colour under a stack of white or of black veils. Levels of one luma cannot give colours and
colours alone cannot give structure at this size; together every pixel is reached, and no shape is finer than needed.
"""

from __future__ import annotations

from functools import lru_cache

from svgai.draw.budget import spend
from svgai.draw.tone.levels.patches import Grid
from svgai.draw.tone.levels.sides import shapes
from svgai.draw.tone.plan import TonePlan, work
from svgai.draw.tone.study import Study, study
from svgai.drawing import Declined, Drawing, PageSize
from svgai.picture.raster import Raster

# px of the picture: the area of the smallest patch drawn.
LEAST = 3.0
# px that an outline may stray: the least in units of the page, the most in px of the picture.
TOLERANCES = (0.65, 1.6)


@lru_cache(maxsize=1)
def _study(raster: Raster) -> Study:
    """The last picture's study: a search draws it at several prices."""
    return study(raster)


def draw(raster: Raster, plan: TonePlan) -> Drawing | Declined:
    """A photograph as a base of colours under white and black veils."""
    spend(work(plan, raster.area, 3))
    price = plan.price_for(raster.area)
    found = _study(raster)
    unit, scale = raster.width / found.page[0], found.plane[0] / raster.width
    # Outlines may stray more where bytes are dear (design-photographs, step 8).
    tolerance = min(TOLERANCES[1], max(TOLERANCES[0] * unit, (price / 0.25) ** 0.3))
    grid = Grid(found.plane, found.page, tolerance * scale, LEAST / unit**2)
    veils = [s for side in found.sides for s in shapes(side, found.ground, price, grid)]
    shown = PageSize(str(raster.width), str(raster.height)) if unit < 1 else None
    return Drawing(*found.page, (*found.base, *veils), shown)
