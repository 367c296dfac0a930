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

from assistant.asked import wanted
from assistant.config import Settings
from assistant.embed import Embedder
from assistant.finding.beside import beside
from assistant.finding.everyday import vector
from assistant.finding.evidence import Signals, coverage, evidence
from assistant.finding.filters import EVERYONE, Filters
from assistant.finding.ranking import FINALISTS, Query, candidates, finalists
from assistant.german import terms
from assistant.norms import Norm, find
from assistant.store import Generation
from assistant.types import Hit, Passage

MAX_QUESTION = 2000
DENSE = 0.4
PER_SECTION, FURTHER = 3, 0.4
# Of a long section, the passages nearest in meaning whose words are looked at.
LOOKED_AT = 3
# Added to a section's score (the logarithm of its odds), chosen by hand.
REPEALED_COST, EXPIRED_COST, REPEATED_COST, CITY_GAIN = -4.0, -2.0, -1.2, 3.0
SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class Section:
    """One section that was found: its row, the number of its source, its score, and what each search said of it."""

    row: int
    source: int
    score: float
    cosine: float
    keyword_rank: int | None
    dense_rank: int | None
    parts: Mapping[str, float]
    named: tuple[Norm, ...] = ()


def retrieve(
    question: str,
    generation: Generation,
    embedder: Embedder,
    settings: Settings,
    k: int | None = None,
    filters: Filters = EVERYONE,
) -> list[Hit]:
    """The k best passages (default: `settings.search.k`), best first; none that `filters` forbid.

    A norm the question names comes first. Each section gives its best passage; further ones of it stand behind
    those of sections that are nearly as good. Any text is a question; one without a known word may find nothing.
    Behind the k may stand a definition and a norm that the best refer to (`role`).
    """
    question = question[:MAX_QUESTION]
    query = analyse(question, generation, embedder)
    found = weighed(question, query, generation, filters, k or settings.search.k)
    hits = [replace(hit, evidence=evidence(signals)) for hit, signals in found]
    return [*hits, *beside(hits, query, generation, generation.facts.allowed(filters))]


def weighed(
    question: str, query: Query, generation: Generation, filters: Filters, k: int
) -> list[tuple[Hit, Signals]]:
    """The k best passages, best first, each with what speaks for it as an answer."""
    best = _spread(rank(query, generation, named(question, generation), filters, most=2 * k), generation)[:k]
    passages = generation.sections(section.row for section in best)
    top = max((section.score for section in best), default=0.0)
    covered, kinds = _covered(best, query, generation), wanted(question)
    hits = [
        (hit, section, share)
        for section, share in zip(best, covered, strict=True)
        for hit in _hits(section, passages[section.row], query, generation, top)
    ]
    hits = sorted(hits, key=lambda item: -item[0].score)[:k]
    return [
        (hit, Signals.of(share, section.cosine, kinds and kinds(hit.passage.text), len(query.words)))
        for hit, section, share in hits
    ]


def analyse(question: str, generation: Generation, embedder: Embedder) -> Query:
    """The question in the terms and the vector that the searches compare; the vector knows official terms as well."""
    return Query.of(question, generation.keywords, vector(question, embedder))


def named(question: str, generation: Generation) -> dict[int, tuple[Norm, ...]]:
    """Section row -> the norms of the question that name it, in the order of the question."""
    rows: dict[int, tuple[Norm, ...]] = {}
    for norm in find(question, generation.names):
        if norm.source and norm.locator.section:
            for row in generation.find(norm.source.id, norm.locator.section):
                rows[row] = (*rows.get(row, ()), norm)
    return rows


def rank(
    query: Query,
    generation: Generation,
    named: Mapping[int, tuple[Norm, ...]],
    filters: Filters = EVERYONE,
    *,
    most: int,
) -> list[Section]:
    """The best `most` sections that a search found and the filters allow, best first, the named ones in front.

    Repealed sections and sources past their last day stand lower, the city's own documents higher.
    """
    facts, layout = generation.facts, generation.indexes.layout
    expired = facts.expired(datetime.now(UTC).date().isoformat())
    some = candidates(query, generation.indexes, facts.allowed(filters), list(named))
    source = layout.source[some.rows]
    added = REPEALED_COST * layout.repealed[some.rows] + EXPIRED_COST * expired[source]
    added += CITY_GAIN * facts.city[source]
    found = finalists(some, query, generation.indexes, added, list(named), max(most, FINALISTS))
    source, scores = layout.source[found.rows], found.scores
    by_name = np.isin(found.rows, list(named))
    order = np.lexsort((found.rows, -scores, ~by_name))[:most].tolist()
    return [
        Section(
            row=(row := int(found.rows[place])),
            source=int(source[place]),
            score=float(scores[place]),
            cosine=float(found.cosines[place]),
            keyword_rank=found.keyword_ranks.get(row),
            dense_rank=found.dense_ranks.get(row),
            parts=parts,
            named=named.get(row, ()),
        )
        for place, parts in zip(order, found.parts(order), strict=True)
    ]


def _spread(sections: Sequence[Section], generation: Generation) -> list[Section]:
    """Lowers each further section of the same document of the city a little, so that other documents are seen too.

    The sections of a law are left alone: there the right one stands among its neighbours.
    """
    seen: Counter[int] = Counter()
    spread = []
    for section in sections:
        spread.append(replace(section, score=section.score + REPEATED_COST * seen[section.source]))
        seen[section.source] += bool(generation.facts.city[section.source])
    return sorted(spread, key=lambda section: (not section.named, -section.score))


def _hits(
    section: Section, passages: Sequence[Passage], query: Query, generation: Generation, top: float
) -> list[Hit]:
    """The best passages of a section, best first; all but the first at a discount. The best section scores 1."""
    similar = similarities(section.row, query, generation)
    nearest = sorted(range(len(passages)), key=lambda i: (not _is_named(passages[i], section), -similar[i]))[:LOOKED_AT]
    held = {i: set(terms(passages[i].text)) for i in nearest}
    own = [word for _, word in query.words]
    rates = {
        i: DENSE * float(similar[i])
        + (1 - DENSE) * coverage(own, query.idf, held[i])
        + _is_named(passages[i], section)
        for i in nearest
    }
    order = sorted(sorted(nearest), key=lambda i: -rates[i])[:PER_SECTION]
    score = exp(SPREAD * min(section.score - top, 0.0))
    return [
        Hit(
            passage=passages[i],
            score=bool(section.named) + score * (FURTHER * rates[i] / max(rates[order[0]], 1e-6) if place else 1.0),
            keyword_rank=section.keyword_rank,
            dense_rank=section.dense_rank,
            matched=tuple(dict.fromkeys(word for word, parts in query.words if held[i].intersection(parts))),
            named=bool(section.named),
            parts=section.parts,
        )
        for place, i in enumerate(order)
    ]


def similarities(row: int, query: Query, generation: Generation) -> NDArray[np.float32]:
    """The cosine of the question and each passage of a section, in the order of the text."""
    layout = generation.indexes.layout
    similar: NDArray[np.float32] = layout.vectors[layout.starts[row] : layout.starts[row + 1]] @ query.vector
    return similar


def _covered(sections: Sequence[Section], query: Query, generation: Generation) -> list[float]:
    """Which part of the question's words each section has."""
    there = generation.keywords.holds(query.terms, [section.row for section in sections])
    own = [word for _, word in query.words]
    held = ({term for term, has in zip(query.terms, column, strict=True) if has} for column in there.T)
    return [coverage(own, query.idf, terms_of) for terms_of in held]


def _is_named(passage: Passage, section: Section) -> bool:
    """Whether the question names this very Absatz."""
    return any(norm.locator.subsection == passage.locator.subsection is not None for norm in section.named)
