"""Brings the store up to date with the corpus folders and the law mirror, and says what changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.config import ROOT, Settings
from assistant.embed import Embedder
from assistant.embedders import chosen
from assistant.errors import ReadError, StoreError
from assistant.store import Generation
from assistant.storing.builder import Builder
from assistant.storing.pointer import current_number, writing
from assistant.storing.prepared import Prepared, prepare
from ingest.mirror import Progress, silent
from ingest.plan import Plan, Preview, plan
from ingest.report import Change, SyncReport, compare
from ingest.sources import Found, find
from ingest.workers import read_all

# Code that makes passages and keywords of a file: a change of it is a change of the recipe.
_MACHINERY = set(
    (
        "__init__ __main__ check diff diff_text files links mirror plan report show similar sources sync webmirror "
        "workers"
    ).split()
)
_TEXTS = ("assistant/norms.py", "assistant/sentences.py", "assistant/items.py")
_WORDS = (
    "assistant/german.py",
    "assistant/embedding/words.txt",
    "assistant/finding/keywords.py",
    "assistant/finding/counting.py",
)
_STORE = tuple(
    f"assistant/{name}.py"
    for name in (
        "embed",
        "storing/builder",
        "storing/prepared",
        "storing/vectors",
        "storing/layout",
        "storing/gather",
        "finding/written",
    )
)


def sync(
    settings: Settings, progress: Progress = silent, *, refresh: bool = False, allow_empty: bool = False
) -> SyncReport:
    """Reads what changed, writes and seals a new generation if anything did, and reports.

    `refresh` asks the law mirror even for what was checked today; with `allow_empty` an empty folder loses its
    documents. A text that cannot be read keeps its old passages and is named. Raises LockedError, ConfigError, and
    StoreError if the store cannot be written.
    """
    start = time.perf_counter()
    with writing(settings.store):
        base = _Base.of(settings)
        known = base.generation.sources if base.generation else {}
        found = find(settings, known, progress, refresh=refresh, allow_empty=allow_empty)
        todo = plan(found.items, known, found.kept, reread=base.reread)
        with Builder(settings.store, base.generation, base.embedder, base.recipe, fresh=base.fresh) as builder:
            work = _Work(builder, base)
            work.do(todo, settings, progress)
            if base.generation is None or builder.touched or base.generation.manifest.missing != tuple(found.missing):
                generation = builder.seal(found.missing)
            else:
                generation = base.generation
    return _report(base, found, work, generation, time.perf_counter() - start)


def preview(settings: Settings, progress: Progress = silent, *, allow_empty: bool = False) -> Preview:
    """What `sync` would do; writes nothing, and asks no law mirror."""
    base = _Base.of(settings)
    known = base.generation.sources if base.generation else {}
    found = find(settings, known, progress, allow_empty=allow_empty, look=True)
    return Preview(plan(found.items, known, found.kept, reread=base.reread), known, found, base.reread)


def recipe() -> str:
    """Short digests of the code that makes passages of files ("texts"), keywords of passages ("words"), and the
    store of both ("store")."""
    readers = [file for file in sorted((ROOT / "ingest").rglob("*.py")) if file.stem not in _MACHINERY]
    texts = [*readers, *(ROOT / name for name in _TEXTS)]
    words, store = ([ROOT / name for name in names] for names in (_WORDS, _STORE))
    words += sorted((ROOT / "corpus" / "questions").glob("*.jsonl"))
    return f"texts:{_digest(texts)} words:{_digest(words)} store:{_digest(store)}"


def _digest(files: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class _Base:
    """What the next generation builds on. `reread`: every text must be opened; `fresh`: nothing can be copied."""

    generation: Generation | None
    embedder: Embedder
    recipe: str
    reread: bool = False
    fresh: bool = True
    note: str = ""

    @classmethod
    def of(cls, settings: Settings) -> _Base:
        """The current generation. A damaged one is no base: everything is built anew, and the report says so."""
        embedder, made_by, store = chosen(settings), recipe(), settings.store
        try:
            if current_number(store) is None:
                return cls(None, embedder, made_by)
            generation = Generation.open(store)
            generation.digests("")  # a damaged database shows with the first query
        except StoreError as error:
            return cls(None, embedder, made_by, note=f"{error} Er wird jetzt neu aufgebaut.")
        manifest = generation.manifest
        if manifest.embedder_digest != embedder.digest or manifest.recipe.split()[-1] != made_by.split()[-1]:
            note = "Das Einbettungsmodell oder der Aufbau des Bestands hat sich geändert: Alles wird neu berechnet."
            return cls(generation, embedder, made_by, reread=True, note=note)
        if manifest.recipe != made_by:
            note = "Die Regeln, nach denen Texte gelesen werden, haben sich geändert: Alles wird neu gelesen."
            return cls(generation, embedder, made_by, reread=True, fresh=False, note=note)
        return cls(generation, embedder, made_by, fresh=False)


class _Work:
    """Carries out a plan; what it meets on the way is for the report."""

    def __init__(self, builder: Builder, base: _Base) -> None:
        self._builder = builder
        self._base = base.generation
        self._reread = base.reread
        self.changes: list[Change] = []
        self.problems: list[str] = []

    def do(self, todo: Plan, settings: Settings, progress: Progress) -> None:
        corpus = settings.corpus
        results = read_all(todo.read, corpus.readers, corpus.file_seconds, corpus.file_megabytes)
        failed = set()
        names = progress([item.path for item in todo.read], "Texte lesen") if todo.read else ()
        for _, (item, outcome) in zip(names, results, strict=True):
            if isinstance(outcome, ReadError):
                failed.add(todo.moved.get(item.id))
                self._failed(item.id, str(outcome))
            else:
                self._store(outcome, todo.moved.get(item.id))
        for id_ in todo.keep:
            self._keep(id_)
        for id_ in todo.remove:
            if id_ in failed:
                self._keep(id_)
            else:
                self._remove(id_, report=id_ not in todo.moved.values())

    def _store(self, prepared: Prepared, moved_from: str | None) -> None:
        source = prepared.source
        before = self._base.sources.get(moved_from or source.id) if self._base else None
        old = self._base.digests(before.id) if self._base and before else None
        new = {row.id: row.digest for row in prepared.rows}
        moved = f"{before.path} → {source.path}" if before and before.path != source.path else ""
        if moved_from and before and old is not None:
            # The ids are other ones now; the same number of passages is the same text.
            same = len(old) == len(new)
            old = new if same else old
        change = compare(source, old, new, moved)
        if not self._reread or change.new or change.changed or change.removed:
            self.changes.append(change)
        self._builder.store(prepared, moved_from if self._base else None)

    def _failed(self, id_: str, reason: str) -> None:
        stays = self._base is not None and id_ in self._base.sources
        self.problems.append(f"{reason} Die bisherige Fassung bleibt im Bestand." if stays else reason)
        self._keep(id_)

    def _keep(self, id_: str) -> None:
        """Carries a source over that cannot be read now; needed only where the rest is made anew."""
        if self._reread and self._base and id_ in self._base.sources:
            self._builder.store(prepare(self._base.sources[id_], self._base.of_source(id_)))

    def _remove(self, id_: str, *, report: bool) -> None:
        if self._base:
            if report:
                self.changes.append(compare(self._base.sources[id_], self._base.digests(id_), {}))
            self._builder.remove(id_)


def _report(base: _Base, found: Found, work: _Work, generation: Generation, seconds: float) -> SyncReport:
    documents = sum(source.folder is not None for source in generation.sources.values())
    return SyncReport(
        changes=tuple(work.changes),
        problems=tuple(found.problems + work.problems),
        notes=tuple([base.note] * bool(base.note) + found.notes),
        generation=generation.number,
        laws=len(generation.sources) - documents,
        documents=documents,
        passages=generation.manifest.passages,
        sealed=generation is not base.generation,
        seconds=seconds,
    )
