"""Which sources a question may find, and which of them stand behind or in front: one value per source, in arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.types import Kind, Source

LAST_DAY = "9999"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which sources may be found. `groups` are those the asker belongs to: a source with an audience is found only by
    one of it. `kinds` and `sources` (ids): only these, or all where empty. `on`: an ISO date on which it is in force.
    """

    groups: frozenset[str] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    sources: frozenset[str] = frozenset()
    on: str | None = None


EVERYONE = Filters()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the filters ask of each source. `numbers`: source id -> its number, `audiences`: number -> its audience,
    where it has one. In the order of the numbers, all of shape (sources,): `city` (whether it is one of the city's own
    documents), `kinds`, `ids`, and the first and the last day as ISO dates."""

    numbers: Mapping[str, int]
    audiences: Mapping[int, tuple[str, ...]]
    city: NDArray[np.bool_]
    kinds: NDArray[np.str_]
    ids: NDArray[np.str_]
    since: NDArray[np.str_]
    until: NDArray[np.str_]

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Facts:
        return cls(
            {source.id: number for number, source in enumerate(sources)},
            {number: source.audience for number, source in enumerate(sources) if source.audience},
            np.array([source.folder is not None for source in sources], dtype=np.bool_),
            np.array([source.kind for source in sources], dtype=np.str_),
            np.array([source.id for source in sources], dtype=np.str_),
            np.array([source.valid_from or "" for source in sources], dtype=np.str_),
            np.array([source.valid_until or LAST_DAY for source in sources], dtype=np.str_),
        )

    def allowed(self, filters: Filters) -> NDArray[np.bool_]:
        allowed = np.ones(len(self.ids), dtype=np.bool_)
        allowed[[number for number, names in self.audiences.items() if filters.groups.isdisjoint(names)]] = False
        if filters.kinds:
            allowed &= np.isin(self.kinds, list(filters.kinds))
        if filters.sources:
            allowed &= np.isin(self.ids, list(filters.sources))
        if filters.on is not None:
            allowed &= (self.since <= filters.on) & (filters.on <= self.until)
        return allowed

    def expired(self, today: str) -> NDArray[np.bool_]:
        """Whether the last day of each source is over."""
        over: NDArray[np.bool_] = self.until < today
        return over
