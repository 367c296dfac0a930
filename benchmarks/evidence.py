"""Fits the constants of evidence.py and prints the curve: python -m benchmarks.evidence [--shared] [--data].

Over the shipped corpus. Answerable: evals/suites/staff.csv and the dev questions of the core laws, where the first
three sections hold the gold one; unanswerable: evals/suites/unanswerable.csv. Even lines are fitted, odd ones
reported. Both sides weigh the same. Of each question the strongest of the first three sections counts.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.config import ROOT
from assistant.embed import Embedder, built_in
from assistant.finding.evidence import BIAS, COSINE, COVERAGE, SHARE, Signals
from assistant.retrieve import analyse, named, rank, signals
from assistant.store import Generation
from assistant.types import Passage
from benchmarks import stores
from benchmarks.federal import cases
from benchmarks.retrieval import section_name, staff_questions

FIRST = 3
STEPS, RATE, RIDGE = 20_000, 0.5, 1e-3
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Item:
    """The strongest signals of a question, and what kind of question it is."""

    kind: str
    signals: Signals


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "benchmark")
    options = parser.parse_args()
    generation = stores.generation("staff", options.shared, options.data)
    good, bad = [*answerable(generation, options.shared)], [*unanswerable(generation)]
    weights = _fit(_rows(good[::2]), _rows(bad[::2]))
    print("BIAS, COVERAGE, COSINE, SHARE =", ", ".join(f"{weight:.2f}" for weight in weights))
    used = np.array([BIAS, COVERAGE, COSINE, SHARE])
    for name, constants in (("these constants, odd lines", weights), ("those in use", used)):
        print(f"threshold: taken for answerable by {name}")
        for threshold in THRESHOLDS:
            cells = [f"{kind} {share:.2f}" for kind, share in _shares(good[1::2] + bad[1::2], constants, threshold)]
            print(f"  {threshold:.1f}  " + " · ".join(cells))


def answerable(generation: Generation, shared: Path) -> Iterator[Item]:
    embedder = built_in()
    for question in staff_questions():
        strongest, passages = best(question.text, generation, embedder)
        if question.gold & {section_name(passage) for passage in passages}:
            yield Item("staff", strongest)
    for case in cases(shared / "questions" / "dev.jsonl"):
        if case.place[0] in generation.sources:
            strongest, passages = best(case.text, generation, embedder)
            if case.place in {(passage.source.id, passage.locator.section) for passage in passages}:
                yield Item(f"dev {case.style}", strongest)


def unanswerable(generation: Generation) -> Iterator[Item]:
    embedder = built_in()
    with (ROOT / "evals" / "suites" / "unanswerable.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            yield Item(row["style"], best(row["question"], generation, embedder)[0])


def best(question: str, generation: Generation, embedder: Embedder) -> tuple[Signals, list[Passage]]:
    """The strongest signals among the first sections, by the sum of the three, and their first passages."""
    query = analyse(question, generation, embedder)
    ranked = rank(query, generation, named(question, generation))[:FIRST]
    passages = generation.sections(section.row for section in ranked)
    found = [signals(section, query, generation) for section in ranked]
    strongest = max(found, key=lambda item: sum(astuple(item)), default=Signals(0.0, 0.0, 0.0))
    return strongest, [passages[section.row][0] for section in ranked]


def _rows(items: Sequence[Item]) -> NDArray[np.float64]:
    return np.array([(1.0, *astuple(item.signals)) for item in items])


def _shares(items: Sequence[Item], weights: NDArray[np.float64], threshold: float) -> Iterator[tuple[str, float]]:
    sure = 1 / (1 + np.exp(-_rows(items) @ weights)) >= threshold
    for kind in dict.fromkeys(item.kind for item in items):
        yield kind, float(np.mean(sure[[item.kind == kind for item in items]]))


def _fit(good: NDArray[np.float64], bad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression by gradient descent: bias and one weight per signal."""
    data = np.concatenate([good, bad])
    truth = np.repeat([1.0, 0.0], [len(good), len(bad)])
    share = np.where(truth == 1, 0.5 / len(good), 0.5 / len(bad))
    weights = np.zeros(data.shape[1])
    for _ in range(STEPS):
        error = 1 / (1 + np.exp(-data @ weights)) - truth
        weights -= RATE * (data.T @ (share * error) + RIDGE * weights)
    return weights


if __name__ == "__main__":
    main()
