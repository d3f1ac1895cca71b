"""What a mean over the picture does not see: the worst of a rendering, and where it is."""

from __future__ import annotations

from svgai.drawing import Drawing
from svgai.measure.crumbs import crumbs
from svgai.measure.seams import seam
from svgai.measure.structure import Window, structure
from svgai.picture.raster import Raster
from svgai.records import Value

_WHITE, _BLACK = 255, 0
_NOWHERE = Window(0, 0, 0, 0)


class Flaws(Value):
    """The worst of a rendering.

    structure: −1 to 1, what the worst window keeps of the source's structure, 1 where nothing is lost; window: that
    one. gone: how many windows (16 px square, half overlapping) keep less than half. seam: the most pixels of seams in
    a window of 32 px, two for each px of length; seam_window: that one. crumbs: visible contours under 1 px² where the
    source has no dot; 0 where no geometry is known.
    """

    structure: float = 1.0
    window: Window = _NOWHERE
    gone: int = 0
    seam: int = 0
    seam_window: Window = _NOWHERE
    crumbs: int = 0


def flaws(source: Raster, rendered: Raster, drawing: Drawing | None = None) -> Flaws:
    """The flaws of a rendering of the source's size, over white or over black, whichever is worse.

    drawing: what was rendered, where it is known. Raises ValueError where the sizes differ.
    """
    if source.pixels.shape != rendered.pixels.shape:
        raise ValueError("sizes differ")
    clear = not (source.opaque and rendered.opaque)
    views = [(source.pixels, rendered.pixels, b) for b in ((_WHITE, _BLACK) if clear else (_WHITE,))]
    worst = min((structure(*view) for view in views), key=lambda s: s.kept)
    longest = max((seam(*view) for view in views), key=lambda s: s.pixels)
    count = max(crumbs(drawing, *view) for view in views) if drawing else 0
    return Flaws(worst.kept, worst.at, worst.gone, longest.pixels, longest.at, count)
