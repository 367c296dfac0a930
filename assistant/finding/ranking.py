"""Which sections answer a question best: candidates of every search, and one learnt weight per sign.

All candidates are weighed by signs that cost little (FIRST), the FINALISTS best of them once more, by one more sign,
that costs much (WEIGHTS). The weights are those of a conditional logit (softmax over the candidates of a question),
fitted by `python -m benchmarks.weights`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.finding.keywords import KeywordIndex
from assistant.finding.likeness import Likeness
from assistant.finding.written import SHARPNESS, Asked, Written
from assistant.german import words
from assistant.storing.layout import Layout

NEAREST, CANDIDATES, SOURCES, MOST = 200, 100, 3, 600
FINALISTS = 50
NEIGHBOURS = 4
# Sign -> weight; how each is computed stands in `signs`.
FIRST = {
    "cosine": 11.47,
    "mean": 5.25,
    "coverage": 8.64,
    "nearby": 1.26,
    "words": 1.19,
    "length": -0.24,
}
# The same, and "likeness" (likeness.py).
WEIGHTS = {
    "cosine": 9.81,
    "mean": 5.25,
    "coverage": -4.02,
    "nearby": 0.58,
    "words": 1.70,
    "length": -0.56,
    "likeness": 18.71,
}
# What a reader is told of the signs.
PARTS = {
    "words": ("coverage", "likeness"),
    "meaning": ("cosine", "mean"),
    "questions": ("nearby",),
    "law": ("words", "length"),
}
_FIRST, _WEIGHTS = (np.array(list(weights.values()), dtype=np.float32) for weights in (FIRST, WEIGHTS))
_COLUMNS = {name: [list(WEIGHTS).index(sign) for sign in signs] for name, signs in PARTS.items()}

# No text answers with these words.
_ASKING = re.compile(r"\b(?:wie\s+(?:hoch|lange?|viele?|oft|teuer|schnell|groß|alt)|wann)\b", re.IGNORECASE)

Rows = NDArray[np.int64]
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the searches see it: `words` with their terms (stop words and those that only ask left out), all
    `terms`, their inverse document frequencies, and its vector."""

    words: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[str, ...]
    idf: Mapping[str, float]
    vector: Numbers

    @classmethod
    def of(cls, question: str, keywords: KeywordIndex, vector: Numbers) -> Query:
        found = tuple((word, own) for word, own in words(_ASKING.sub(" ", question)) if own)
        unique = tuple(dict.fromkeys(term for _, own in found for term in own))
        return cls(found, unique, dict(zip(unique, keywords.idf(unique).tolist(), strict=True)), vector)


@dataclass(frozen=True, slots=True)
class Indexes:
    """What is searched. `nearest(vector, k)` gives the section rows of the k nearest passages, best first."""

    keywords: KeywordIndex
    layout: Layout
    written: Written
    likeness: Likeness
    nearest: Callable[[Numbers, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates: `rows` (n,), `signs` (n, number of signs) and `scores` (n,); the cosine of each, and its place in
    either search, for those that it found."""

    rows: Rows
    signs: Numbers
    scores: Numbers
    cosines: Numbers
    keyword_ranks: Mapping[int, int]
    dense_ranks: Mapping[int, int]

    def parts(self, places: Sequence[int]) -> list[dict[str, float]]:
        """What lifts these finalists above the average one: the share of each group of PARTS, together 1."""
        if not places:
            return []
        lifts = (self.signs[places] - self.signs.mean(axis=0)) * _WEIGHTS
        groups = [np.maximum(lifts[:, columns].sum(axis=1), 0) for columns in _COLUMNS.values()]
        sums = np.stack(groups, axis=1)
        shares = sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-9)
        return [dict(zip(_COLUMNS, row, strict=True)) for row in shares.tolist()]


def finalists(
    found: Found,
    query: Query,
    indexes: Indexes,
    added: Numbers | float = 0.0,
    extra: Sequence[int] = (),
    most: int = FINALISTS,
) -> Found:
    """The best `most` of the candidates, `extra` rows before all others, in no order, with the signs of WEIGHTS.
    `added` (n,): what is added to the scores of the candidates."""
    added = np.broadcast_to(np.float32(added), found.rows.shape)
    first = found.scores + added
    first[np.isin(found.rows, extra)] = np.inf
    most = max(most, len(extra))
    best = np.argpartition(-first, most)[:most] if len(first) > most else np.arange(len(first))
    rows, added = found.rows[best], added[best]
    like = indexes.likeness.of(query.terms, rows)
    signs = np.column_stack([found.signs[best], like])
    return replace(found, rows=rows, signs=signs, scores=signs @ _WEIGHTS + added, cosines=found.cosines[best])


def candidates(query: Query, indexes: Indexes, allowed: NDArray[np.bool_], extra: Sequence[int] = ()) -> Found:
    """The sections that any search found, and `extra` ones, with the signs of FIRST; only of sources that are `allowed`
    (sources,)."""
    layout = indexes.layout
    open_rows = allowed[layout.source]
    bm25, shares = indexes.keywords.match(query.terms)
    bm25 *= open_rows
    near = indexes.nearest(query.vector, NEAREST) if query.vector.any() else []
    dense = [row for row in dict.fromkeys(near) if open_rows[row]]
    top = _top(bm25, CANDIDATES)
    asked = indexes.written.compare(query.terms, query.vector, len(layout.source))
    first = np.unique(np.array([*top, *dense, *(row for row in extra if open_rows[row])], dtype=np.int64))
    similar = layout.cosines(first, query.vector)
    sources = _sources(first, similar[0] + 0.15 * bm25[first] / max(float(bm25.max(initial=0.0)), 1e-6), asked, layout)
    likely = np.argsort(-np.where(allowed, sources, -np.inf), kind="stable")[:SOURCES]
    inside = layout.of_sources([number for number in likely.tolist() if allowed[number]])
    if len(inside) > MOST:
        inside = inside[np.argpartition(-(shares[inside] + asked.own[inside]), MOST)[:MOST]]
    more = np.setdiff1d(inside, first)
    rows = np.concatenate([first, more])
    similar = np.concatenate([similar, layout.cosines(more, query.vector)], axis=1)
    found = signs(rows, shares, similar, asked, layout)
    return Found(
        rows=rows,
        signs=found,
        scores=found @ _FIRST,
        cosines=similar[0],
        keyword_ranks={row: place for place, row in enumerate(top, 1)},
        dense_ranks={row: place for place, row in enumerate(dense, 1)},
    )


def signs(rows: Rows, shares: Numbers, similar: Numbers, asked: Asked, layout: Layout) -> Numbers:
    """The signs of each candidate in the order of FIRST, shape (len(rows), len(FIRST)). `similar`: its cosines."""
    passages = layout.starts[rows + 1] - layout.starts[rows]
    columns = (
        *similar,
        shares[rows],
        _nearby(rows, asked.own, layout),
        asked.words[layout.source[rows]],
        np.log1p(passages),
    )
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _sources(rows: Rows, scores: Numbers, asked: Asked, layout: Layout) -> Numbers:
    """How likely each source is to hold the answer, shape (sources,): by its candidates and its written questions."""
    among = _among(layout.source[rows], scores, len(asked.near))
    return among + np.where(asked.asked, asked.near, 0) + 0.2 * asked.words


def _among(source: NDArray[np.int32], scores: Numbers, count: int) -> Numbers:
    """The candidates' scores, softly added up by source; 0 for all of them together, -0.5 for none."""
    if not len(scores):
        return np.full(count, -0.5, dtype=np.float32)
    total = np.bincount(source, np.exp(SHARPNESS * (scores - scores.max())), minlength=count)
    sums: Numbers = np.maximum(np.log(total / total.sum() + 1e-9) / SHARPNESS, -0.5).astype(np.float32)
    return sums


def _nearby(rows: Rows, own: Numbers, layout: Layout) -> Numbers:
    """The best cosine among the written questions of each section and of those next to it, or 0."""
    best = np.zeros(len(rows), dtype=np.float32)
    for step in range(-NEIGHBOURS, NEIGHBOURS + 1):
        beside = np.clip(rows + step, 0, len(own) - 1)
        same = layout.source[beside] == layout.source[rows]
        best = np.maximum(best, np.where(same, own[beside], 0))
    return best


def _top(values: Numbers, count: int) -> list[int]:
    """The places of the `count` highest values, best first; only of those above 0."""
    few = np.argpartition(-values, count)[:count] if len(values) > count else np.arange(len(values))
    few = few[values[few] > 0]
    return [int(place) for place in few[np.argsort(-values[few], kind="stable")]]
