"""The permanent page of a Fundstelle: its whole section, the passage marked, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import quote

from assistant.config import Settings
from assistant.render import KINDS, as_of, german_date, official_url, passage_url, validity
from assistant.store import Generation
from assistant.texts import text
from assistant.types import Passage, Source
from assistant.wording import Span
from pages.layout import document
from pages.section import has_image, heading, images_html, section_html


def passage_page(
    passage: Passage,
    spans: Sequence[Span],
    generation: Generation,
    settings: Settings,
    today: date,
    changed: bool = False,
) -> str:
    """The page as HTML. `spans` are the quoted characters; `changed`: the answer quoted an earlier wording."""
    row = generation.section_of(passage)
    sections = generation.sections([row - 1, row, row + 1])
    quoted = " […] ".join(passage.text[start:end] for start, end in spans)
    wording = section_html(sections[row], passage, spans)
    if has_image(passage):
        wording = f'<div class="beside">{images_html(passage, quoted)}{wording}</div>'
    body = [
        _trail(passage),
        f"<h1>{escape(heading(passage) or passage.label)}</h1>",
        _about(passage, today),
        f'<p class="warning">{escape(text("page.changed"))}</p>' if changed else "",
        wording,
        _neighbours(passage, sections.get(row - 1, []), sections.get(row + 1, [])),
    ]
    return document(passage.label, "\n".join(body), settings, "wide" if has_image(passage) else "")


def _trail(passage: Passage) -> str:
    """Where in the text the section stands, outermost first."""
    above = [passage.source.title, *passage.locator.headings[:-1]]
    return f'<p class="trail">{" › ".join(map(escape, above))}</p>'


def _about(passage: Passage, today: date) -> str:
    source = passage.source
    rows = [("Fundstelle", escape(passage.label)), ("Quelle", _quelle(source)), ("Stand", escape(_stand(source)))]
    if source.valid_from or source.valid_until:
        rows.append(("Geltung", escape(_valid(source))))
    if (official := official_url(passage)) and official.startswith("https://"):
        address = escape(official)
        rows.append(("Amtlicher Text", f'<a href="{address}" rel="noopener noreferrer" target="_blank">{address}</a>'))
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
    warning = validity(source, today)
    return f'<dl class="about">{listed}</dl>' + (f'<p class="warning">{escape(warning)}</p>' if warning else "")


def _quelle(source: Source) -> str:
    link = f'<a href="/quelle/{quote(source.id, safe="")}">{escape(source.title)}</a>'
    return f"{link} ({KINDS[source.kind]})"


def _stand(source: Source) -> str:
    return as_of(source).removeprefix("Stand: ")


def _valid(source: Source) -> str:
    start = f"ab {german_date(source.valid_from)}" if source.valid_from else ""
    end = f"bis {german_date(source.valid_until)}" if source.valid_until else ""
    return f"{start} {end}".strip()


def _neighbours(here: Passage, before: Sequence[Passage], after: Sequence[Passage]) -> str:
    links = []
    for passages, relation, words in ((before, "prev", "← {}"), (after, "next", "{} →")):
        if passages and passages[0].source.id == here.source.id:
            name = words.format(heading(passages[0]) or passages[0].label)
            links.append(f'<a rel="{relation}" href="{escape(passage_url(passages[0]))}">{escape(name)}</a>')
    return f'<nav class="neighbours" aria-label="Blättern">{" ".join(links)}</nav>' if links else ""
