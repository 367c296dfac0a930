"""How well passages are found: python -m benchmarks.retrieval [--shared ../shared] [--data var/benchmark].

Prints R@1, R@5, R@10 and MRR of keyword search alone and dense search alone, by section, and of the hits as a user
gets them. Questions: those of third parties over the texts of one municipality (a gold file counts), and the written
ones over the laws of corpus/laws.toml (the gold section counts), by style. None of them was used in
training, but weights and settings were chosen on them, so new questions will do somewhat worse.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from assistant.config import ROOT, Corpus, Settings
from assistant.embed import Embedder, built_in
from assistant.retrieve import analyse, named, rank, retrieve
from assistant.store import Generation
from assistant.types import Passage
from ingest.sync import sync

DEPTH = 10
STYLES = ("staff", "everyday", "keywords")
WAYS = {"keyword": 0.0, "dense": 1.0}


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what it should find: files, or sections as (slug, section)."""

    question: str
    gold: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "benchmark")
    options = parser.parse_args()
    embedder = built_in()
    municipal = _settings(options, "municipal", folders=(options.shared / "municipal",), laws="none")
    _measure("municipal", municipal, embedder, municipal_cases(options.shared), lambda passage: passage.source.path)
    laws = _settings(options, "laws", folders=(), laws="core")
    for style in STYLES:
        _measure(f"laws, {style}", laws, embedder, law_cases(options.shared, style), section_name)


def _settings(
    options: argparse.Namespace, name: str, folders: tuple[Path, ...], laws: Literal["core", "none"]
) -> Settings:
    mirror = str((options.shared / "gii").resolve())
    corpus = Corpus(folders=folders, laws=laws, law_mirror=mirror, data_dir=options.data / name)
    settings = Settings(corpus=corpus)
    print(sync(settings).seconds, "s to bring", name, "up to date")
    return settings


def municipal_cases(shared: Path) -> list[Case]:
    lines = (shared / "municipal" / "dev_questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [Case(row["question"], frozenset(row["gold_files"])) for row in map(json.loads, lines)]


def law_cases(shared: Path, style: str) -> list[Case]:
    lines = (shared / "questions" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Case(row[style], frozenset([f"{row['slug']} {row['section'].replace('Art ', 'Art. ')}"])) for row in rows]


def section_name(passage: Passage) -> str:
    return f"{passage.source.path} {passage.locator.section}"


def _measure(
    title: str, settings: Settings, embedder: Embedder, cases: Sequence[Case], name: Callable[[Passage], str]
) -> None:
    """Prints one line for each way to search. Cases whose gold is not in the corpus are left out."""
    generation = Generation.open(settings.store)
    there = {name(passage) for source in generation.sources for passage in generation.of_source(source)}
    cases = [case for case in cases if case.gold & there]
    print(f"\n{title}: {len(cases)} questions")
    for way, weight in WAYS.items():
        ranks = [_place(case, map(name, _sections(case.question, generation, embedder, weight))) for case in cases]
        _print(way, ranks)
    seconds = []
    ranks = []
    for case in cases:
        start = time.perf_counter()
        hits = retrieve(case.question, generation, embedder, settings, DEPTH)
        seconds.append(time.perf_counter() - start)
        ranks.append(_place(case, (name(hit.passage) for hit in hits)))
    _print("both, hits", ranks)
    fast, slow = np.percentile(seconds, [50, 95]) * 1000
    print(f"  {'search':12s} p50 {fast:.1f} ms · p95 {slow:.1f} ms")


def _sections(question: str, generation: Generation, embedder: Embedder, weight: float) -> Iterable[Passage]:
    ranked = rank(analyse(question, generation, embedder), generation, named(question, generation), weight)[:DEPTH]
    passages = generation.sections(section.row for section in ranked)
    return [passages[section.row][0] for section in ranked]


def _place(case: Case, names: Iterable[str]) -> int | None:
    return next((place for place, found in enumerate(names, 1) if found in case.gold), None)


def _print(way: str, ranks: Sequence[int | None]) -> None:
    recalls = [f"R@{k} {sum(rank is not None and rank <= k for rank in ranks) / len(ranks):.3f}" for k in (1, 5, DEPTH)]
    mrr = sum(1 / rank for rank in ranks if rank) / len(ranks)
    print(f"  {way:12s} {' · '.join(recalls)} · MRR {mrr:.3f}")


if __name__ == "__main__":
    main()
