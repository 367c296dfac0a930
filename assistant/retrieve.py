"""Finds the passages that answer a question: named norms, keyword search, dense search, fusion, evidence.

Both searches score sections; their normalised scores are added. Then the best passage of each section is taken, so
that one long § does not fill the list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from assistant.config import Settings
from assistant.embed import Embedder
from assistant.evidence import Signals, coverage, evidence
from assistant.german import expected, terms, words
from assistant.keywords import K1
from assistant.norms import Norm, find
from assistant.store import Generation
from assistant.types import Hit, Passage

MAX_QUESTION = 2000
NEAREST = 200
DENSE, EXPECTED = 0.4, 0.3
PER_SECTION, FURTHER = 3, 0.6
CITY_FACTOR = 1.1
REPEALED_FACTOR, EXPIRED_FACTOR, REPEATED_FACTOR = 0.3, 0.5, 0.95
REPEALED = ("(weggefallen)", "(aufgehoben)", "(gegenstandslos)")


@dataclass(frozen=True, slots=True)
class Query:
    """A question as both searches see it. `words`: its words with their terms, stop words left out; `expected`:
    terms that the answer will have."""

    words: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[str, ...]
    expected: tuple[str, ...]
    idf: Mapping[str, float]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Section:
    """One section while it is ranked: its row, its score in the fusion, and what each search said of it."""

    row: int
    score: float
    bm25: float
    keyword_rank: int | None
    dense_rank: int | None
    named: tuple[Norm, ...] = ()


def retrieve(
    question: str, generation: Generation, embedder: Embedder, settings: Settings, k: int | None = None
) -> list[Hit]:
    """The k best passages (default: `settings.search.k`), best first.

    A norm the question names comes first. Each section gives its best passage; further ones of it stand behind
    those of sections that are nearly as good. Any text is a question; one without a known word may find nothing.
    """
    k = k or settings.search.k
    question = question[:MAX_QUESTION]
    query = analyse(question, generation, embedder)
    ranked = rank(query, generation, named(question, generation))[: 2 * k]
    passages = generation.sections(section.row for section in ranked)
    weighed = [_weigh(section, passages[section.row]) for section in ranked]
    best = _spread(sorted(weighed, key=lambda section: (not section.named, -section.score)), passages)[:k]
    similar = similarities([passages[section.row] for section in best], query, generation)
    hits = [
        hit
        for section, cosines in zip(best, similar, strict=True)
        for hit in _hits(section, passages[section.row], cosines, query, generation)
    ]
    return sorted(hits, key=lambda hit: -hit.score)[:k]


def analyse(question: str, generation: Generation, embedder: Embedder) -> Query:
    """The question in the terms and the vector that the searches compare."""
    found = tuple((word, own) for word, own in words(question) if own)
    unique = tuple(dict.fromkeys(term for _, own in found for term in own))
    idf = dict(zip(unique, generation.keywords.idf(unique).tolist(), strict=True))
    return Query(found, unique, tuple(expected(question)) if found else (), idf, embedder.query(question))


def named(question: str, generation: Generation) -> dict[int, tuple[Norm, ...]]:
    """Section row -> the norms of the question that name it, in the order of the question."""
    rows: dict[int, tuple[Norm, ...]] = {}
    for norm in find(question, generation.names):
        if norm.source and norm.locator.section:
            for row in generation.find(norm.source.id, norm.locator.section):
                rows[row] = (*rows.get(row, ()), norm)
    return rows


def rank(
    query: Query, generation: Generation, named: Mapping[int, tuple[Norm, ...]], dense: float = DENSE
) -> list[Section]:
    """The sections that either search found, best first, the named ones in front.

    `dense` (0 to 1) is the weight of the dense search; 0 is keyword search alone, 1 dense search alone.
    """
    keyword = generation.keywords.scores(query.terms) + EXPECTED * generation.keywords.scores(query.expected)
    similar = _dense(query, generation)
    top = np.argsort(-keyword, kind="stable")[:NEAREST].tolist()
    keyword_ranks = {row: place for place, row in enumerate(top, 1) if keyword[row] > 0}
    dense_ranks = {row: place for place, row in enumerate(similar, 1)}
    highest = float(keyword.max(initial=0.0)) or 1.0
    ranked = [
        Section(
            row=row,
            score=dense * similar.get(row, 0.0) + (1 - dense) * float(keyword[row]) / highest,
            bm25=float(keyword[row]),
            keyword_rank=keyword_ranks.get(row),
            dense_rank=dense_ranks.get(row),
            named=named.get(row, ()),
        )
        for row in dict.fromkeys([*named, *keyword_ranks, *dense_ranks])
    ]
    return sorted(ranked, key=lambda section: (not section.named, -section.score))


def _dense(query: Query, generation: Generation) -> dict[int, float]:
    """Section row -> cosine of its nearest passage, scaled so that the best has 1 and the last found 0; best first."""
    near = generation.nearest(query.vector, NEAREST) if query.vector.any() else []
    rows = generation.section_rows(id_ for id_, _ in near)
    best: dict[int, float] = {}
    for id_, similarity in near:
        best.setdefault(rows[id_], similarity)
    high, low = max(best.values(), default=1.0), min(best.values(), default=0.0)
    return {row: (similarity - low) / max(high - low, 1e-6) for row, similarity in best.items()}


def _weigh(section: Section, passages: Sequence[Passage]) -> Section:
    """The section with a lower score if it is repealed or its source is past its last day; the city's own, higher."""
    factor = 1.0
    if all(passage.text.strip().lower().startswith(REPEALED) for passage in passages):
        factor *= REPEALED_FACTOR
    until = passages[0].source.valid_until
    if until and until < datetime.now(UTC).date().isoformat():
        factor *= EXPIRED_FACTOR
    if passages[0].source.folder is not None:
        factor *= CITY_FACTOR
    return replace(section, score=factor * section.score)


def _spread(sections: Sequence[Section], passages: Mapping[int, Sequence[Passage]]) -> list[Section]:
    """Lowers each further section of the same document of the city a little, so that other documents are seen too.

    The sections of a law are left alone: there the right one stands among its neighbours.
    """
    seen: Counter[str] = Counter()
    spread = []
    for section in sections:
        source = passages[section.row][0].source
        spread.append(replace(section, score=section.score * REPEATED_FACTOR ** seen[source.id]))
        seen[source.id] += source.folder is not None
    return sorted(spread, key=lambda section: (not section.named, -section.score))


def similarities(
    sections: Sequence[Sequence[Passage]], query: Query, generation: Generation
) -> list[NDArray[np.float32]]:
    """The cosine of the question and each passage, section by section; one question to the store for all."""
    ids = [passage.id for passages in sections for passage in passages]
    if not ids:
        return []
    ends = np.cumsum([len(passages) for passages in sections])
    return np.split(generation.vectors(ids) @ query.vector, ends[:-1])


def _hits(
    section: Section, passages: Sequence[Passage], similar: NDArray[np.float32], query: Query, generation: Generation
) -> list[Hit]:
    """The best passages of a section, best first; all but the first at a discount."""
    held = [set(terms(passage.text)) for passage in passages]
    own = [word for _, word in query.words]
    rates = [
        DENSE * float(cosine)
        + (1 - DENSE) * (coverage(own, query.idf, has) + EXPECTED * _share(query.expected, has))
        + _is_named(passage, section)
        for passage, cosine, has in zip(passages, similar, held, strict=True)
    ]
    order = sorted(range(len(passages)), key=lambda i: -rates[i])[:PER_SECTION]
    sure = evidence(signals(section, query, generation, float(similar.max())))
    return [
        Hit(
            passage=passages[i],
            score=bool(section.named)
            + section.score * (FURTHER * rates[i] / max(rates[order[0]], 1e-6) if place else 1.0),
            evidence=sure,
            keyword_rank=section.keyword_rank,
            dense_rank=section.dense_rank,
            matched=tuple(dict.fromkeys(word for word, parts in query.words if held[i].intersection(parts))),
            named=bool(section.named),
        )
        for place, i in enumerate(order)
    ]


def signals(section: Section, query: Query, generation: Generation, cosine: float) -> Signals:
    there = generation.keywords.holds(query.terms, section.row)
    held = {term for term, found in zip(query.terms, there, strict=True) if found}
    reach = (K1 + 1) * sum(query.idf.values())
    return Signals(coverage([own for _, own in query.words], query.idf, held), cosine, section.bm25 / max(reach, 1e-6))


def _share(wanted: Sequence[str], held: Collection[str]) -> float:
    return sum(term in held for term in wanted) / max(len(wanted), 1)


def _is_named(passage: Passage, section: Section) -> bool:
    """Whether the question names this very Absatz."""
    return any(norm.locator.subsection == passage.locator.subsection is not None for norm in section.named)
