"""Fits the constants of assistant/evidence.py: python -m benchmarks.evidence [--shared DIR] [--data DIR].

A question counts as answerable where one of its gold places is among the first three sections found; the questions
of unanswerable.txt (cooking, sports, other countries and cities, small talk) are not. Both sides weigh the same. Uses
the stores that `python -m benchmarks.retrieval` has made. Prints the constants, and how many of each side are taken for
the other.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.config import ROOT
from assistant.embed import Embedder, built_in
from assistant.evidence import Signals, evidence
from assistant.retrieve import analyse, named, rank, signals, similarities
from assistant.store import Generation
from assistant.types import Passage
from benchmarks.retrieval import STYLES, Case, law_cases, municipal_cases, section_name

UNANSWERABLE = Path(__file__).parent / "unanswerable.txt"
FIRST = 3
STEPS, RATE, RIDGE = 20_000, 0.5, 1e-3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "benchmark")
    options = parser.parse_args()
    embedder = built_in()
    municipal = Generation.open(options.data / "municipal" / "store")
    laws = Generation.open(options.data / "laws" / "store")
    asked = [case for style in STYLES for case in law_cases(options.shared, style)]
    good = [
        *_found(municipal, embedder, municipal_cases(options.shared), lambda passage: passage.source.path),
        *_found(laws, embedder, asked, section_name),
    ]
    alien = UNANSWERABLE.read_text(encoding="utf-8").splitlines()
    bad = [best(question, generation, embedder)[0] for question in alien for generation in (municipal, laws)]
    weights = _fit(np.array([astuple(item) for item in good]), np.array([astuple(item) for item in bad]))
    print("BIAS, COVERAGE, COSINE, SHARE =", ", ".join(f"{weight:.2f}" for weight in weights))
    for name, items in (("answerable", good), ("unanswerable", bad)):
        now = np.mean([evidence(item) >= 0.5 for item in items])
        new = np.mean([float(weights @ (1, *astuple(item))) >= 0 for item in items])
        print(
            f"{name}: {len(items)}, of them taken for answerable: {now:.3f} by the constants now, {new:.3f} by these"
        )


def best(question: str, generation: Generation, embedder: Embedder) -> tuple[Signals, list[Passage]]:
    """The strongest signals among the first sections, by the sum of the three, and their first passages."""
    query = analyse(question, generation, embedder)
    ranked = rank(query, generation, named(question, generation))[:FIRST]
    passages = generation.sections(section.row for section in ranked)
    cosines = similarities([passages[section.row] for section in ranked], query, generation)
    found = [
        signals(section, query, generation, float(near.max())) for section, near in zip(ranked, cosines, strict=True)
    ]
    strongest = max(found, key=lambda item: sum(astuple(item)), default=Signals(0.0, 0.0, 0.0))
    return strongest, [passages[section.row][0] for section in ranked]


def _found(
    generation: Generation, embedder: Embedder, cases: Sequence[Case], name: Callable[[Passage], str]
) -> Iterator[Signals]:
    for case in cases:
        strongest, passages = best(case.question, generation, embedder)
        if case.gold & set(map(name, passages)):
            yield strongest


def _fit(good: NDArray[np.float64], bad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression by gradient descent: bias and one weight per signal."""
    data = np.concatenate([good, bad])
    data = np.column_stack([np.ones(len(data)), data])
    truth = np.repeat([1.0, 0.0], [len(good), len(bad)])
    share = np.where(truth == 1, 0.5 / len(good), 0.5 / len(bad))
    weights = np.zeros(data.shape[1])
    for _ in range(STEPS):
        error = 1 / (1 + np.exp(-data @ weights)) - truth
        weights -= RATE * (data.T @ (share * error) + RIDGE * weights)
    return weights


if __name__ == "__main__":
    main()
