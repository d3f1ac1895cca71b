"""Order in linked lists, without a loop over their members: pointer doubling (Wyllie 1979)."""

from __future__ import annotations

import numpy as np

from svgai.arrays import Index, Mask, freeze_fields
from svgai.records import Record


class Chains(Record):
    """Lists laid end to end: members (n,) in order; chain k is members[offsets[k]:offsets[k + 1]].

    closed: (K,) bool, whether the last member leads back to the first. A closed chain begins at its least member.
    """

    members: Index
    offsets: Index
    closed: Mask

    def __post_init__(self) -> None:
        freeze_fields(self)

    def of(self, chain: int) -> Index:
        """The members of one chain."""
        return self.members[self.offsets[chain] : self.offsets[chain + 1]]


def _cut_cycles(following: Index) -> tuple[Index, Mask]:
    """Pointers with every cycle ended before its least member, and which elements lie on cycles."""
    n = len(following)
    jump, least = following.copy(), np.arange(n)
    for _ in range(max(n - 1, 1).bit_length()):
        least = np.minimum(least, least[jump])
        jump = jump[jump]
    on_cycle = following[jump] != jump
    cut = following.copy()
    last = on_cycle & (least[following] == following)
    cut[last] = np.flatnonzero(last)
    return cut, on_cycle


def chains(following: Index) -> Chains:
    """The lists that `following` (n,) links: the next element of each, itself where a list ends.

    No element may follow two others. A list that ends in itself and a one-element cycle are the same: open.
    """
    n = len(following)
    end, on_cycle = _cut_cycles(following)
    steps = (end != np.arange(n)).astype(np.int64)  # to the end
    for _ in range(max(n - 1, 1).bit_length()):
        steps += steps[end]
        end = end[end]
    order = np.lexsort((-steps, end))
    ends = end[order]
    first = np.flatnonzero(np.r_[True, ends[1:] != ends[:-1]]) if n else np.zeros(0, np.int64)
    return Chains(order, np.append(first, n), on_cycle[order[first]])
