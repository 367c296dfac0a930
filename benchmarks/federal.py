"""All of federal law in memory, searched as the product does, but with exact nearest neighbours: for fitting weights
and for measuring, without the half hour that a store of 300,000 passages takes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embed import StaticEmbedder, passage_text
from assistant.finding.keywords import KeywordIndex, section_terms
from assistant.finding.likeness import Likeness
from assistant.finding.ranking import Indexes
from assistant.finding.written import Line, Written
from assistant.storing.layout import Layout
from assistant.types import Locator, Passage, Source
from training.laws import Section, read_laws

LENGTH, REST, BATCH = 1500, 200, 5000
REPEALED = "(weggefallen)"
STYLES = ("staff", "everyday", "keywords")


@dataclass(frozen=True, slots=True)
class Case:
    """A question over federal law: its style, and its section as (slug, name)."""

    text: str
    style: str
    place: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Federal:
    """`rows`: (slug, section) -> row; `sources`: slug -> number; `base`: the indexes without written questions."""

    rows: dict[tuple[str, str], int]
    sources: dict[str, int]
    base: Indexes
    embedder: StaticEmbedder

    def asked(self, lines: Iterable[Line]) -> Indexes:
        """The indexes with these written questions."""
        known = [
            (self.rows[line.source, line.section], self.sources[line.source], question)
            for line in lines
            if (line.source, line.section) in self.rows
            for question in line.questions
        ]
        return replace(self.base, written=_written(known, self.sources, self.embedder))


def _written(asked: Sequence[tuple[int, int, str]], sources: Mapping[str, int], embedder: StaticEmbedder) -> Written:
    folder = Path(tempfile.mkdtemp(prefix="written-"))
    (folder / "keywords").mkdir()
    Written.build(asked, len(sources), embedder, folder)
    return Written.open(folder)


def cases(file: Path) -> list[Case]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [
        Case(row[style], style, (row["slug"], row["section"].replace("Art ", "Art. ")))
        for row in rows
        for style in STYLES
    ]


def build(mirror: Path, embedder: StaticEmbedder, folder: Path) -> Federal:
    """Reads the mirror and makes the indexes in `folder`; what lies there already is taken as it is."""
    sections = [part for part in read_laws(mirror) if REPEALED not in part.heading + part.subsections[0][:40]]
    runs = [_passages(section) for section in sections]
    numbers = {slug: number for number, slug in enumerate(dict.fromkeys(section.slug for section in sections))}
    if not (folder / "keywords").exists():
        KeywordIndex.build(map(section_terms, runs), folder / "keywords")
    model = folder / embedder.digest
    if not model.exists():
        texts = [passage_text(passage) for run in runs for passage in run]
        parts = (texts[start : start + BATCH] for start in range(0, len(texts), BATCH))
        blocks = [embedder.passages(part).astype(np.float16) for part in parts]
        source = np.array([numbers[section.slug] for section in sections], dtype=np.int32)
        starts, flags = np.cumsum([0, *map(len, runs)]), np.zeros(len(runs), dtype=np.bool_)
        Layout(source, starts, np.concatenate(blocks), repealed=flags, defines=flags).save(model)
    layout = Layout.open(model)
    exact = Exact(layout.vectors[:].astype(np.float32), np.repeat(np.arange(len(runs)), np.diff(layout.starts)))
    rows = {(section.slug, section.name.replace("Art ", "Art. ")): row for row, section in enumerate(sections)}
    keywords = KeywordIndex.open(folder / "keywords")
    likeness = Likeness.open(folder / "keywords", keywords, embedder)
    base = Indexes(keywords, layout, _written([], numbers, embedder), likeness, exact.nearest)
    return Federal(rows, numbers, base, embedder)


@dataclass(frozen=True, slots=True)
class Exact:
    """`vectors` (passages, dim) float32 and the section row of each."""

    vectors: NDArray[np.float32]
    rows: NDArray[np.int64]

    def nearest(self, vector: NDArray[np.float32], k: int) -> Sequence[int]:
        similar = self.vectors @ vector
        few = np.argpartition(-similar, k)[:k]
        return [int(row) for row in self.rows[few[np.argsort(-similar[few])]]]


def _passages(section: Section) -> list[Passage]:
    source = Source(section.slug, section.title, section.short, "law", section.slug)
    locator = Locator(section.name, headings=(*section.outer, section.heading))
    return [
        Passage(f"{section.slug}/{section.name}/{number}/{start}", source, locator, text[start : start + LENGTH])
        for number, text in enumerate(section.subsections)
        for start in range(0, max(len(text) - REST, 1), LENGTH)
    ]
