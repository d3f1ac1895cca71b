"""Lists of different lengths laid end to end in one array: where each begins, and who is next to whom.

n lists of `counts` members are told by offsets, (n + 1,): list k is members[offsets[k]:offsets[k + 1]].
"""

from __future__ import annotations

from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from svgai.arrays import Index, Mask

Member = TypeVar("Member", bound=np.generic)


def offsets_of(counts: Index) -> Index:
    """(n + 1,): where each list of so many members begins, and the last one ends."""
    return np.concatenate([[0], np.cumsum(counts)])


def owners(counts: Index) -> Index:
    """(N,): the number of the list that each member belongs to."""
    return np.repeat(np.arange(len(counts)), counts)


def ranks(counts: Index) -> Index:
    """(N,): each member's place in its list, from 0."""
    return ranges(np.zeros(len(counts), np.int64), counts)


def ranges(first: Index, counts: Index) -> Index:
    """(N,): the numbers first[k], first[k] + 1, … of every list k, counts[k] of them."""
    total = np.cumsum(counts)
    return np.arange(total[-1] if len(total) else 0) + np.repeat(first - total + counts, counts)


def pieces(members: NDArray[Member], offsets: Index) -> list[NDArray[Member]]:
    """Every list of members, (N, …), as a view: np.split, whose own work on each is ten times as much."""
    return [members[slice(*bounds)] for bounds in pairwise(offsets.tolist())]


def extremes(values: Index, owner: Index, count: int) -> tuple[Index, Index]:
    """(count,) each: the least and the greatest of the values, (N,), that belong to each of `count` owners.

    An owner of none gets the greatest and the least whole number there is.
    """
    limits = np.iinfo(np.int64)
    low, high = np.full(count, limits.max), np.full(count, limits.min)
    np.minimum.at(low, owner, values)
    np.maximum.at(high, owner, values)
    return low, high


def neighbours(owner: Index, closed: Mask) -> tuple[Index, Index]:
    """(N,) each: the member before and the one after each in its list, around the end of a closed one; else −1.

    owner: (N,), rising. closed: (n,), by list.
    """
    place = np.arange(len(owner))
    head, tail = np.searchsorted(owner, owner), np.searchsorted(owner, owner, side="right") - 1
    before = np.where(place > head, place - 1, np.where(closed[owner], tail, -1))
    after = np.where(place < tail, place + 1, np.where(closed[owner], head, -1))
    return before, after
