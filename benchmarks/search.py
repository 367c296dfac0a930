"""Searching a store of all federal law: python -m benchmarks.search FOLDER [--shared DIR] [--questions 400].

FOLDER is what `benchmarks.ingest` made. Prints seconds until the first answer, milliseconds a search on one thread,
the memory of the process, and passages embedded a second by one and by two processes.
"""

from __future__ import annotations

import argparse
import random
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from assistant.config import ROOT, Settings
from assistant.embed import built_in, passage_text
from assistant.retrieve import retrieve
from assistant.store import Generation
from benchmarks.federal import cases

TEXTS = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--questions", type=int, default=400)
    options = parser.parse_args()
    asked = [case.text for case in cases(options.shared / "questions" / "dev.jsonl")]
    asked = random.Random(1).sample(asked, options.questions)
    began = time.perf_counter()
    settings, embedder, generation = Settings(), built_in(), Generation.open(options.folder / "store")
    retrieve(asked[0], generation, embedder, settings)
    print(f"{generation.manifest.passages} passages, first search after {time.perf_counter() - began:.2f} s")
    seconds, used = [], time.process_time()
    for question in asked:
        start = time.perf_counter()
        retrieve(question, generation, embedder, settings)
        seconds.append(time.perf_counter() - start)
    used = (time.process_time() - used) / len(asked) * 1000
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    print(f"search, {len(asked)} questions: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {used:.1f} ms of processor time")
    print(f"memory: {_resident() / 1e6:,.0f} MB")
    _embedding(generation)


def _resident() -> int:
    """Bytes of this process in memory, mapped files included."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024


def _embedding(generation: Generation) -> None:
    sources = random.Random(1).sample(list(generation.sources), 500)
    texts = [passage_text(item) for id_ in sources for item in generation.of_source(id_)][:TEXTS]
    for count in (1, 2):
        parts = [texts[number::count] for number in range(count)]
        with ProcessPoolExecutor(count) as pool:
            list(pool.map(_embed, [[""]] * count))
            start = time.perf_counter()
            list(pool.map(_embed, parts))
            print(f"embedding, {count} processes: {len(texts) / (time.perf_counter() - start):,.0f} passages/s")


def _embed(texts: list[str]) -> int:
    return len(built_in().passages(texts))


if __name__ == "__main__":
    main()
