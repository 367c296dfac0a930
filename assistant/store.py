"""The store: sealed generations of the corpus, and a pointer to the current one.

    store/current          the number of the generation that serves; replaced as a whole
    store/0007/            one generation; never written to once it has its name
        manifest.json      what it is made of, and by which recipe
        passages.db        SQLite: sources, sections, passages
        chroma/            vectors by passage id
        keywords/          keyword index, one item per section row
        layout/            source and vectors of each section row
        written/           written questions, by section row

builder.py makes them. A section here is a run of passages of one source that share their section (where there
is none: their headings). Rows number the sections 0, 1, 2 … by source id and order in the text.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import StoreError
from assistant.norms import Names
from assistant.storing.manifest import MANIFEST, Manifest, digest_of_all
from assistant.storing.pointer import current_number, folder
from assistant.types import Locator, Passage, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.embed import Embedder
    from assistant.finding.filters import Facts
    from assistant.finding.keywords import KeywordIndex
    from assistant.finding.ranking import Indexes
    from assistant.storing.vectors import Vectors

SYNC = "python -m ingest sync"
_PASSAGE = "SELECT p.id, p.source, p.locator, p.text, p.refs, p.digest"
_JOIN = "passages p JOIN sections s ON s.source = p.source AND s.position = p.section"
_IN = "IN (SELECT value FROM json_each(?))"
_SOURCES: TypeAdapter[Source] = TypeAdapter(Source)


class Generation:
    """One sealed snapshot of the corpus; read-only, usable from many threads, cheap to open."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._lock = threading.RLock()
        self._closing = ExitStack()
        self._db = sqlite3.connect(
            f"{(path / 'passages.db').resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._closing.callback(self._db.close)
        self._finish = weakref.finalize(self, self._closing.close)

    @classmethod
    def open(cls, store: Path, number: int | None = None) -> Generation:
        """The current generation, or the one with this number. Raises StoreError if it is not there or damaged."""
        number = current_number(store) if number is None else number
        if number is None:
            raise StoreError(f"Es gibt noch keinen Bestand. Bitte zuerst „{SYNC}“ ausführen.")
        path = folder(store, number)
        try:
            manifest = MANIFEST.validate_json((path / "manifest.json").read_bytes())
            return cls(path, manifest)
        except (OSError, ValidationError, sqlite3.Error) as error:
            raise StoreError(
                f"{path}: Bestand {number} fehlt oder ist beschädigt. Mit „python -m ingest rollback“ auf den vorigen "
                f"zurückgehen oder ihn mit „{SYNC}“ neu aufbauen."
            ) from error

    @property
    def number(self) -> int:
        return self.manifest.number

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """All sources by id, in the order of their ids."""
        rows = self._query("SELECT record FROM sources ORDER BY id")
        return {source.id: source for source in (_SOURCES.validate_json(record) for (record,) in rows)}

    @cached_property
    def names(self) -> Names:
        """Every name of every source, for norms.find."""
        return Names(self.sources)

    @cached_property
    def facts(self) -> Facts:
        """What filters ask of the sources."""
        from assistant.finding.filters import Facts

        return Facts.of(list(self.sources.values()))

    @cached_property
    def _vectors(self) -> Vectors:
        from assistant.storing.vectors import Vectors

        vectors = Vectors(self.path / "chroma")
        self._closing.callback(vectors.close)
        return vectors

    @cached_property
    def _keywords(self) -> KeywordIndex:
        from assistant.finding.keywords import KeywordIndex

        return KeywordIndex.open(self.path / "keywords")

    @property
    def keywords(self) -> KeywordIndex:
        """The keyword index; its items are the section rows."""
        with self._lock:
            return self._keywords

    @cached_property
    def _indexes(self) -> Indexes:
        from assistant.embed import built_in
        from assistant.finding.likeness import Likeness
        from assistant.finding.ranking import Indexes
        from assistant.finding.written import Written
        from assistant.storing.layout import Layout

        def nearest(vector: NDArray[np.float32], k: int) -> list[int]:
            ids = [id_ for id_, _ in self.nearest(vector, k)]
            rows = self.section_rows(ids)
            return [rows[id_] for id_ in ids]

        layout, written = Layout.open(self.path / "layout"), Written.open(self.path / "written")
        likeness = Likeness.open(self.path / "keywords", self.keywords, built_in())
        return Indexes(self.keywords, layout, written, likeness, nearest)

    @property
    def indexes(self) -> Indexes:
        """What a question is searched in."""
        with self._lock:
            return self._indexes

    def passage(self, passage_id: str) -> Passage:
        """Raises KeyError for an id that is not there."""
        return self.passages([passage_id])[0]

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in that order. Raises KeyError for an id that is not there."""
        rows = self._query(f"{_PASSAGE} FROM passages p WHERE p.id {_IN}", json.dumps(list(ids)))
        found = {row[0]: self._passage(row) for row in rows}
        return [found[id_] for id_ in ids]

    def of_source(self, source_id: str) -> list[Passage]:
        """All passages of a source in the order of the text."""
        rows = self._query(f"{_PASSAGE} FROM passages p WHERE p.source = ? ORDER BY p.section, p.position", source_id)
        return [self._passage(row) for row in rows]

    def digests(self, source_id: str) -> dict[str, str]:
        """Passage digests of a source, by passage id."""
        return dict(self._query("SELECT id, digest FROM passages WHERE source = ?", source_id))

    def section_rows(self, ids: Iterable[str]) -> dict[str, int]:
        """The section row of each passage id; unknown ids are left out."""
        return dict(self._query(f"SELECT p.id, s.row FROM {_JOIN} WHERE p.id {_IN}", json.dumps(list(ids))))

    def section_of(self, passage: Passage) -> int:
        """Raises KeyError for a passage of another generation that is not in this one."""
        return self.section_rows([passage.id])[passage.id]

    def sections(self, rows: Iterable[int]) -> dict[int, list[Passage]]:
        """The passages of each section row in the order of the text; unknown rows are left out."""
        found = self._query(
            f"{_PASSAGE}, s.row FROM {_JOIN} WHERE s.row {_IN} ORDER BY s.row, p.position", json.dumps(list(rows))
        )
        sections: dict[int, list[Passage]] = {}
        for row in found:
            sections.setdefault(row[-1], []).append(self._passage(row))
        return sections

    def find(self, source_id: str, section: str) -> list[int]:
        """The rows of a section named like in a Locator ("§ 3a"); empty if there is none."""
        rows = self._query("SELECT row FROM sections WHERE source = ? AND section = ? ORDER BY row", source_id, section)
        return [row for (row,) in rows]

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The k passage ids nearest to a vector of shape (dim,), with cosine similarity, best first."""
        return self.open_vectors().nearest(vector, k)

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of these passages, shape (len(ids), dim). Raises KeyError for an id that is not there."""
        return self.open_vectors().get(ids)

    def open_vectors(self) -> Vectors:
        with self._lock:
            return self._vectors

    def digest(self) -> str:
        """The digest of all, computed anew; the one of the manifest if nothing was touched."""
        with self._lock:
            return digest_of_all(self._db)

    def close(self) -> None:
        """Frees files and memory; done by itself when the last reference is gone."""
        self._finish()

    def _query(self, sql: str, *values: str) -> list[Any]:
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: Der Bestand ist nicht lesbar ({error}).") from error

    def _passage(self, row: Sequence[Any]) -> Passage:
        place = json.loads(row[2])
        place["headings"] = tuple(place["headings"])
        return Passage(row[0], self.sources[row[1]], Locator(**place), row[3], tuple(json.loads(row[4])), row[5])


class Store:
    """The door for readers: always the current generation, opened once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._generation: Generation | None = None

    def current(self, embedder: Embedder | None = None) -> Generation:
        """The current generation; a new one once the pointer has moved. The old one stays usable for those
        who still hold it. Raises StoreError if there is none, or if the `embedder` did not make its vectors."""
        with self._lock:
            number = current_number(self.path)
            if self._generation is None or self._generation.number != number:
                self._generation = Generation.open(self.path, number)
            generation = self._generation
        if embedder and generation.manifest.embedder_digest != embedder.digest:
            raise StoreError(
                f"Der Bestand wurde mit dem Einbettungsmodell „{generation.manifest.embedder}“ berechnet; das "
                f"eingestellte Modell „{embedder.name}“ ist ein anderes oder eine andere Fassung. Bitte „{SYNC}“ "
                "ausführen oder die Einstellung [search] embedder zurücknehmen."
            )
        return generation
