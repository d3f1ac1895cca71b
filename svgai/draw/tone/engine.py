"""The tone engine's recipe: colours first, then white and black veils where they pay.

Model: a pixel is a base colour under a stack of white or of black veils. Levels of one luma cannot give colours and
colours alone cannot give structure at this size; together every pixel is reached, and no shape is finer than needed.
"""

from __future__ import annotations

from functools import lru_cache

from svgai.draw.budget import spend
from svgai.draw.tone.levels.patches import Grid
from svgai.draw.tone.levels.sides import shapes
from svgai.draw.tone.opaque.areas import opaque
from svgai.draw.tone.plan import TonePlan, work
from svgai.draw.tone.study import OpaqueStudy, Study, opaque_study, study
from svgai.drawing import Declined, Drawing, PageSize
from svgai.picture.raster import Raster

# px that an outline may stray: the least in units of the page, the most in px of the picture.
TOLERANCES = (0.65, 1.6)


@lru_cache(maxsize=1)
def _study(raster: Raster) -> Study:
    """The last picture's study: a search draws it at several prices."""
    return study(raster)


@lru_cache(maxsize=1)
def _opaque_study(raster: Raster) -> OpaqueStudy:
    """The last picture's, as _study."""
    return opaque_study(raster)


def draw(raster: Raster, plan: TonePlan) -> Drawing | Declined:
    """A photograph as a base of colours under white and black veils, or as opaque patches."""
    spend(work(plan, raster.area, 3))
    if plan.opaque:
        return _opaque(raster, plan)
    found, price = _study(raster), plan.price_for(raster.area)
    grid = _grid(raster, found, plan)
    veils = [s for side in found.sides for s in shapes(side, found.ground, price, grid)]
    return Drawing(*found.page, (*found.base, *veils), _shown(raster, found))


def _opaque(raster: Raster, plan: TonePlan) -> Drawing:
    found, price = _opaque_study(raster), plan.price_for(raster.area)
    grid = _grid(raster, found, plan)
    patches = [s for area in found.areas for s in opaque(area, found.hues, price, grid)]
    return Drawing(*found.page, (*found.under, *patches), _shown(raster, found))


def _grid(raster: Raster, found: Study | OpaqueStudy, plan: TonePlan) -> Grid:
    unit, scale = raster.width / found.page[0], found.plane[0] / raster.width
    # Outlines may stray more where bytes are dear (design-photographs, step 8).
    tolerance = min(TOLERANCES[1], max(TOLERANCES[0] * unit, (plan.price_for(raster.area) / 0.25) ** 0.3))
    return Grid(found.plane, found.page, tolerance * scale, plan.least / unit**2)


def _shown(raster: Raster, found: Study | OpaqueStudy) -> PageSize | None:
    """The picture's own size, where the page has other units."""
    return PageSize(str(raster.width), str(raster.height)) if found.page[0] != raster.width else None
