"""What a generation says of itself in manifest.json."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Entry:
    """One source in a manifest: the digest of its file, its Stand, and how much it holds."""

    digest: str
    as_of: str | None
    sections: int
    passages: int


@dataclass(frozen=True, slots=True)
class MissingLaw:
    """A law the corpus should hold, but that no mirror has delivered yet."""

    slug: str
    short: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of. `created` is an ISO time in UTC, `digest` covers all passages and sources."""

    number: int
    created: str
    recipe: str
    embedder: str
    embedder_digest: str
    sources: Mapping[str, Entry]
    digest: str
    missing: tuple[MissingLaw, ...] = field(default=())

    @property
    def passages(self) -> int:
        return sum(entry.passages for entry in self.sources.values())

    def to_json(self) -> bytes:
        return MANIFEST.dump_json(self, indent=1)


MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def digest_of_all(database: sqlite3.Connection) -> str:
    """One digest over all sources and all passages of a generation."""
    total = hashlib.sha256()
    for sql in ("SELECT id, record FROM sources ORDER BY id", "SELECT id, digest FROM passages ORDER BY id"):
        for id_, value in database.execute(sql):
            total.update(f"{id_}\t{value}\n".encode())
    return total.hexdigest()
