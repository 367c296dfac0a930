"""Fits the weights of evidence.py and prints the curve: python -m benchmarks.evidence [--shared] [--data].

Over the shipped corpus. Answerable: evals/suites/staff.csv and the dev questions of the core laws, where the first
three hits hold the gold section; unanswerable: evals/suites/unanswerable.csv. Each half is judged by weights fitted on
the other; printed are the weights fitted on both, too. Of each question the first hit counts.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.config import ROOT
from assistant.embed import Embedder, built_in
from assistant.finding.evidence import WEIGHTS, Signals
from assistant.finding.filters import EVERYONE
from assistant.retrieve import analyse, weighed
from assistant.store import Generation
from assistant.types import Hit
from benchmarks import stores
from benchmarks.federal import cases
from benchmarks.questions import section_name, staff_questions

FIRST, DEPTH = 3, 8
RIDGE = 1e-3
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
FAR = ("far", "near", "wrong")
# How much each kind of question weighs in the fit: most, what clerks ask, and what is hardest to tell from it.
SHARE = {
    "staff": 0.40,
    "dev staff": 0.03,
    "dev everyday": 0.04,
    "dev keywords": 0.03,
    "far": 0.15,
    "near": 0.25,
    "wrong": 0.10,
}


@dataclass(frozen=True, slots=True)
class Item:
    """The signals of a question's first hit, what kind of question it is, and which half it belongs to."""

    kind: str
    half: int
    signals: tuple[float, ...]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "benchmark")
    options = parser.parse_args()
    generation = stores.generation("staff", options.shared, options.data)
    items = [*answerable(generation, options.shared), *unanswerable(generation)]
    values = [[item for item in items if item.half != half] for half in (0, 1)]
    _curve("each half by the other's weights", items, [_fit(half) for half in values])
    _curve("the weights in use", items, [np.array(WEIGHTS)] * 2)
    print("WEIGHTS =", tuple(round(float(weight), 2) for weight in _fit(items)))


def answerable(generation: Generation, shared: Path) -> Iterator[Item]:
    embedder = built_in()
    for place, question in enumerate(staff_questions()):
        signals, hits = ask(question.text, generation, embedder)
        if question.gold & {section_name(hit.passage) for hit in hits}:
            yield Item("staff", place % 2, signals)
    for place, case in enumerate(cases(shared / "questions" / "dev.jsonl")):
        if case.place[0] in generation.sources:
            signals, hits = ask(case.text, generation, embedder)
            if case.place in {(hit.passage.source.id, hit.passage.locator.section) for hit in hits}:
                yield Item(f"dev {case.style}", place // 3 % 2, signals)


def unanswerable(generation: Generation) -> Iterator[Item]:
    embedder = built_in()
    with (ROOT / "evals" / "suites" / "unanswerable.csv").open(encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file, delimiter=";")):
            yield Item(row["style"], place % 2, ask(row["question"], generation, embedder)[0])


def ask(question: str, generation: Generation, embedder: Embedder) -> tuple[tuple[float, ...], list[Hit]]:
    """The signals of the first hit, and the first hits; nothing found is no sign at all."""
    found = weighed(question, analyse(question, generation, embedder), generation, EVERYONE, DEPTH)[:FIRST]
    signals = found[0][1] if found else Signals(*[0.0] * (len(WEIGHTS) - 1))
    return astuple(signals), [hit for hit, _ in found]


def _rows(items: Sequence[Item]) -> NDArray[np.float64]:
    return np.array([(*item.signals, 1.0) for item in items])


def _curve(title: str, items: Sequence[Item], weights: Sequence[NDArray[np.float64]]) -> None:
    """The share of each kind that is taken for answerable at each threshold; a half h is judged by `weights[h]`."""
    judged = np.array([weights[item.half] for item in items])
    sure = 1 / (1 + np.exp(-(_rows(items) * judged).sum(axis=1)))
    kinds = np.array([item.kind for item in items])
    print(f"{title}: taken for answerable")
    for threshold in THRESHOLDS:
        cells = [f"{kind} {np.mean(sure[kinds == kind] >= threshold):.2f}" for kind in dict.fromkeys(kinds.tolist())]
        print(f"  {threshold:.1f}  " + " · ".join(cells))


def _fit(items: Sequence[Item]) -> NDArray[np.float64]:
    """Logistic regression: one weight per signal, and at last the bias."""
    data, truth = _rows(items), np.array([item.kind not in FAR for item in items])
    count = Counter(item.kind for item in items)
    share = np.array([SHARE[item.kind] / count[item.kind] for item in items])

    def loss(weights: NDArray[np.float64]) -> float:
        values = data @ weights
        return float(share @ (np.logaddexp(0, values) - truth * values) + RIDGE * weights[:-1] @ weights[:-1])

    found: NDArray[np.float64] = minimize(loss, np.zeros(data.shape[1])).x
    return found


if __name__ == "__main__":
    main()
