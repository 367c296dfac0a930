"""Passages as rows for the store, made apart from the Builder so that other processes can do the work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import NamedTuple

from assistant.embed import passage_text
from assistant.finding.keywords import section_terms
from assistant.types import Passage, Source


def passage_digest(passage: Passage) -> str:
    """Covers every stored field of a passage, and what its label and vector take from the source.

    The recipe is no part of it: it stands in the manifest, and when it changes everything is read again, but only
    what came out differently is embedded again.
    """
    parts = [passage.id, passage.source.title, passage.source.short, asdict(passage.locator), passage.text]
    text = json.dumps([*parts, passage.refs], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Row(NamedTuple):
    """A passage as it is stored; `vector` is the digest of `embedded`, the text its vector is made of."""

    id: str
    section: int
    position: int
    locator: str
    text: str
    refs: str
    digest: str
    vector: str
    embedded: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source ready to be stored: its passages in the order of the text, and name and terms of each section."""

    source: Source
    rows: tuple[Row, ...]
    sections: tuple[tuple[str | None, str], ...]


def prepare(source: Source, passages: Sequence[Passage]) -> Prepared:
    """The passages of a source as rows; their digests must be set."""
    rows, sections = [], []
    runs = groupby(passages, key=lambda passage: passage.locator.section or passage.locator.headings)
    for section, (_, group) in enumerate(runs):
        run = list(group)
        sections.append((run[0].locator.section, section_terms(run)))
        for position, passage in enumerate(run):
            locator, refs = (
                json.dumps(value, ensure_ascii=False) for value in (asdict(passage.locator), passage.refs)
            )
            embedded = passage_text(passage)
            vector = hashlib.sha256(embedded.encode()).hexdigest()[:32]
            rows.append(
                Row(passage.id, section, position, locator, passage.text, refs, passage.digest, vector, embedded)
            )
    return Prepared(source, tuple(rows), tuple(sections))
