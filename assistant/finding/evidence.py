"""How sure the search is that a question can be answered from a section: one number between 0 and 1."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from math import exp, log1p

COMPLETE = 0.8
# Of the Signals, in their order, and at last of none; fitted by benchmarks/evidence.py.
WEIGHTS = (1.57, 1.88, -1.18, 1.2, 3.33, -7.08)
# A question of fewer words is taken for one of so many.
FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a passage as an answer.

    `coverage` (0 to 1) of the question's words by its section, weighted by how rare they are; `cosine` of question and
    section; `wants` (0 or 1): whether an amount, a time, a person or the like is asked for, and `holds` (0 to 1) how
    well the passage has that; `length`: logarithm of the number of the question's words, for a long one is never
    covered whole.
    """

    coverage: float
    cosine: float
    wants: float
    holds: float
    length: float

    @classmethod
    def of(cls, coverage: float, cosine: float, holds: float | None, words: int) -> Signals:
        """`holds` is None where nothing of a known kind is asked for."""
        return cls(coverage, cosine, float(holds is not None), holds or 0.0, log1p(max(words, FEWEST_WORDS)))


def evidence(signals: Signals) -> float:
    """The probability, by a logistic curve, that the passage answers the question."""
    values = (*astuple(signals), 1.0)
    return 1 / (1 + exp(-sum(weight * value for weight, value in zip(WEIGHTS, values, strict=True))))


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
