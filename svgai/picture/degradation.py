"""What was done to a drawing before it became the file: found in the pixels, and taken away before it is drawn."""

from __future__ import annotations

from svgai.picture.skew import Skew
from svgai.records import Value


class Degradation(Value):
    """What was found; the defaults are those of a clean picture.

    coding: σ of a lossy format's noise, grey levels. grain: σ of a scanner's or sensor's, grey levels in a channel.
    paper: the colour of a page's ground where it is lightest, as `#rrggbb`. light_fall: how much darker its darkest
    part is, 0–1. screen: period of a halftone's dots, px. blur: σ of what all edges are blurred by, px, 0 where they
    are as sharp as anti-aliasing leaves them. broken_ink: whether the paper's grain breaks the lines, as pencil's.
    dithered, fringes: whether there are a palette's dots, an LCD's colour fringes. skew: how the page lay, where it
    was to be made straight.
    """

    coding: float = 0.0
    grain: float = 0.0
    paper: str | None = None
    light_fall: float = 0.0
    screen: float = 0.0
    blur: float = 0.0
    broken_ink: bool = False
    dithered: bool = False
    fringes: bool = False
    skew: Skew | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What was found, one phrase each."""
        found = (
            (self.coding, f"coding noise of σ {self.coding:.1f}"),
            (self.paper, f"paper {self.paper}"),
            (self.light_fall >= 0.01, f"light that falls by {self.light_fall:.0%}"),
            (self.grain, f"grain of σ {self.grain:.1f}"),
            (self.screen, f"a halftone of {self.screen:.1f} px"),
            (self.blur, f"a blur of σ {self.blur:.1f} px"),
            (self.broken_ink, "broken lines, as of pencil"),
            (self.dithered, "dithering"),
            (self.fringes, "an LCD's colour fringes"),
        )
        return tuple(phrase for is_there, phrase in found if is_there)
