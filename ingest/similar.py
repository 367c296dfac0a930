"""Documents that say the same: equal, or nearly so.

Shares of common word groups are estimated by MinHash (Broder, On the resemblance and containment of documents, 1997),
so that not every pair must be compared; what looks alike is then counted.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assistant.store import Generation
from assistant.types import Source

ALIKE = 0.8
_GROUP = 4  # words
_BANDS, _ROWS = 16, 4
_PRIME = (1 << 61) - 1
_DICE = np.random.default_rng(20260401)
_FACTORS = _DICE.integers(1, 1 << 29, size=_BANDS * _ROWS, dtype=np.uint64)
_OFFSETS = _DICE.integers(0, 1 << 60, size=_BANDS * _ROWS, dtype=np.uint64)


def similar(generation: Generation, sources: Sequence[Source]) -> Iterator[tuple[Source, Source, float]]:
    """Pairs of sources with at least ALIKE of their word groups in common, with that share (1: the same text)."""
    groups: dict[str, frozenset[int]] = {}
    buckets: defaultdict[tuple[int, bytes], list[Source]] = defaultdict(list)
    for source in sources:
        groups[source.id] = _groups(" ".join(passage.text for passage in generation.of_source(source.id)))
        if groups[source.id]:
            signature = _signature(groups[source.id]).reshape(_BANDS, _ROWS)
            for band in range(_BANDS):
                buckets[band, signature[band].tobytes()].append(source)
    pairs = {(a.id, b.id): (a, b) for found in buckets.values() for a, b in combinations(found, 2)}
    for (first, second), pair in sorted(pairs.items()):
        a, b = groups[first], groups[second]
        share = len(a & b) / len(a | b)
        if share >= ALIKE:
            yield *pair, share


def _groups(text: str) -> frozenset[int]:
    words = re.findall(r"\w+", text.casefold())
    starts = range(max(len(words) - _GROUP + 1, 1)) if words else ()
    return frozenset(zlib.crc32(" ".join(words[start : start + _GROUP]).encode()) for start in starts)


def _signature(groups: frozenset[int]) -> NDArray[np.uint64]:
    """The smallest of each of so many hashes, shape (_BANDS * _ROWS,)."""
    values = np.fromiter(groups, dtype=np.uint64, count=len(groups))
    smallest = [((values * factor + offset) % _PRIME).min() for factor, offset in zip(_FACTORS, _OFFSETS, strict=True)]
    return np.array(smallest, dtype=np.uint64)
