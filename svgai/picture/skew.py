"""How a page lay in its picture."""

from __future__ import annotations

from svgai.records import Value


class Skew(Value):
    """A page that was made straight: by its corners, or turned by an angle; straight as it is with neither.

    corners: (x, y) of the top left, top right, bottom right and bottom left one in the file's picture, px.
    angle: degrees clockwise.
    """

    corners: tuple[tuple[float, float], ...] | None = None
    angle: float = 0.0

    @property
    def words(self) -> str:
        """What was done about it, or why nothing was."""
        if self.corners is not None:
            places = ", ".join(f"{x:.0f},{y:.0f}" for x, y in self.corners)
            return f"the page between {places}, seen from the front"
        return f"turned by {-self.angle:.1f}°" if self.angle else "no page's edges seen, and no lines off level"
