"""Is a generation whole, and is what it holds up to date?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from assistant.builder import passage_digest
from assistant.errors import StoreError
from assistant.store import Generation
from ingest.sources import missing_names


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
        vectors.get(ids)
    except KeyError as error:
        yield f"Im Vektorindex fehlt die Textstelle {error}."
    except StoreError as error:
        yield str(error)


def hints(generation: Generation) -> Iterator[str]:
    """German sentences about what someone should look after: no Stand, past its time, same name, missing laws."""
    today = date.today().isoformat()  # noqa: DTZ011 - the date on the wall of the office is meant
    names: defaultdict[str, list[str]] = defaultdict(list)
    for source in generation.sources.values():
        names[source.short].append(source.id)
        if not source.as_of:
            yield f"{source.short} ({source.path}): ohne Stand; bitte „as_of“ angeben."
        if source.valid_until and source.valid_until < today:
            yield f"{source.short} ({source.path}): galt bis {source.valid_until}."
    for short, ids in names.items():
        if len(ids) > 1:
            yield f"Der Kurzname „{short}“ ist mehrfach vergeben: {', '.join(ids)}."
    if generation.manifest.missing:
        yield f"Es fehlen Gesetze: {missing_names(generation.manifest.missing)}."
