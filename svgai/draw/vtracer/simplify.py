"""Polygons with fewer corners."""

from __future__ import annotations

import cv2
import numpy as np

from svgai.records import Points


def simplified(polygon: Points, tolerance: float) -> Points:
    """A closed polygon, (n, 2), after Douglas–Peucker: no point of it is further than tolerance from the result.

    D. Douglas, T. Peucker, Cartographica 10 (1973). One that would collapse to a line is returned as it was.
    """
    if tolerance <= 0 or len(polygon) < 5:
        return polygon
    kept = cv2.approxPolyDP(polygon.astype(np.float32)[:, None], tolerance, closed=True)[:, 0]
    return kept.astype(np.float64) if len(kept) > 2 else polygon
