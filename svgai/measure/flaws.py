"""What a mean over the picture does not see: the worst of a rendering, and where it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svgai.arrays import Index
from svgai.drawing import Drawing
from svgai.measure.crumbs import crumbs, small_contours
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

    def below(self, rows: int) -> Flaws:
        """The same of a picture that begins so many rows further up."""
        window, seam_window = (at._replace(y=at.y + rows) for at in (self.window, self.seam_window))
        return replace(self, window=window, seam_window=seam_window)

    def joined(self, other: Flaws) -> Flaws:
        """The flaws of a picture of which these and the others are strips."""
        worst, longest = min(self, other, key=lambda f: f.structure), max(self, other, key=lambda f: f.seam)
        return Flaws(
            structure=worst.structure,
            window=worst.window,
            gone=self.gone + other.gone,
            seam=longest.seam,
            seam_window=longest.seam_window,
            crumbs=self.crumbs + other.crumbs,
        )


def flaws(source: Raster, rendered: Raster, drawing: Drawing | None = None) -> Flaws:
    """The flaws of a rendering of the source's size, over white or over black, whichever is worse.

    drawing: what was rendered, where it is known. Raises ValueError where the sizes differ.
    """
    if source.pixels.shape != rendered.pixels.shape:
        raise ValueError("sizes differ")
    small = small_contours(drawing, source.width, source.height) if drawing else np.zeros((2, 0), np.int64)
    return flaws_at(source, rendered, small)


def flaws_at(source: Raster, rendered: Raster, small: Index, windows: int | None = None) -> Flaws:
    """The same where the small contours are known, (2, n).

    windows: rows of the picture that windows of structure may lie in; None is all.
    """
    clear = not (source.opaque and rendered.opaque)
    views = [(source.pixels, rendered.pixels, b) for b in ((_WHITE, _BLACK) if clear else (_WHITE,))]
    worst = min((structure(x[:windows], y[:windows], b) for x, y, b in views), key=lambda s: s.kept)
    longest = max((seam(*view) for view in views), key=lambda s: s.pixels)
    count = max(crumbs(small, *view) for view in views)
    return Flaws(worst.kept, worst.at, worst.gone, longest.pixels, longest.at, count)
