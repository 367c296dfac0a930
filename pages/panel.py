"""The Fundstellen of an answer as HTML: one card each, the whole section behind a button."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from html import escape
from urllib.parse import quote

from assistant.render import KINDS, as_of, official_url, passage_url, quote_spans, validity, why
from assistant.store import Generation
from assistant.texts import text
from assistant.types import Answer, Citation, Hit, Passage
from assistant.wording import is_row, wording_html
from pages.section import around, has_image, images_html, section_html, section_of

NEAREST = 3
DOCUMENTS = 20


def panel(answer: Answer | None, generation: Generation, today: date) -> str:
    """All cards of an answer. One line of HTML without blank lines, so that Markdown leaves it alone."""
    if answer is None:
        return _welcome(generation)
    if answer.citations:
        return _list(_cited(citation, answer, generation, today) for citation in answer.citations) + _beside(
            answer, generation, today
        )
    if answer.status.group != "refused" or not answer.hits:
        return f'<p class="quiet">{escape(text("page.panel_none"))}</p>'
    nearest = _list(_nearby(hit, generation, today) for hit in answer.hits[:NEAREST])
    return f'<p class="nearby-lead">{escape(text("page.nearest"))}</p>{nearest}'


def _welcome(generation: Generation) -> str:
    """Before the first question: what the panel is for, and the city's own documents."""
    documents = sorted((item for item in generation.sources.values() if item.folder), key=lambda item: item.title)
    rows = "".join(
        f'<li><a href="/quelle/{quote(item.id, safe="")}" target="_blank" rel="noopener">{escape(item.title)}</a>'
        f"<span>{escape(as_of(item))}</span></li>"
        for item in documents[:DOCUMENTS]
    )
    listed = f'<h3>Dokumente der Stadt</h3><ul class="documents">{rows}</ul>' if rows else ""
    more = '<p><a href="/bestand" target="_blank" rel="noopener">Ganzer Bestand mit allen Gesetzen</a></p>'
    return f'<p class="quiet">{escape(text("page.panel_empty"))}</p>{listed}{more}'


def _list(cards: Iterable[str]) -> str:
    items = "".join(f'<li class="card">{card}</li>' for card in cards)
    return f'<ol class="cards">{items}</ol>'.replace("\n", " ")


def _beside(answer: Answer, generation: Generation, today: date) -> str:
    """Definitions and norms referred to that no sentence of the answer cites."""
    cited = {citation.passage.id for citation in answer.citations}
    further = [hit for hit in answer.hits if hit.role != "found" and hit.passage.id not in cited]
    if not further:
        return ""
    cards = _list(_nearby(hit, generation, today) for hit in further)
    return f'<p class="quiet">{escape(text("page.beside"))}</p>{cards}'


def _cited(citation: Citation, answer: Answer, generation: Generation, today: date) -> str:
    quoted = wording_html(citation.quote, [(0, len(citation.quote))])
    head = f'<span class="number">{citation.number}</span>'
    body = f"<blockquote>{quoted}</blockquote>{_verdict(citation)}"
    reasons = _reasons(citation, answer)
    return _card(head, citation.label, citation.passage, body, citation.quote, reasons, generation, today)


def _verdict(citation: Citation) -> str:
    """Whether the quote is proven. Of a table row only the cells are: the names of columns were put before them."""
    if citation.verified:
        word = "verified_row" if all(map(is_row, citation.quote.splitlines())) else "verified"
        return f'<p class="verdict ok">{escape(text(f"page.{word}"))}</p>'
    reason = f' <span class="why">{escape(citation.why)}</span>' if citation.why else ""
    return f'<p class="verdict bad">{escape(text("page.unverified"))}{reason}</p>'


def _reasons(citation: Citation, answer: Answer) -> str:
    """Why its passage was found, or the section it is quoted from."""
    place = citation.passage.source.id, citation.passage.locator.section
    hits = [hit for hit in answer.hits if (hit.passage.source.id, hit.passage.locator.section) == place]
    own = [hit for hit in hits if hit.passage.id == citation.passage.id]
    return _why((own or hits)[0], citation.label) if hits else ""


def _why(hit: Hit, label: str) -> str:
    """How the passage was found, behind a button."""
    return _details(text("page.why"), label, "".join(f"<p>{escape(line)}</p>" for line in why(hit)))


def _nearby(hit: Hit, generation: Generation, today: date) -> str:
    passage = hit.passage
    start = passage.text[:240] + (" …" if len(passage.text) > 240 else "")
    body = f'<div class="excerpt">{wording_html(start)}</div>'
    return _card("", passage.label, passage, body, "", _why(hit, passage.label), generation, today)


def _card(
    head: str, label: str, passage: Passage, body: str, quoted: str, reasons: str, generation: Generation, today: date
) -> str:
    source = passage.source
    warning = validity(source, today)
    parts = [
        f'<h3>{head}<span class="label">{escape(label)}</span></h3>',
        f'<p class="source"><span class="kind">{KINDS[source.kind]}</span> {escape(source.title)}'
        f"<br>{escape(as_of(source))}</p>",
        f'<p class="warning">{escape(warning)}</p>' if warning else "",
        body,
        _whole(label, passage, quoted, reasons, generation),
        _links(label, passage, quoted),
    ]
    return "".join(parts)


def _whole(label: str, passage: Passage, quoted: str, reasons: str, generation: Generation) -> str:
    section = section_of(passage, generation)
    shown = around(section, passage)
    now = _now(passage, generation)
    note = f'<p class="quiet">{escape(text("page.excerpt"))}</p>' if len(shown) < len(section) else ""
    if now is None or now.text != passage.text:
        note += f'<p class="warning">{escape(text("page.changed" if now else "page.gone"))}</p>'
    title = f'<p class="heading">{escape(passage.heading)}</p>' if passage.heading else ""
    wording = note + title + section_html(shown, passage, quote_spans(quoted, (now or passage).text))
    words = "Ganze Vorschrift anzeigen" if passage.locator.section else "Ganzen Abschnitt anzeigen"
    blocks = _details(words, label, wording)
    if has_image(passage):
        blocks = _details("Seite anzeigen", label, images_html(passage, quoted)) + blocks
    return f'<div class="whole">{blocks}{reasons}</div>'


def _now(passage: Passage, generation: Generation) -> Passage | None:
    """The passage as the corpus has it today."""
    try:
        return generation.passage(passage.id)
    except KeyError:
        return None


def _details(words: str, label: str, content: str) -> str:
    hidden = f'<span class="only-read">: {escape(label)}</span>'
    return f"<details><summary>{words}{hidden}</summary>{content}</details>"


def _links(label: str, passage: Passage, quoted: str) -> str:
    def link(address: str, words: str) -> str:
        hidden = f'<span class="only-read">: {escape(label)} (neuer Tab)</span>'
        return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{words}{hidden}</a>'

    links = [link(passage_url(passage, quoted), "Als eigene Seite")]
    if (official := official_url(passage)) and official.startswith("https://"):
        links.append(link(official, "Amtlicher Text"))
    return f'<p class="links">{" ".join(links)}</p>'
