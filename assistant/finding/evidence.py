"""How sure the search is that a question can be answered from a section: one number between 0 and 1."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp

COMPLETE = 0.8
# Fitted by benchmarks/evidence.py on 726 questions whose gold was found and 48 alien ones asked of two corpora. On
# these same questions 0.5 misses 10 % of the former and lets 9 % of the latter through.
BIAS, COVERAGE, COSINE, SHARE = -4.70, 3.90, 7.48, 1.49


@dataclass(frozen=True, slots=True)
class Signals:
    """What the searches say of one section: `coverage` (0 to 1) of the question's words, weighted by how rare they
    are; `cosine` of question and best passage; `share` (0 to 1) of the BM25 the question could reach."""

    coverage: float
    cosine: float
    share: float


def evidence(signals: Signals) -> float:
    """The probability, by a logistic curve, that the section answers the question."""
    value = BIAS + COVERAGE * signals.coverage + COSINE * signals.cosine + SHARE * signals.share
    return 1 / (1 + exp(-value))


def coverage(words: Sequence[tuple[str, ...]], idf: Mapping[str, float], held: Collection[str]) -> float:
    """Which part of the words (each with its terms) is among `held`; a compound of which only the parts are, less."""
    total = covered = 0.0
    for whole, *parts in words:
        total += idf[whole]
        if whole in held:
            covered += idf[whole]
        elif parts:
            share = sum(idf[part] for part in parts if part in held) / max(sum(idf[part] for part in parts), 1e-6)
            covered += COMPLETE * share * idf[whole]
    return covered / total if total else 0.0
