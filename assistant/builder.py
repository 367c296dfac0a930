"""Builds the next generation beside the current one, seals it and moves the pointer.

Whatever happens before the pointer moves, the old generation keeps serving; what a killed process left behind is
removed by the next one that writes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from assistant.pointer import BUILDING, flush, folder, numbers, point_to, prune
from assistant.store import Entry, Generation, Manifest, MissingLaw
from assistant.types import Passage, Source

if TYPE_CHECKING:
    from assistant.embed import Embedder
    from assistant.vectors import Vectors

_BATCH = 1000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sources (id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sections (
    source TEXT, position INTEGER, section TEXT, terms TEXT NOT NULL, row INTEGER, PRIMARY KEY (source, position));
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, section INTEGER NOT NULL, position INTEGER NOT NULL,
    locator TEXT NOT NULL, text TEXT NOT NULL, refs TEXT NOT NULL, digest TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS section_names ON sections (source, section);
CREATE INDEX IF NOT EXISTS section_rows ON sections (row);
CREATE INDEX IF NOT EXISTS passage_order ON passages (source, section, position);
"""


def passage_digest(passage: Passage, recipe: str) -> str:
    """Covers every stored field of a passage, what its label and vector take from the source, and the recipe."""
    parts = [passage.id, passage.source.title, passage.source.short, asdict(passage.locator), passage.text]
    text = json.dumps([*parts, passage.refs, recipe], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class _Parts(NamedTuple):
    db: sqlite3.Connection
    vectors: Vectors


class Builder:
    """The next generation while it is made. Nothing is copied or written before the first put, remove or seal.

    With `fresh` it starts empty, else as a copy of `base`, so that unchanged passages keep their vectors.
    Use it inside `writing` and as a context manager: what was not sealed is thrown away.
    """

    def __init__(self, store: Path, base: Generation | None, embedder: Embedder, recipe: str, *, fresh: bool) -> None:
        self._store = store
        self._base = None if fresh else base
        self._embedder = embedder
        self._recipe = recipe
        self._path = store / f"{BUILDING}{os.getpid()}"
        self._pending: list[Passage] = []
        self.touched = False

    def __enter__(self) -> Builder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        shutil.rmtree(self._path, ignore_errors=True)

    def put(self, source: Source, passages: Sequence[Passage]) -> None:
        """Stores a source with all its passages, in the order of the text, in place of what was there.

        Only passages whose digest is new are embedded.
        """
        known = self._forget(source.id)
        self._db.execute(
            "INSERT INTO sources VALUES (?, ?)", (source.id, json.dumps(asdict(source), ensure_ascii=False))
        )
        runs = groupby(passages, key=lambda passage: passage.locator.section or passage.locator.headings)
        for position, (_, run) in enumerate(runs):
            self._put_section(source.id, position, list(run))
        gone = known.keys() - {passage.id for passage in passages}
        self._vectors.remove(sorted(gone))
        self._pending += [passage for passage in passages if known.get(passage.id) != passage.digest]
        if len(self._pending) >= _BATCH:
            self._embed()

    def remove(self, source_id: str) -> None:
        self._vectors.remove(sorted(self._forget(source_id)))

    def seal(self, missing: Sequence[MissingLaw] = ()) -> Generation:
        """Completes the generation, makes it the current one and returns it, opened."""
        from assistant.keywords import KeywordIndex

        self._embed()
        self._db.execute(
            "UPDATE sections SET row = n.row FROM (SELECT rowid AS key, ROW_NUMBER() OVER (ORDER BY source, position)"
            " - 1 AS row FROM sections) AS n WHERE n.key = sections.rowid"
        )
        self._db.commit()
        with closing(self._db.execute("SELECT terms FROM sections ORDER BY row")) as terms:
            KeywordIndex.build((text for (text,) in terms), self._path / "keywords")
        number = max(numbers(self._store), default=0) + 1
        manifest = self._manifest(number, tuple(missing))
        self._close()
        (self._path / "manifest.json").write_bytes(manifest.to_json())
        flush(self._path)
        self._path.rename(folder(self._store, number))
        point_to(self._store, number)
        prune(self._store)
        return Generation.open(self._store, number)

    @cached_property
    def _parts(self) -> _Parts:
        """Database and vectors of the next generation; the copy is made on first use."""
        from assistant.vectors import Vectors

        self.touched = True
        shutil.rmtree(self._path, ignore_errors=True)
        self._path.mkdir()
        if self._base:
            shutil.copytree(self._base.path / "chroma", self._path / "chroma")
            shutil.copyfile(self._base.path / "passages.db", self._path / "passages.db")
        database = sqlite3.connect(self._path / "passages.db")
        database.executescript(_SCHEMA)
        return _Parts(database, Vectors(self._path / "chroma", create=True))

    @property
    def _db(self) -> sqlite3.Connection:
        return self._parts.db

    @property
    def _vectors(self) -> Vectors:
        return self._parts.vectors

    def _forget(self, source_id: str) -> dict[str, str]:
        """Deletes the rows of a source and returns the digests they had. Vectors stay."""
        known = dict(self._db.execute("SELECT id, digest FROM passages WHERE source = ?", (source_id,)).fetchall())
        self._db.execute("DELETE FROM passages WHERE source = ?", (source_id,))
        self._db.execute("DELETE FROM sections WHERE source = ?", (source_id,))
        self._db.execute("DELETE FROM sources WHERE id = ?", (source_id,))
        return known

    def _put_section(self, source_id: str, position: int, passages: Sequence[Passage]) -> None:
        from assistant.keywords import section_terms

        section = passages[0].locator.section
        self._db.execute(
            "INSERT INTO sections VALUES (?, ?, ?, ?, NULL)", (source_id, position, section, section_terms(passages))
        )
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    passage.id,
                    source_id,
                    position,
                    order,
                    json.dumps(asdict(passage.locator), ensure_ascii=False),
                    passage.text,
                    json.dumps(passage.refs, ensure_ascii=False),
                    passage.digest,
                )
                for order, passage in enumerate(passages)
            ],
        )

    def _embed(self) -> None:
        from assistant.embed import passage_text

        if self._pending:
            texts = [passage_text(passage) for passage in self._pending]
            self._vectors.put([passage.id for passage in self._pending], self._embedder.passages(texts))
            self._pending.clear()

    def _manifest(self, number: int, missing: tuple[MissingLaw, ...]) -> Manifest:
        counts = {
            source: (sections, passages)
            for source, sections, passages in self._db.execute(
                "SELECT source, COUNT(DISTINCT section), COUNT(*) FROM passages GROUP BY source"
            )
        }
        entries = {}
        for id_, record in self._db.execute("SELECT id, record FROM sources ORDER BY id"):
            fields = json.loads(record)
            entries[id_] = Entry(fields["digest"], fields["as_of"], *counts.get(id_, (0, 0)))
        return Manifest(
            number=number,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            recipe=self._recipe,
            embedder=self._embedder.name,
            embedder_digest=self._embedder.digest,
            sources=entries,
            digest=digest_of_all(self._db),
            missing=missing,
        )

    def _close(self) -> None:
        if parts := self.__dict__.pop("_parts", None):
            parts.db.close()
            parts.vectors.close()


def digest_of_all(database: sqlite3.Connection) -> str:
    """One digest over all sources and all passages of a generation."""
    total = hashlib.sha256()
    for sql in ("SELECT id, record FROM sources ORDER BY id", "SELECT id, digest FROM passages ORDER BY id"):
        for id_, value in database.execute(sql):
            total.update(f"{id_}\t{value}\n".encode())
    return total.hexdigest()
