"""Fits FIRST and WEIGHTS of assistant/finding/ranking.py: python -m benchmarks.weights [--shared DIR] [--data DIR]
[--model DIR] [--more FILE] [--ablate].

Conditional logit: the softmax over a question's candidates shall fall on its gold ones. The questions: dev.jsonl over
all of federal law, three times – as new sections (only train.jsonl and FILE are indexed), as sections with questions
(the two of the other styles are indexed too), and as laws without any –, those of the municipality, and the suite of
staff questions. Prints the ranks of each half when the weights are fitted on the other, then the weights fitted on
both. Who gets among the finalists is decided by FIRST as it stands in the code, which has seen both halves: where that
has changed, run it twice.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.config import ROOT
from assistant.embed import BUILT_IN, Embedder, StaticEmbedder, built_in
from assistant.finding.everyday import vector
from assistant.finding.ranking import FIRST, WEIGHTS, Indexes, Query, candidates, finalists
from assistant.finding.written import Line
from benchmarks import stores
from benchmarks.federal import STYLES, Case, Federal, build, cases
from benchmarks.questions import section_name, staff_questions

RIDGE = 1e-3
HARDEST = 300
SHARE = {"new": 1.0, "written": 3.0, "unasked": 1.0, "municipal": 8.0, "suite": 8.0}


@dataclass(frozen=True, slots=True)
class Example:
    """The signs of one question's finalists, which are gold, and which half it belongs to. `first`: the same of all
    candidates, but for those that the weights in use put far behind: they weigh nothing in the softmax."""

    kind: str
    style: str
    half: int
    signs: NDArray[np.float32]
    gold: NDArray[np.bool_]
    first: tuple[NDArray[np.float32], NDArray[np.bool_]]

    @property
    def all(self) -> Example:
        """With the signs of FIRST, of all candidates."""
        signs, gold = self.first
        return replace(self, signs=signs, gold=gold)

    def rank(self, weights: NDArray[np.float64]) -> float:
        """The place of the first gold candidate; infinite if there is none."""
        scores = self.signs @ weights
        return 1.0 + float((scores > scores[self.gold].max()).sum()) if self.gold.any() else np.inf


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.weights", description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "benchmark")
    parser.add_argument("--model", type=Path, default=BUILT_IN)
    parser.add_argument("--more", type=Path, help="written questions of yet other sections")
    parser.add_argument("--ablate", action="store_true", help="also without each sign")
    options = parser.parse_args()
    embedder = StaticEmbedder(options.model)
    examples = list(collect(options.shared, options.data, embedder, options.more))
    for without in ("", *(WEIGHTS if options.ablate else ())):
        use = np.array([name != without for name in WEIGHTS])
        ranks = cross(examples, use)
        print(f"without {without}" if without else "all")
        _print(examples, ranks, brief=bool(without))
    for title, names, known in (("FIRST", FIRST, [item.all for item in examples]), ("WEIGHTS", WEIGHTS, examples)):
        final = fit(known, np.ones(len(names), dtype=bool))
        print(title, *(f'    "{name}": {weight:.2f},' for name, weight in zip(names, final, strict=True)), sep="\n")


def collect(shared: Path, data: Path, embedder: StaticEmbedder, more: Path | None = None) -> Iterator[Example]:
    federal = build(shared / "gii", embedder, data / "federal")
    train, dev = ([*lines(shared / "questions" / f"{name}.jsonl")] for name in ("train", "dev"))
    train += lines(more) if more else ()
    asked = cases(shared / "questions" / "dev.jsonl")
    new = federal.asked(train)
    yield from (example("new", case, place // 3 % 2, federal, new) for place, case in enumerate(asked))
    for number, style in enumerate(STYLES):
        kept = [Line(line.source, line.section, line.questions[:number] + line.questions[number + 1 :]) for line in dev]
        covered = federal.asked([*train, *kept])
        mine = [(place, case) for place, case in enumerate(asked) if case.style == style and place // 3 % 3 == number]
        yield from (example("written", case, place // 3 % 2, federal, covered) for place, case in mine)
    for group in (0, 1):
        some = federal.asked([line for line in train if federal.sources[line.source] % 2 != group])
        mine = [
            (place, case)
            for place, case in enumerate(asked)
            if federal.sources[case.place[0]] % 2 == group and place // 3 % 3 == place % 3
        ]
        yield from (example("unasked", case, place // 3 % 2, federal, some) for place, case in mine)
    if embedder.digest == built_in().digest:  # the stores are made with that one
        yield from municipal(shared, data, embedder)
        yield from staff(shared, data, embedder)


def lines(file: Path) -> Iterator[Line]:
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        yield Line(row["slug"], row["section"].replace("Art ", "Art. "), tuple(row[style] for style in STYLES))


def example(kind: str, case: Case, half: int, federal: Federal, indexes: Indexes) -> Example:
    row = federal.rows.get(case.place, -1)
    return _example(kind, case.style, half, case.text, indexes, federal.embedder, lambda rows: rows == row)


def _example(
    kind: str,
    style: str,
    half: int,
    question: str,
    indexes: Indexes,
    embedder: Embedder,
    right: Callable[[NDArray[np.int64]], NDArray[np.bool_]],
) -> Example:
    """`right`: which of these section rows answer the question."""
    query, every = asked_of(question, indexes, embedder), np.ones(indexes.written.keywords.size, dtype=np.bool_)
    some = candidates(query, indexes, every)
    final = finalists(some, query, indexes)
    gold = right(some.rows)
    kept = gold | (some.scores >= np.sort(some.scores)[-HARDEST:][0]) if len(gold) else gold
    return Example(kind, style, half, final.signs, right(final.rows), (some.signs[kept], gold[kept]))


def asked_of(question: str, indexes: Indexes, embedder: Embedder) -> Query:
    return Query.of(question, indexes.keywords, vector(question, embedder))


def municipal(shared: Path, data: Path, embedder: Embedder) -> Iterator[Example]:
    generation = stores.generation("municipal", shared, data)
    indexes = generation.indexes
    paths = [source.path for source in generation.sources.values()]
    rows = (shared / "municipal" / "dev_questions.jsonl").read_text(encoding="utf-8").splitlines()
    for place, row in enumerate(map(json.loads, rows)):
        gold = [number for number, path in enumerate(paths) if path in row["gold_files"]]

        def right(rows: NDArray[np.int64], gold: Sequence[int] = gold) -> NDArray[np.bool_]:
            return np.isin(indexes.layout.source[rows], gold)

        yield _example("municipal", "", place % 2, row["question"], indexes, embedder, right)


def staff(shared: Path, data: Path, embedder: Embedder) -> Iterator[Example]:
    """The suite of staff questions over the shipped corpus."""
    generation = stores.generation("staff", shared, data)
    for place, question in enumerate(staff_questions()):

        def right(rows: NDArray[np.int64], gold: Collection[str] = question.gold) -> NDArray[np.bool_]:
            passages = generation.sections(rows.tolist())
            return np.array([section_name(passages[row][0]) in gold for row in rows.tolist()], dtype=np.bool_)

        yield _example("suite", "", place % 2, question.text, generation.indexes, embedder, right)


def fit(examples: Iterable[Example], use: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The weights of the signs in use; the others are 0. Signs are scaled for the ridge to treat them alike."""
    known = [item for item in examples if item.gold.any()]
    signs = np.concatenate([item.signs for item in known])[:, use].astype(np.float64)
    spread = signs.std(axis=0) + 1e-6
    signs /= spread
    starts = np.cumsum([0, *(len(item.gold) for item in known)])[:-1]
    gold = np.concatenate([item.gold for item in known])
    weight = np.array([SHARE[item.kind] for item in known])
    sizes = np.diff([*starts, len(gold)])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = signs @ weights
        power = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        every, right = (np.add.reduceat(part, starts) for part in (power, power * gold))
        value = weight @ np.log(every / right) / weight.sum() + RIDGE * float(weights @ weights)
        share = power * (1 / np.repeat(every, sizes) - gold / np.repeat(right, sizes)) * np.repeat(weight, sizes)
        return value, signs.T @ share / weight.sum() + 2 * RIDGE * weights

    found = minimize(loss, np.zeros(signs.shape[1]), jac=True, method="L-BFGS-B")
    weights = np.zeros(len(use))
    weights[use] = found.x / spread
    return weights


def cross(examples: Sequence[Example], use: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The rank of each example by weights fitted on the other half."""
    weights = [fit((item for item in examples if item.half != half), use) for half in (0, 1)]
    return np.array([item.rank(weights[item.half]) for item in examples])


def _print(examples: Sequence[Example], ranks: NDArray[np.float64], *, brief: bool) -> None:
    for kind in SHARE:
        for style in ("", *STYLES):
            there = [item.kind == kind and style in ("", item.style) for item in examples]
            mine = ranks[there]
            if len(mine) and not (brief and style):
                recalls = " · ".join(f"R@{k} {np.mean(mine <= k):.3f}" for k in (1, 5, 10))
                print(f"  {kind:10s} {style:10s} {len(mine):5d}  {recalls} · MRR {np.mean(1 / mine):.3f}")


if __name__ == "__main__":
    main()
