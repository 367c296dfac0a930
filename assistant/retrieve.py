"""Finds the passages that answer a question: named norms, both searches, ranking, evidence.

Searches and ranking (ranking.py) work on sections. Then the best passage of each section is taken, so that one long §
does not fill the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import exp

import numpy as np
from numpy.typing import NDArray

from assistant.config import Settings
from assistant.embed import Embedder
from assistant.finding.everyday import official
from assistant.finding.evidence import Signals, coverage, evidence
from assistant.finding.ranking import Query, search
from assistant.german import terms
from assistant.norms import Norm, find
from assistant.store import Generation
from assistant.types import Hit, Kind, Passage, Source

MAX_QUESTION = 2000
DENSE = 0.4
PER_SECTION, FURTHER = 3, 0.6
# Added to a section's score (the logarithm of its odds), chosen by hand.
REPEALED_COST, EXPIRED_COST, REPEATED_COST, CITY_GAIN = -4.0, -2.0, -0.6, 2.0
SPREAD = 0.25
REPEALED = ("(weggefallen)", "(aufgehoben)", "(gegenstandslos)")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which sources may be found. `groups` are those the asker belongs to: a source with an audience is found only by
    one of it. `kinds` and `sources` (ids): only these, or all where empty. `on`: an ISO date on which it is in force.
    """

    groups: frozenset[str] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    sources: frozenset[str] = frozenset()
    on: str | None = None

    def allow(self, source: Source) -> bool:
        return (
            (not source.audience or not self.groups.isdisjoint(source.audience))
            and (not self.kinds or source.kind in self.kinds)
            and (not self.sources or source.id in self.sources)
            and (self.on is None or (source.valid_from or "") <= self.on <= (source.valid_until or "9999"))
        )


@dataclass(frozen=True, slots=True)
class Section:
    """One section while it is ranked: its row, its score, and what each search said of it."""

    row: int
    score: float
    bm25: float
    cosine: float
    keyword_rank: int | None
    dense_rank: int | None
    named: tuple[Norm, ...] = ()


def retrieve(
    question: str,
    generation: Generation,
    embedder: Embedder,
    settings: Settings,
    k: int | None = None,
    filters: Filters = Filters(),
) -> list[Hit]:
    """The k best passages (default: `settings.search.k`), best first; none that `filters` forbid.

    A norm the question names comes first. Each section gives its best passage; further ones of it stand behind
    those of sections that are nearly as good. Any text is a question; one without a known word may find nothing.
    """
    k = k or settings.search.k
    question = question[:MAX_QUESTION]
    query = analyse(question, generation, embedder)
    ranked = rank(query, generation, named(question, generation), filters)[: 2 * k]
    passages = generation.sections(section.row for section in ranked)
    weighed = [_weigh(section, passages[section.row]) for section in ranked]
    best = _spread(_sorted(weighed), passages)[:k]
    top = max((section.score for section in best), default=0.0)
    hits = [hit for section in best for hit in _hits(section, passages[section.row], query, generation, top)]
    return sorted(hits, key=lambda hit: -hit.score)[:k]


def analyse(question: str, generation: Generation, embedder: Embedder) -> Query:
    """The question in the terms and the vector that the searches compare; the vector knows official terms as well."""
    vector = embedder.query(" ".join([question, *official(question)]))
    return Query.of(question, generation.keywords, vector)


def named(question: str, generation: Generation) -> dict[int, tuple[Norm, ...]]:
    """Section row -> the norms of the question that name it, in the order of the question."""
    rows: dict[int, tuple[Norm, ...]] = {}
    for norm in find(question, generation.names):
        if norm.source and norm.locator.section:
            for row in generation.find(norm.source.id, norm.locator.section):
                rows[row] = (*rows.get(row, ()), norm)
    return rows


def rank(
    query: Query, generation: Generation, named: Mapping[int, tuple[Norm, ...]], filters: Filters = Filters()
) -> list[Section]:
    """The sections that a search found and the filters allow, best first, the named ones in front."""
    allowed = np.array([filters.allow(source) for source in generation.sources.values()], dtype=np.bool_)
    found = search(query, generation.indexes, allowed, list(named))
    columns = (found.rows, found.scores, found.bm25, found.cosines)
    return _sorted(
        [
            Section(
                row, score, bm25, cosine, found.keyword_ranks.get(row), found.dense_ranks.get(row), named.get(row, ())
            )
            for row, score, bm25, cosine in zip(*(column.tolist() for column in columns), strict=True)
        ]
    )


def _sorted(sections: Sequence[Section]) -> list[Section]:
    return sorted(sections, key=lambda section: (not section.named, -section.score))


def _weigh(section: Section, passages: Sequence[Passage]) -> Section:
    """The section with a lower score if it is repealed or its source is past its last day; the city's own, higher."""
    extra = 0.0
    if all(passage.text.strip().lower().startswith(REPEALED) for passage in passages):
        extra += REPEALED_COST
    until = passages[0].source.valid_until
    if until and until < datetime.now(UTC).date().isoformat():
        extra += EXPIRED_COST
    if passages[0].source.folder is not None:
        extra += CITY_GAIN
    return replace(section, score=section.score + extra)


def _spread(sections: Sequence[Section], passages: Mapping[int, Sequence[Passage]]) -> list[Section]:
    """Lowers each further section of the same document of the city a little, so that other documents are seen too.

    The sections of a law are left alone: there the right one stands among its neighbours.
    """
    seen: Counter[str] = Counter()
    spread = []
    for section in sections:
        source = passages[section.row][0].source
        spread.append(replace(section, score=section.score + REPEATED_COST * seen[source.id]))
        seen[source.id] += source.folder is not None
    return _sorted(spread)


def _hits(
    section: Section, passages: Sequence[Passage], query: Query, generation: Generation, top: float
) -> list[Hit]:
    """The best passages of a section, best first; all but the first at a discount. The best section scores 1."""
    similar = similarities(section.row, query, generation)
    held = [set(terms(passage.text)) for passage in passages]
    own = [word for _, word in query.words]
    rates = [
        DENSE * float(cosine) + (1 - DENSE) * coverage(own, query.idf, has) + _is_named(passage, section)
        for passage, cosine, has in zip(passages, similar, held, strict=True)
    ]
    order = sorted(range(len(passages)), key=lambda i: -rates[i])[:PER_SECTION]
    sure = evidence(signals(section, query, generation))
    score = exp(SPREAD * min(section.score - top, 0.0))
    return [
        Hit(
            passage=passages[i],
            score=bool(section.named) + score * (FURTHER * rates[i] / max(rates[order[0]], 1e-6) if place else 1.0),
            evidence=sure,
            keyword_rank=section.keyword_rank,
            dense_rank=section.dense_rank,
            matched=tuple(dict.fromkeys(word for word, parts in query.words if held[i].intersection(parts))),
            named=bool(section.named),
        )
        for place, i in enumerate(order)
    ]


def similarities(row: int, query: Query, generation: Generation) -> NDArray[np.float32]:
    """The cosine of the question and each passage of a section, in the order of the text."""
    layout = generation.indexes.layout
    similar: NDArray[np.float32] = layout.vectors[layout.starts[row] : layout.starts[row + 1]] @ query.vector
    return similar


def signals(section: Section, query: Query, generation: Generation) -> Signals:
    there = generation.keywords.holds(query.terms, section.row)
    held = {term for term, found in zip(query.terms, there, strict=True) if found}
    share = section.bm25 / query.reach
    return Signals(coverage([own for _, own in query.words], query.idf, held), section.cosine, share)


def _is_named(passage: Passage, section: Section) -> bool:
    """Whether the question names this very Absatz."""
    return any(norm.locator.subsection == passage.locator.subsection is not None for norm in section.named)
