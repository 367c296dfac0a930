"""Sources and passages as lines of text or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from assistant.errors import StoreError
from assistant.store import Generation
from assistant.types import Passage, Source

_FIELDS = {
    "title": "Titel",
    "short": "Kurzname",
    "kind": "Art",
    "as_of": "Stand",
    "valid_from": "gültig ab",
    "valid_until": "gültig bis",
    "author": "verantwortlich",
    "audience": "nur für",
    "licence": "Lizenz",
    "url": "Adresse",
    "aliases": "auch genannt",
}


def wanted(generation: Generation, name: str | None) -> list[Source]:
    """The sources of that id, path (also of a copy), short name or title; all without a name. Raises StoreError."""
    sources = list(generation.sources.values())
    if name is None:
        return sources
    found = [source for source in sources if name in (source.id, source.path, *source.copies)]
    found = found or [
        source for source in sources if name.casefold() in (source.short.casefold(), source.title.casefold())
    ]
    if not found:
        raise StoreError(f"Die Quelle „{name}“ gibt es im Bestand nicht; „python -m ingest show“ nennt alle.")
    return found


def overview(generation: Generation, sources: Sequence[Source]) -> Iterator[str]:
    """One line per source."""
    for source in sources:
        entry = generation.manifest.sources[source.id]
        yield f"{source.id:<40} {entry.passages:>6}  {about(source)}"


def whole(generation: Generation, source: Source) -> Iterator[str]:
    """What is known of a source and where it was said, then every passage."""
    yield about(source)
    yield from _header(source)
    yield ""
    for passage in generation.of_source(source.id):
        yield f"{passage.label}  [{passage.id}]"
        yield passage.text
        if passage.refs:
            yield f"→ {'; '.join(passage.refs)}"
        yield ""


def _header(source: Source) -> Iterator[str]:
    said = dict(source.origins)
    place = f"{source.folder}/{source.path}" if source.folder else source.path
    yield f"  Datei: {place}"
    yield from (f"  derselbe Inhalt: {copy}" for copy in source.copies)
    for field, name in _FIELDS.items():
        value = getattr(source, field)
        if value:
            text = ", ".join(value) if isinstance(value, tuple) else value
            yield f"  {name}: {text}" + (f"  [{said[field]}]" if field in said else "")
    if source.pending:
        yield f"  noch nicht eingearbeitet: {source.pending}"
    if source.confidence is not None:
        yield f"  Texterkennung (OCR): {source.confidence} % sicher"


def about(source: Source) -> str:
    name = source.title if source.title == source.short else f"{source.short}: {source.title}"
    return f"{name} (Stand: {source.as_of})" if source.as_of else f"{name} (ohne Stand)"


def as_json(passage: Passage) -> str:
    """One passage as a line of JSON."""
    fields = {
        "id": passage.id,
        "source": passage.source.id,
        "path": passage.source.path,
        "section": passage.locator.section,
        "label": passage.label,
        "page": passage.locator.page,
        "text": passage.text,
    }
    return json.dumps(fields, ensure_ascii=False)
