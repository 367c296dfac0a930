"""Is a generation whole, and what should someone look after?

Findings have three levels: an error is damage of the store, a warning something a document owner should mend soon, a
hint something to know. The worst one decides the exit code of `ingest check` (1 error, 2 warning, 0 else).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from assistant.config import Settings
from assistant.errors import ReadError, StoreError
from assistant.store import Generation
from assistant.storing.prepared import passage_digest
from assistant.types import Source
from ingest.item import Item
from ingest.report import count
from ingest.sources import missing_names
from ingest.workers import read_all

Level = Literal["error", "warning", "hint"]
LEVELS: dict[Level, str] = {"error": "Fehler", "warning": "Warnung", "hint": "Hinweis"}
CODES: dict[Level, int] = {"error": 1, "warning": 2, "hint": 0}
OLD_DAYS = 3 * 365
_LOW_CONFIDENCE = 80
_HARDLY_ANY = 40  # characters


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is a word for programs ("no_as_of"), `source` the id it is about or "", `text` a German sentence."""

    level: Level
    kind: str
    source: str
    text: str

    def __str__(self) -> str:
        return f"{LEVELS[self.level]}: {self.text}"


def check(generation: Generation, settings: Settings, days: int = OLD_DAYS) -> Iterator[Finding]:
    """Everything worth knowing about a generation and the files it was made of. Reads all of it."""
    from ingest.links import dead_links
    from ingest.similar import similar

    yield from (Finding("error", "damaged", "", text) for text in errors(generation))
    yield from files(generation, settings)
    yield from metadata(generation, days)
    documents = [source for source in generation.sources.values() if source.folder is not None]
    for first, second, share in similar(generation, documents):
        pair = f"{_name(first)} und {_name(second)}"
        if share == 1:
            yield Finding("warning", "duplicate", second.id, f"{pair} haben denselben Text.")
        else:
            yield Finding("hint", "near_duplicate", second.id, f"{pair} haben zu {share:.0%} denselben Text.")
    yield from _links(dead_links(generation), generation)
    if missing := generation.manifest.missing:
        yield Finding("warning", "missing_law", "", f"Es fehlen Gesetze: {missing_names(missing)}.")


def errors(generation: Generation) -> Iterator[str]:
    """German sentences about damage; none if the generation is whole. Reads all of it."""
    manifest = generation.manifest
    if generation.digest() != manifest.digest:
        yield "Quellen und Textstellen stimmen nicht mit der Prüfsumme des Manifests überein."
    ids: list[str] = []
    for source_id, entry in manifest.sources.items():
        passages = generation.of_source(source_id)
        ids += [passage.id for passage in passages]
        if len(passages) != entry.passages:
            yield f"{source_id}: {len(passages)} Textstellen statt {entry.passages}."
        if damaged := [passage.id for passage in passages if passage_digest(passage) != passage.digest]:
            yield f"{source_id}: veränderte Textstellen ({', '.join(damaged[:5])})."
    yield from _indexes(generation, ids)


def _indexes(generation: Generation, ids: list[str]) -> Iterator[str]:
    sections = sum(entry.sections for entry in generation.manifest.sources.values())
    try:
        if generation.keywords.size != sections:
            yield f"Der Stichwortindex hat {generation.keywords.size} Einträge statt {sections}."
        vectors = generation.open_vectors()
        if len(vectors) != len(ids):
            yield f"Der Vektorindex hat {len(vectors)} Einträge statt {len(ids)}."
        for start in range(0, len(ids), 10_000):
            vectors.get(ids[start : start + 10_000])
    except KeyError as error:
        yield f"Im Vektorindex fehlt die Textstelle {error}."
    except StoreError as error:
        yield str(error)


def files(generation: Generation, settings: Settings) -> Iterator[Finding]:
    """Documents that cannot be read, and that they changed since the last sync."""
    from ingest.plan import plan
    from ingest.sources import find

    corpus = settings.corpus.model_copy(update={"laws": "none"})
    known = {id_: source for id_, source in generation.sources.items() if source.folder is not None}
    found = find(settings.model_copy(update={"corpus": corpus}), known, lambda names, title: names, look=True)
    todo = plan(found.items, known, found.kept)
    yield from (Finding("warning", "unreadable", "", problem) for problem in found.problems)
    outdated = 0
    for item, outcome in read_all(todo.read, corpus.readers, corpus.file_seconds, corpus.file_megabytes):
        if isinstance(outcome, ReadError):
            yield Finding("warning", "unreadable", item.id, _unread(item, outcome, known))
        else:
            outdated += 1
    if outdated + len(todo.remove):
        what = count(outdated + len(todo.remove), "Dokument hat", "Dokumente haben")
        text = f"{what} sich seit dem letzten Abgleich geändert; „python -m ingest sync“ liest neu ein."
        yield Finding("hint", "outdated", "", text)


def _unread(item: Item, error: ReadError, known: Collection[str]) -> str:
    return f"{error} Im Bestand ist noch die vorige Fassung." if item.id in known else str(error)


def metadata(generation: Generation, days: int) -> Iterator[Finding]:
    """No Stand, past its time, old, read badly, hardly any text, a short name given twice."""
    today = date.today()  # noqa: DTZ011 - the date on the wall of the office is meant
    before = (today - timedelta(days)).isoformat()
    names: defaultdict[str, list[str]] = defaultdict(list)
    for source in generation.sources.values():
        names[source.short].append(source.id)
        if not source.as_of and source.folder is not None:
            yield Finding("hint", "no_as_of", source.id, f"{_name(source)}: ohne Stand; bitte „as_of“ angeben.")
        elif source.as_of and source.folder is not None and source.as_of < before:
            text = f"{_name(source)}: Stand {source.as_of}, älter als {days} Tage; gilt es noch?"
            yield Finding("hint", "old", source.id, text)
        if source.valid_until and source.valid_until < today.isoformat():
            yield Finding("warning", "expired", source.id, f"{_name(source)}: galt bis {source.valid_until}.")
        if source.confidence is not None and source.confidence < _LOW_CONFIDENCE:
            text = f"{_name(source)}: Die Texterkennung des Scans ist unsicher ({source.confidence} %); bitte prüfen."
            yield Finding("warning", "low_confidence", source.id, text)
        if sum(len(passage.text) for passage in generation.of_source(source.id)) < _HARDLY_ANY and source.folder:
            yield Finding("hint", "empty", source.id, f"{_name(source)}: enthält kaum Text.")
    for short, ids in names.items():
        if len(ids) > 1:
            text = f"Der Kurzname „{short}“ ist mehrfach vergeben: {', '.join(ids)}."
            yield Finding("hint", "same_name", ids[0], text)


def _links(dead: dict[str, list[str]], generation: Generation) -> Iterator[Finding]:
    """One finding per document; of the laws, whose wording nobody here can mend, only how many there are."""
    laws = {id_: labels for id_, labels in dead.items() if generation.sources[id_].folder is None}
    for id_, labels in dead.items():
        if id_ not in laws:
            listed = ", ".join(labels[:5]) + (f" und {len(labels) - 5} weitere" if len(labels) > 5 else "")
            text = f"{_name(generation.sources[id_])}: Verweise ins Leere: {listed}."
            yield Finding("hint", "dead_reference", id_, text)
    if laws:
        total = count(sum(map(len, laws.values())), "Verweis", "Verweise")
        text = f"Aus {count(len(laws), 'Gesetz', 'Gesetzen')} führen {total} zu keiner Vorschrift des Bestands."
        yield Finding("hint", "dead_reference", "", text)


def _name(source: Source) -> str:
    return f"{source.short} ({source.path})"
