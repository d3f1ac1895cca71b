from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from svgai.draw.ragged import neighbours, offsets_of, owners, ranges, ranks

LISTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6), st.booleans()), max_size=12)


@given(LISTS)
def test_lists_laid_end_to_end(lists: list[tuple[int, int, bool]]) -> None:
    first = np.array([f for f, _, _ in lists], np.int64)
    counts = np.array([n for _, n, _ in lists], np.int64)
    assert ranges(first, counts).tolist() == [f + i for f, n, _ in lists for i in range(n)]
    assert ranks(counts).tolist() == [i for _, n, _ in lists for i in range(n)]
    assert owners(counts).tolist() == [k for k, (_, n, _) in enumerate(lists) for _ in range(n)]
    members = np.arange(counts.sum())
    offsets = offsets_of(counts)
    assert (np.diff(offsets) == counts).all()
    assert (offsets[0], offsets[-1]) == (0, len(members))


@given(LISTS)
def test_neighbours(lists: list[tuple[int, int, bool]]) -> None:
    counts = np.array([n for _, n, _ in lists], np.int64)
    before, after = neighbours(owners(counts), np.array([c for *_, c in lists], bool))
    start = 0
    for _, n, closed in lists:
        for i in range(n):
            assert before[start + i] == (start + i - 1 if i else start + n - 1 if closed else -1)
            assert after[start + i] == (start + i + 1 if i < n - 1 else start if closed else -1)
        start += n
