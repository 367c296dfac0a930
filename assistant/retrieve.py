"""Finds the passages that answer a question: named norms, keyword search, dense search, fusion, evidence.

Both searches score sections; their normalised scores are added. Then the best passage of each section is taken, so
that one long § does not fill the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from assistant import norms
from assistant.config import Settings
from assistant.embed import Embedder
from assistant.evidence import Signals, evidence
from assistant.german import terms, words
from assistant.store import Generation
from assistant.types import Hit, Passage

MAX_QUESTION = 2000
NEAREST = 200
DENSE_WEIGHT = 0.5
PASSAGE_DENSE_WEIGHT = 0.5
REPEALED_FACTOR, EXPIRED_FACTOR = 0.3, 0.5
REPEALED = ("(weggefallen)", "(aufgehoben)", "(gegenstandslos)")


@dataclass(frozen=True, slots=True)
class Query:
    """A question as both searches see it. `words`: its words with their terms, stop words left out."""

    words: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[str, ...]
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
    named: tuple[norms.Norm, ...] = ()


def retrieve(
    question: str, generation: Generation, embedder: Embedder, settings: Settings, k: int | None = None
) -> list[Hit]:
    """The k best passages (default: `settings.search.k`), best first.

    A norm the question names comes first. The first hits are of different sections; the last quarter may
    be further passages of the best ones. Any text is a question; one without a known word finds nothing.
    """
    k = k or settings.search.k
    query = _query(question[:MAX_QUESTION], generation, embedder)
    named = _named(question[:MAX_QUESTION], generation)
    ranked = _rank(query, generation, named)
    passages = generation.sections(section.row for section in ranked[: 2 * k])
    lowered = [_lower(section, passages[section.row]) for section in ranked[: 2 * k]]
    best = sorted(lowered, key=lambda section: (not section.named, -section.score))[:k]
    return _hits(best, passages, query, generation, k)


def _query(question: str, generation: Generation, embedder: Embedder) -> Query:
    found = tuple((word, parts) for word, parts in words(question) if parts)
    unique = tuple(dict.fromkeys(term for _, parts in found for term in parts))
    idf = dict(zip(unique, generation.keywords.idf(unique).tolist(), strict=True))
    return Query(found, unique, idf, embedder.query(question))


def _named(question: str, generation: Generation) -> dict[int, tuple[norms.Norm, ...]]:
    """Section row -> the norms of the question that name it."""
    rows: dict[int, tuple[norms.Norm, ...]] = {}
    for norm in norms.find(question, generation.sources):
        if norm.source and norm.locator.section:
            for row in generation.find(norm.source.id, norm.locator.section):
                rows[row] = (*rows.get(row, ()), norm)
    return rows


def _rank(query: Query, generation: Generation, named: Mapping[int, tuple[norms.Norm, ...]]) -> list[Section]:
    """The sections either search found, best first, the named ones in front."""
    keyword = generation.keywords.scores(query.terms)
    dense = _dense(query, generation)
    top = np.argsort(-keyword, kind="stable")[:NEAREST]
    keyword_ranks = {int(row): rank for rank, row in enumerate(top, 1) if keyword[row] > 0}
    dense_ranks = {row: rank for rank, row in enumerate(dense, 1)}
    highest = float(keyword.max(initial=0.0)) or 1.0
    ranked = [
        Section(
            row,
            DENSE_WEIGHT * dense.get(row, 0.0) + (1 - DENSE_WEIGHT) * float(keyword[row]) / highest,
            float(keyword[row]),
            keyword_ranks.get(row),
            dense_ranks.get(row),
            named.get(row, ()),
        )
        for row in named | keyword_ranks | dense_ranks
    ]
    order = list(named)
    return sorted(ranked, key=lambda section: (order.index(section.row) if section.named else len(order), -section.score))


def _dense(query: Query, generation: Generation) -> dict[int, float]:
    """Section row -> cosine of its nearest passage, scaled so that the best has 1 and the last found 0; best first."""
    near = generation.nearest(query.vector, NEAREST) if query.vector.any() else []
    rows = generation.section_rows(id_ for id_, _ in near)
    best: dict[int, float] = {}
    for id_, similarity in near:
        best.setdefault(rows[id_], similarity)
    if not best:
        return {}
    high, low = max(best.values()), min(best.values())
    return {row: (similarity - low) / max(high - low, 1e-6) for row, similarity in best.items()}


def _lower(section: Section, passages: Sequence[Passage]) -> Section:
    """The section with a lower score if it is repealed or its source is past its last day."""
    factor = 1.0
    if all(passage.text.strip().lower().startswith(REPEALED) for passage in passages):
        factor *= REPEALED_FACTOR
    until = passages[0].source.valid_until
    if until and until < datetime.now(UTC).date().isoformat():
        factor *= EXPIRED_FACTOR
    return section if factor == 1 else _rescored(section, factor * section.score)
