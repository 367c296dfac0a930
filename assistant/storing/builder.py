"""Builds the next generation beside the current one, seals it and moves the pointer.

Whatever happens before the pointer moves, the old generation keeps serving; what a killed process left behind is
removed by the next one that writes.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from assistant.errors import StoreError
from assistant.store import Generation
from assistant.storing.manifest import Entry, Manifest, MissingLaw, digest_of_all
from assistant.storing.pointer import BUILDING, flush, folder, numbers, point_to, prune
from assistant.storing.prepared import Prepared, prepare
from assistant.types import Passage, Source

if TYPE_CHECKING:
    from assistant.embed import Embedder
    from assistant.storing.vectors import Vectors

_BATCH = 5000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sources (id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sections (
    source TEXT, position INTEGER, section TEXT, terms TEXT NOT NULL, row INTEGER, PRIMARY KEY (source, position));
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, section INTEGER NOT NULL, position INTEGER NOT NULL,
    locator TEXT NOT NULL, text TEXT NOT NULL, refs TEXT NOT NULL, digest TEXT NOT NULL, vector TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS section_names ON sections (source, section);
CREATE INDEX IF NOT EXISTS section_rows ON sections (row);
CREATE INDEX IF NOT EXISTS passage_order ON passages (source, section, position);
"""


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
        self._pending: list[tuple[str, str]] = []  # id and text
        self._changed: set[str] = set()  # ids of sources that were put or removed
        self.touched = False

    def __enter__(self) -> Builder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        shutil.rmtree(self._path, ignore_errors=True)
        if isinstance(value, (OSError, sqlite3.Error)):
            raise StoreError(
                f"{self._store}: Der neue Bestand lässt sich nicht schreiben ({value}). Der bisherige bleibt in "
                "Gebrauch; bitte prüfen, ob die Platte voll ist und die Rechte stimmen."
            ) from value

    def put(self, source: Source, passages: Sequence[Passage]) -> None:
        """Stores a source with all its passages, in the order of the text, in place of what was there."""
        self.store(prepare(source, passages))

    def store(self, prepared: Prepared, moved_from: str | None = None) -> None:
        """Like `put`. Only texts that are new are embedded: what the source had before, or the one it was
        `moved_from` has, keeps its vectors."""
        id_ = prepared.source.id
        donors = {vector: passage for passage, vector in self._vectors_of(moved_from)} if moved_from else {}
        known = self._forget(id_)
        donors |= {vector: passage for passage, vector in known.items()}
        record = json.dumps(asdict(prepared.source), ensure_ascii=False)
        self._db.execute("INSERT INTO sources VALUES (?, ?)", (id_, record))
        self._db.executemany(
            "INSERT INTO sections VALUES (?, ?, ?, ?, NULL)",
            [(id_, position, section, terms) for position, (section, terms) in enumerate(prepared.sections)],
        )
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(row.id, id_, *row[1:-1]) for row in prepared.rows],
        )
        new = [row for row in prepared.rows if known.get(row.id) != row.vector]
        self._move([(donors[row.vector], row.id) for row in new if row.vector in donors])
        self._vectors.remove(sorted(known.keys() - {row.id for row in prepared.rows}))
        self._pending += [(row.id, row.embedded) for row in new if row.vector not in donors]
        if len(self._pending) >= _BATCH:
            self._embed()

    def remove(self, source_id: str) -> None:
        self._vectors.remove(sorted(self._forget(source_id)))

    def seal(self, missing: Sequence[MissingLaw] = ()) -> Generation:
        """Completes the generation, makes it the current one and returns it, opened."""
        self._embed()
        self._db.execute(
            "UPDATE sections SET row = n.row FROM (SELECT rowid AS key, ROW_NUMBER() OVER (ORDER BY source, position)"
            " - 1 AS row FROM sections) AS n WHERE n.key = sections.rowid"
        )
        self._db.commit()
        self._lay_out()
        self._vectors.close()  # frees memory before the keyword index needs it
        self._index_words()
        number = max(numbers(self._store), default=0) + 1
        manifest = self._manifest(number, tuple(missing))
        self._close()
        (self._path / "manifest.json").write_bytes(manifest.to_json())
        flush(self._path)
        self._path.rename(folder(self._store, number))
        point_to(self._store, number)
        prune(self._store)
        return Generation.open(self._store, number)

    def _index_words(self) -> None:
        """The keyword index; sections of sources that nobody touched are taken from the base."""
        from assistant.finding.keywords import KeywordIndex
        from assistant.storing.gather import kept_rows

        sql, path = "SELECT terms FROM sections", self._path / "keywords"
        if self._base:
            kept = kept_rows(self._db, self._base.path, self._changed)
            new = f"{sql} WHERE source IN (SELECT value FROM json_each(?)) ORDER BY row"
            texts = (text for (text,) in self._db.execute(new, (json.dumps(list(self._changed)),)))
            if KeywordIndex.rebuild(self._base.path / "keywords", kept, texts, path):
                return
        KeywordIndex.build((text for (text,) in self._db.execute(f"{sql} ORDER BY row")), path)

    def _lay_out(self) -> None:
        """Vectors and written questions by section row."""
        import numpy as np

        from assistant.finding.written import Written, read
        from assistant.storing.gather import gathered, marks
        from assistant.storing.layout import Layout

        numbers = {id_: number for number, (id_,) in enumerate(self._db.execute("SELECT id FROM sources ORDER BY id"))}
        sections = self._db.execute("SELECT source, section, row FROM sections ORDER BY row").fetchall()
        base = self._base.path if self._base else None
        vectors = gathered(self._db, self._vectors, self._embedder.dim, base, self._changed)
        source = np.array([numbers[id_] for id_, _, _ in sections], dtype=np.int32)
        counts, repealed, defines = marks(self._db)
        starts = np.concatenate([[0], np.cumsum(counts)])
        Layout(source, starts, vectors, repealed, defines).save(self._path / "layout")
        rows = {(id_, section): row for id_, section, row in reversed(sections)}
        asked = [
            (rows[line.source, line.section], numbers[line.source], question)
            for line in read()
            if (line.source, line.section) in rows
            for question in line.questions
        ]
        Written.build(asked, len(numbers), self._embedder, self._path / "written")

    @cached_property
    def _parts(self) -> _Parts:
        """Database and vectors of the next generation; the copy is made on first use."""
        from assistant.storing.vectors import Vectors

        self.touched = True
        shutil.rmtree(self._path, ignore_errors=True)
        self._path.mkdir()
        if self._base:
            Vectors.copy(self._base.path / "chroma", self._path / "chroma")
            shutil.copyfile(self._base.path / "passages.db", self._path / "passages.db")
        database = sqlite3.connect(self._path / "passages.db")
        # What is not sealed is thrown away, and seal flushes the files: no journal is needed.
        database.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; {_SCHEMA}")
        return _Parts(database, Vectors(self._path / "chroma", create=True))

    @property
    def _db(self) -> sqlite3.Connection:
        return self._parts.db

    @property
    def _vectors(self) -> Vectors:
        return self._parts.vectors

    def _forget(self, source_id: str) -> dict[str, str]:
        """Deletes the rows of a source and returns the digests of its vectors by passage id. Vectors stay."""
        self._changed.add(source_id)
        known = dict(self._vectors_of(source_id))
        for table, column in (("passages", "source"), ("sections", "source"), ("sources", "id")):
            self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (source_id,))
        return known

    def _vectors_of(self, source_id: str) -> list[tuple[str, str]]:
        rows = self._db.execute("SELECT id, vector FROM passages WHERE source = ?", (source_id,))
        return [(id_, vector) for id_, vector in rows]

    def _move(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Gives each second id the vector of the first."""
        waiting = {id_ for id_, _ in self._pending}
        if any(old in waiting for old, _ in pairs):
            self._embed()
        if pairs:
            self._vectors.put([new for _, new in pairs], self._vectors.get([old for old, _ in pairs]))

    def _embed(self) -> None:
        if self._pending:
            ids, texts = zip(*self._pending, strict=True)
            self._vectors.put(ids, self._embedder.passages(texts))
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
