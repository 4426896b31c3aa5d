"""Small counts in many files at once: which of the smallest pieces are kept back, so that sums may show.

A table that may be added up in many ways (by gacha or sumu, by season or all) is cut into its atoms. A sum is
shown only where no atom that is kept back is in it, so whatever a reader adds and subtracts, of those kept
back he knows only what is left of the totals that are known to him. This is coarser than
`layers.small_counts`, but it needs no programme and holds for any number of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def kept_back(
    counts: Sequence[int], totals: Iterable[Sequence[int]], *, small_count: int
) -> frozenset[int]:
    """Return the places of the atoms to keep back.

    counts: whole numbers, none negative. totals: places whose sum the reader knows (and so every sum of such
    sums), each place in at most one. small_count: k; counts from 1 to k - 1 are small. The reader is taken to
    see which marks are small; where all of a total is kept back, as no large one is in it, they are all
    alike.
    """
    found = {at for at, value in enumerate(counts) if 0 < value < small_count}
    for cells in totals:
        small = [at for at in cells if 0 < counts[at] < small_count]
        least, most = (all(counts[at] == limit for at in small) for limit in (1, small_count - 1))
        if not small or (len(small) > 1 and not least and not most):
            continue
        large = [at for at in cells if counts[at] >= small_count]
        if large:
            found.add(min(large, key=lambda at: (counts[at], at)))
        else:
            found.update(cells)
    return frozenset(found)
