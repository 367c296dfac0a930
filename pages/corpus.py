"""What is in the corpus: one line for the head of the page and the terminal, and the Bestand in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import quote

from assistant.config import Settings
from assistant.render import KINDS, as_of, german_date, validity
from assistant.store import SYNC, Generation
from assistant.storing.manifest import Manifest
from assistant.texts import text
from assistant.types import Source
from pages.layout import document


def summary(generation: Generation) -> str:
    """ "84 Gesetze, 16 Dokumente, 14.812 Textstellen" """
    laws = sum(source.folder is None for source in generation.sources.values())
    return text(
        "page.corpus",
        laws=_counted(laws, "Gesetz", "Gesetze"),
        documents=_counted(len(generation.sources) - laws, "Dokument", "Dokumente"),
        passages=_counted(generation.manifest.passages, "Textstelle", "Textstellen"),
    )


def created(generation: Generation) -> str:
    """ "Bestand vom 20. November 2026" """
    return text("page.corpus_of", day=german_date(generation.manifest.created[:10]))


def corpus_page(generation: Generation, settings: Settings, today: date) -> str:
    """The Bestand as a page: the city's documents, then the laws, each with Stand and validity."""
    manifest, sources = generation.manifest, list(generation.sources.values())
    documents = sorted((source for source in sources if source.folder), key=lambda source: source.title.casefold())
    laws = sorted((source for source in sources if not source.folder), key=lambda source: source.short.casefold())
    body = [
        "<h1>Bestand</h1>",
        f'<p class="lead">{escape(summary(generation))}. {escape(created(generation))}.</p>',
        _missing(manifest),
        _table("Dokumente der Stadt", documents, manifest, today),
        _table("Gesetze und Verordnungen", laws, manifest, today),
    ]
    return document("Bestand", "\n".join(body), settings, "wide")


def _missing(manifest: Manifest) -> str:
    if not manifest.missing:
        return ""
    names = ", ".join(law.short or law.slug for law in manifest.missing)
    words = escape(text("page.missing", command="\0")).replace("\0", f"<code>{SYNC}</code>")
    return f'<div class="warning"><p>{words}</p><p>{escape(names)}</p></div>'


def _table(title: str, sources: Sequence[Source], manifest: Manifest, today: date) -> str:
    if not sources:
        return ""
    rows = "".join(_row(source, manifest.sources[source.id].passages, today) for source in sources)
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Quelle", "Kurz", "Art", "Stand", "Gilt bis"))
    return (
        f'<div class="scroll"><table><caption>{title}</caption><thead><tr>{head}<th scope="col" class="count">'
        f"Textstellen</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(source: Source, passages: int, today: date) -> str:
    until = german_date(source.valid_until) if source.valid_until else "unbefristet"
    warning = validity(source, today)
    stand = as_of(source).removeprefix("Stand: ")
    cells = [escape(source.short), KINDS[source.kind], escape(stand), escape(warning or until)]
    link = f'<a href="/quelle/{quote(source.id, safe="")}">{escape(source.title)}</a>'
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{link}</th>{rest}<td class="count">{_grouped(passages)}</td></tr>'


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _counted(number: int, one: str, many: str) -> str:
    return f"{_grouped(number)} {one if number == 1 else many}"
