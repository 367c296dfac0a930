"""An answer without any model: the sentences that answer best, verbatim, each with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.cite import ELLIPSIS, found
from assistant.embed import Embedder
from assistant.german import terms
from assistant.sentences import spans
from assistant.texts import text
from assistant.types import Citation, Hit, Locator

MOST = 5
PER_PASSAGE = 2
LONG = 420
# A sentence is kept while it scores at least this share of the best one.
KEEP = 0.6

_ITEM = re.compile(r"^\s*(?:(\d+[a-z]?)\.|([a-z]{1,2})\))\s", re.MULTILINE)
_SUBSECTION_MARK = re.compile(r"^\(\d+[a-z]?\)\s*")


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    quote: str
    locator: Locator
    score: float


def quote(question: str, hits: Sequence[Hit], embedder: Embedder) -> tuple[str, tuple[Citation, ...]]:
    """The best two to five sentences of the hits as text with [n] markers, and their Citations.

    A sentence scores by the rank of its passage, by the question's terms in it, and by cosine similarity.
    """
    candidates = _candidates(question, hits, embedder)
    chosen = _choose(candidates)
    citations = tuple(
        Citation(number, item.hit.passage, item.quote, item.locator, found(item.quote, item.hit.passage.text))
        for number, item in enumerate(chosen, 1)
    )
    return "\n\n".join([text("answer.quotes_lead"), *map(_shown, citations)]), citations


def _shown(citation: Citation) -> str:
    lines = "\n".join(f"> {line.strip()}" for line in citation.quote.splitlines())
    return f"{citation.label} [{citation.number}]\n{lines}"


def _candidates(question: str, hits: Sequence[Hit], embedder: Embedder) -> list[_Candidate]:
    asked = set(terms(question))
    found_in = [(hit, index, span) for hit in hits for index, span in enumerate(spans(hit.passage.text))]
    if not found_in:
        return []
    wordings = [hit.passage.text[start:end] for hit, _, (start, end) in found_in]
    similar = embedder.passages(wordings) @ embedder.query(question)
    top = max(hit.score for hit in hits) or 1.0
    candidates = []
    for (hit, index, _), wording, cosine in zip(found_in, wordings, similar, strict=True):
        overlap = len(asked & set(terms(wording))) / max(len(asked), 1)
        score = hit.score / top + overlap + float(np.clip(cosine, 0, 1))
        shown, number = _shorten(wording, asked)
        candidates.append(_Candidate(hit, shown, _narrow(hit, index, number), score))
    return candidates


def _choose(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The best by score, no wording twice, at most two of a passage."""
    ranked = sorted(candidates, key=lambda item: -item.score)
    chosen: list[_Candidate] = []
    for item in ranked:
        same = [other for other in chosen if other.hit.passage.id == item.hit.passage.id]
        if len(chosen) == MOST or item.score < KEEP * ranked[0].score:
            break
        if len(same) < PER_PASSAGE and all(item.quote != other.quote for other in chosen):
            chosen.append(item)
    return chosen


def _shorten(wording: str, asked: set[str]) -> tuple[str, str | None]:
    """A long sentence with a list becomes its introduction and the items that meet the question, with "[…]".

    Returns the quote, and the number of the item if exactly one was kept.
    """
    wording = _SUBSECTION_MARK.sub("", wording).strip()
    items = list(_ITEM.finditer(wording))
    if len(wording) <= LONG or not items:
        return wording, None
    ends = [match.start() for match in items[1:]] + [len(wording)]
    parts = [(match, wording[match.start() : end].strip()) for match, end in zip(items, ends, strict=True)]
    scores = [len(asked & set(terms(part))) for _, part in parts]
    best = [index for index, score in enumerate(scores) if score == max(scores)] if max(scores) else [0]
    kept, joined = best[:3], wording[: items[0].start()].strip()
    for previous, index in zip([-1, *kept], kept, strict=False):
        joined += ("\n" if index == previous + 1 else ELLIPSIS) + parts[index][1]
    number = parts[kept[0]][0][1] if len(kept) == 1 else None
    return joined, number


def _narrow(hit: Hit, index: int, number: str | None) -> Locator:
    """The place of sentence `index` (from 0) of a passage. Sentences count only where lawyers count them."""
    locator = hit.passage.locator
    if not (locator.section or "").startswith(("§", "Art.")) or locator.number:
        return locator
    if number:
        return locator.at(number=number)
    if len(spans(hit.passage.text)) < 2 and not locator.sentence:
        return locator
    first = locator.sentence or "1"
    return locator.at(sentence=str(int(first) + index)) if first.isdigit() else locator
