"""An answer without any model: the sentences that answer best, verbatim, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from assistant.asked import wanted
from assistant.checking.narrow import place, sentences, shorten
from assistant.checking.proof import found
from assistant.checking.references import missing_in
from assistant.checking.suspect import looks_alike, trusted, visible
from assistant.embed import Embedder
from assistant.german import terms
from assistant.store import Generation
from assistant.texts import text
from assistant.types import Citation, Hit, Locator

MOST = 5
PER_PASSAGE = 2
# A sentence is kept while it scores at least this share of the best one.
KEEP = 0.75
MIN_WORDS = 3
# Weights of a sentence's score; the passage's own score counts 1. Chosen on 30 questions of clerks over core laws and
# guidelines: the first quote was the answer for 21, one of the quotes for 24; with words and vectors alone 15 and 21.
WORDS, MEANING, KIND = 1.5, 0.5, 0.6
HEADING, NAMED = 0.6, 1.0
POINTS_BACK = 0.25
# The first sentence of a section mostly holds the rule; one of more than LONG words mostly much else besides.
LEADS, TOO_LONG, LONG = 0.25, 0.2, 30

_POINTS_BACK = re.compile(
    r"^(?:Dies|Diese[rsmn]?|Das|Sie|Er|Es|Dabei|Dazu|Hierzu|Hierbei|Insoweit|In diesen? F[aä]ll\w+|Satz \d|Absatz \d|"
    r"Die Sätze|Gleiches|Entsprechendes)\b|gilt(?: entsprechend| sinngemäß)?\.$|gelten entsprechend\.$"
)
_REPEALED = re.compile(r"^\W*(?:weggefallen|aufgehoben|gegenstandslos)\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    quote: str
    locator: Locator
    score: float


def quote(
    question: str, hits: Sequence[Hit], embedder: Embedder, generation: Generation | None = None
) -> tuple[str, tuple[Citation, ...]]:
    """The best sentences of the hits (at most five) as text with [n] markers, and their Citations.

    With a generation, the other passages of the hits' sections are looked at too. A sentence scores by its passage,
    by the question's words in it (rare ones count more; those of its heading in part), by cosine similarity, and by
    whether it holds the kind of answer that is asked for. Sentences that speak to the assistant are never quoted.
    """
    pool = [*hits, *(_neighbours(hits, generation) if generation else ())]
    chosen = _choose(_candidates(question, pool, embedder), generation)
    citations = tuple(
        Citation(number, item.hit.passage, item.quote, item.locator, found(item.quote, item.hit.passage.text))
        for number, item in enumerate(chosen, 1)
    )
    proven = tuple(citation for citation in citations if citation.verified)
    return "\n\n".join([text("answer.quotes_lead"), *map(_shown, proven)]) if proven else "", proven


def _shown(citation: Citation) -> str:
    lines = "\n".join(f"> {line.strip()}" for line in visible(citation.quote).splitlines())
    return f"{citation.label} [{citation.number}]\n{lines}"


def _neighbours(hits: Sequence[Hit], generation: Generation) -> Iterator[Hit]:
    """The other passages of the hits' sections, with the score of the hit they stand beside."""
    searched = [hit for hit in hits if hit.role == "found"]
    rows = generation.section_rows(hit.passage.id for hit in searched)
    sections = generation.sections(rows.values())
    known = {hit.passage.id for hit in hits}
    for hit in searched:
        for passage in sections.get(rows.get(hit.passage.id, -1), ()):
            if passage.id not in known:
                known.add(passage.id)
                yield replace(hit, passage=passage, matched=())


def _candidates(question: str, hits: Sequence[Hit], embedder: Embedder) -> list[_Candidate]:
    parts = [
        (hit, index, sentence)
        for hit in hits
        for index, sentence in enumerate(sentences(hit.passage.text))
        if _quotable(sentence, hit)
    ]
    if not parts:
        return []
    held = [set(terms(sentence)) for _, _, sentence in parts]
    weights = _weights(set(terms(question)), held)
    similar = embedder.passages([sentence for _, _, sentence in parts]) @ embedder.query(question)
    top, kind = max(hit.score for hit in hits) or 1.0, wanted(question)
    candidates = []
    for (hit, index, sentence), own, cosine in zip(parts, held, similar, strict=True):
        score = hit.score / top + WORDS * _coverage(weights, own, hit) + MEANING * float(np.clip(cosine, 0, 1))
        score += (KIND * kind(sentence) if kind else 0.0) + _manner(sentence, index, hit)
        shown, number = shorten(sentence, weights.keys())
        candidates.append(_Candidate(hit, shown, place(hit.passage, index, number), score))
    return candidates


def _manner(sentence: str, index: int, hit: Hit) -> float:
    """What else speaks for a sentence: its norm is named, it leads its section; or against: it points back, is long."""
    leads = index == 0 and hit.passage.locator.subsection in {None, "1"}
    long = min(max(len(sentence.split()) - LONG, 0) / LONG, 1)
    return NAMED * hit.named + LEADS * leads - POINTS_BACK * bool(_POINTS_BACK.search(sentence)) - TOO_LONG * long


def _quotable(sentence: str, hit: Hit) -> bool:
    """No heading, no number alone, nothing repealed, and nothing that wants to deceive."""
    plain = visible(sentence).strip()
    heading = plain.rstrip(".: ").casefold() in {name.casefold().rstrip(".: ") for name in hit.passage.locator.headings}
    words = len(re.findall(r"[^\W\d_]{2,}", plain))
    repealed = bool(_REPEALED.match(plain))
    deceives = looks_alike(plain) or sentence not in trusted(hit.passage.text)
    return words >= MIN_WORDS and not (heading or repealed or deceives)


def _weights(asked: set[str], held: Sequence[set[str]]) -> Mapping[str, float]:
    """The question's terms with their weight: the rarer among the sentences, the heavier."""
    return {term: log(1 + len(held) / (1 + sum(term in own for own in held))) for term in asked}


def _coverage(weights: Mapping[str, float], own: set[str], hit: Hit) -> float:
    """The share of the question's weight that a sentence has (0 to 1); words of its headings count in part."""
    heading = set(terms(f"{hit.passage.heading} {hit.passage.source.title}"))
    got = sum(weight for term, weight in weights.items() if term in own)
    got += HEADING * sum(weight for term, weight in weights.items() if term in heading and term not in own)
    return got / (sum(weights.values()) or 1.0)


def _choose(candidates: Sequence[_Candidate], generation: Generation | None) -> list[_Candidate]:
    """The best by score, no wording twice, at most two of a passage, none that names a norm which does not exist."""
    absent = missing_in(generation) if generation else None
    ranked = sorted(candidates, key=lambda item: -item.score)
    chosen: list[_Candidate] = []
    for item in ranked:
        same = [other for other in chosen if other.hit.passage.id == item.hit.passage.id]
        if len(chosen) == MOST or item.score < KEEP * ranked[0].score:
            break
        new = len(same) < PER_PASSAGE and all(item.quote != other.quote for other in chosen)
        if new and not (absent and absent(item.quote)):
            chosen.append(item)
    return chosen
