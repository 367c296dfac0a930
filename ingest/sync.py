"""Brings the store up to date with the corpus folders and the law mirror, and says what changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.builder import Builder, passage_digest
from assistant.config import ROOT, Settings
from assistant.embed import built_in
from assistant.errors import ReadError, StoreError
from assistant.pointer import current_number, writing
from assistant.store import Generation, Manifest
from assistant.types import Passage, Source
from ingest.mirror import Progress, silent
from ingest.report import Change, SyncReport, compare
from ingest.sources import Item, find

# Code that makes passages and keywords of a file: a change of it is a change of the recipe.
_MACHINERY = {"__init__", "__main__", "check", "mirror", "report", "sources", "sync", "webmirror"}
_TEXTS = ("assistant/norms.py", "assistant/sentences.py")
_WORDS = ("assistant/german.py", "assistant/keywords.py", "assistant/embedding/words.txt")
_STORE = ("assistant/builder.py", "assistant/embed.py", "assistant/vectors.py")


@dataclass(frozen=True, slots=True)
class Plan:
    """Which texts to read, which sources of the store to remove, and which to leave as they are."""

    read: tuple[Item, ...]
    remove: tuple[str, ...]
    keep: tuple[str, ...]


def plan(items: Sequence[Item], known: Mapping[str, str], kept: Collection[str], *, reread: bool = False) -> Plan:
    """Set arithmetic on ids and digests. `known`: file digest by source id of the current generation; `kept`:
    ids that cannot be looked at now; `reread`: the recipe changed, so that every text is opened."""
    there = {item.id for item in items}
    read = tuple(item for item in items if reread or known.get(item.id) != item.digest)
    keep = tuple(sorted(known.keys() & set(kept) - there))
    return Plan(read, tuple(sorted(known.keys() - there - set(keep))), keep)


def sync(settings: Settings, progress: Progress = silent, *, refresh: bool = False) -> SyncReport:
    """Reads what changed, writes and seals a new generation if anything did, and reports.

    `refresh` asks the law mirror even for what was checked today. A text that cannot be read keeps its old
    passages and is named. Raises LockedError, ConfigError, and StoreError if the store cannot be written.
    """
    start = time.perf_counter()
    with writing(settings.store):
        base, notes = _base(settings.store)
        found = find(settings, base.sources if base else {}, progress, refresh=refresh)
        embedder, made_by = built_in(), recipe()
        fresh = base is None or not _fits(base.manifest, embedder.digest, made_by)
        reread = base is not None and (fresh or base.manifest.recipe != made_by)
        if base and fresh:
            notes.append(
                "Das Einbettungsmodell oder der Aufbau des Bestands hat sich geändert: Alles wird neu berechnet."
            )
        elif reread:
            notes.append("Die Regeln, nach denen Texte gelesen werden, haben sich geändert: Alles wird neu gelesen.")
        known = {source.id: source.digest for source in base.sources.values()} if base else {}
        todo = plan(found.items, known, found.kept, reread=reread)
        with Builder(settings.store, base, embedder, made_by, fresh=fresh) as builder:
            work = _Work(builder, base, reread)
            work.do(todo, progress)
            if base is None or builder.touched or base.manifest.missing != tuple(found.missing):
                generation = builder.seal(found.missing)
            else:
                generation = base
    documents = sum(source.folder is not None for source in generation.sources.values())
    return SyncReport(
        changes=tuple(work.changes),
        problems=tuple(found.problems + work.problems),
        notes=tuple(notes + found.notes),
        generation=generation.number,
        laws=len(generation.sources) - documents,
        documents=documents,
        passages=generation.manifest.passages,
        sealed=generation is not base,
        seconds=time.perf_counter() - start,
    )


def recipe() -> str:
    """Short digests of the code that makes passages of files ("texts"), keywords of passages ("words"), and the
    store of both ("store")."""
    readers = [file for file in sorted((ROOT / "ingest").rglob("*.py")) if file.stem not in _MACHINERY]
    texts = [*readers, *(ROOT / name for name in _TEXTS)]
    words, store = ([ROOT / name for name in names] for names in (_WORDS, _STORE))
    return f"texts:{_digest(texts)} words:{_digest(words)} store:{_digest(store)}"


def _fits(manifest: Manifest, embedder_digest: str, made_by: str) -> bool:
    """Whether a generation can be copied: the vectors of what stays the same are still right."""
    return manifest.embedder_digest == embedder_digest and manifest.recipe.split()[-1] == made_by.split()[-1]


def _digest(files: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def _base(store: Path) -> tuple[Generation | None, list[str]]:
    """The current generation. A damaged one is no base: everything is built anew, and the report says so."""
    try:
        if current_number(store) is None:
            return None, []
        generation = Generation.open(store)
        generation.digests("")  # a damaged database shows with the first query
        return generation, []
    except StoreError as error:
        return None, [f"{error} Er wird jetzt neu aufgebaut."]


class _Work:
    """Carries out a plan; what it meets on the way is for the report."""

    def __init__(self, builder: Builder, base: Generation | None, reread: bool) -> None:
        self._builder = builder
        self._base = base
        self._reread = reread
        self.changes: list[Change] = []
        self.problems: list[str] = []

    def do(self, plan: Plan, progress: Progress) -> None:
        items = {item.id: item for item in plan.read}
        for id_ in progress(list(items), "Texte lesen") if items else ():
            try:
                source, passages = _read(items[id_])
            except ReadError as error:
                self._failed(id_, str(error))
            except Exception as error:  # noqa: BLE001 - one file must not stop the others
                self._failed(
                    id_, f"{items[id_].path}: unerwarteter Fehler beim Lesen ({type(error).__name__}: {error})"
                )
            else:
                self._put(source, passages)
        for id_ in plan.keep:
            self._keep(id_)
        for id_ in plan.remove:
            self._remove(id_)

    def _put(self, source: Source, passages: Sequence[Passage]) -> None:
        old = self._base.digests(source.id) if self._base and source.id in self._base.sources else None
        change = compare(source, old, {passage.id: passage.digest for passage in passages})
        if not self._reread or change.new or change.changed or change.removed:
            self.changes.append(change)
        self._builder.put(source, passages)

    def _failed(self, id_: str, reason: str) -> None:
        stays = self._base is not None and id_ in self._base.sources
        self.problems.append(f"{reason} Die bisherige Fassung bleibt im Bestand." if stays else reason)
        self._keep(id_)

    def _keep(self, id_: str) -> None:
        """Carries a source over that cannot be read now; needed only where the rest is made anew."""
        if self._reread and self._base and id_ in self._base.sources:
            self._builder.put(self._base.sources[id_], self._base.of_source(id_))

    def _remove(self, id_: str) -> None:
        if self._base:
            self.changes.append(compare(self._base.sources[id_], self._base.digests(id_), {}))
            self._builder.remove(id_)


def _read(item: Item) -> tuple[Source, list[Passage]]:
    """A text from file to passages. Raises ReadError."""
    from ingest.chunk import passages
    from ingest.clean import clean
    from ingest.structure import locate

    document = clean(item.open())
    source = item.source(document)
    made = passages(source, locate(document))
    if not made and not item.law:
        raise ReadError(f"{item.path}: Die Datei enthält keinen Text.")
    if len({passage.id for passage in made}) < len(made):
        raise ReadError(f"{item.path}: Zwei Textstellen hätten dieselbe Kennung; bitte den Fehler melden.")
    return source, [replace(passage, digest=passage_digest(passage)) for passage in made]
