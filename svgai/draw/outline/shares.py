"""What every pixel of a picture is made of: two labels at most, and their shares."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Labels, Plane, freeze_fields
from svgai.records import Record

# The planes that Shares are made of, by name.
FIELDS = ("label", "other", "share", "error")


class TwoLabels(Protocol):
    """The explanation of n pixels by two labels each, (n,) arrays; see Shares."""

    @property
    def label(self) -> NDArray[Any]: ...
    @property
    def other(self) -> NDArray[Any]: ...
    @property
    def share(self) -> NDArray[Any]: ...
    @property
    def error(self) -> NDArray[Any]: ...


class Shares(Record):
    """The best two-colour explanation of every pixel of a picture.

    label, other: (h, w) int16, the larger share's colour and the smaller's, equal where there is one only.
    share: (h, w) float32, 0.5–1, of label. error: (h, w) float32, distance that remains, grey levels.
    """

    label: Labels
    other: Labels
    share: Plane
    error: Plane

    def __post_init__(self) -> None:
        freeze_fields(self)

    @classmethod
    def pure(cls, labels: Labels) -> Shares:
        """Every pixel all of its label's colour."""
        ones = np.ones(labels.shape, np.float32)
        return cls(labels.copy(), labels.copy(), ones, np.zeros_like(ones))

    @classmethod
    def of(cls, labels: Labels, at: Index, mix: TwoLabels) -> Shares:
        """Labels, (h, w), of pure pixels, but for those at flat indices, (n,), which the mix explains."""
        planes = cls.pure(labels).copies()
        for name, plane in planes.items():
            plane.ravel()[at] = getattr(mix, name)
        return cls(**planes)

    def copies(self) -> dict[str, NDArray[Any]]:
        """The four planes by name, to be changed and made a record again."""
        return {name: getattr(self, name).copy() for name in FIELDS}

    def around(self, rows: slice, columns: slice, margin: int) -> Shares:
        """A window with a margin, px; beyond the picture its border goes on."""
        y = np.clip(np.arange(rows.start - margin, rows.stop + margin), 0, len(self.label) - 1)[:, None]
        x = np.clip(np.arange(columns.start - margin, columns.stop + margin), 0, self.label.shape[1] - 1)
        return Shares(self.label[y, x], self.other[y, x], self.share[y, x], self.error[y, x])
