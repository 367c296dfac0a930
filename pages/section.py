"""A section in full as HTML, one passage and the quoted words in it marked: for the panel and for its own page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from assistant.errors import ReadError
from assistant.render import image_url
from assistant.store import Generation
from assistant.texts import text
from assistant.types import Passage
from assistant.wording import Span, wording_html

LONG = 30_000


def section_of(passage: Passage, generation: Generation) -> list[Passage]:
    """The passages of the section this one stands in, in the order of the text; only itself if it is gone."""
    try:
        row = generation.section_of(passage)
    except KeyError:
        return [passage]
    return generation.sections([row])[row]


def section_html(section: Sequence[Passage], here: Passage, spans: Sequence[Span] = ()) -> str:
    """All passages of a section, each a block; the one that is cited has the class "here"."""
    blocks = []
    for passage in section:
        marked = passage.id == here.id
        kind, current = ("passage here", ' aria-current="true"') if marked else ("passage", "")
        blocks.append(f'<div class="{kind}"{current}>{wording_html(passage.text, spans if marked else ())}</div>')
    return f'<div class="section">{"".join(blocks)}</div>'


def around(section: Sequence[Passage], here: Passage, limit: int = LONG) -> Sequence[Passage]:
    """A very long section cut down to about `limit` characters around one of its passages."""
    position = next((index for index, passage in enumerate(section) if passage.id == here.id), 0)
    first = last = position
    size = len(here.text)
    while size < limit and (first > 0 or last < len(section) - 1):
        first, last = max(first - 1, 0), min(last + 1, len(section) - 1)
        size = sum(len(passage.text) for passage in section[first : last + 1])
    return section[first : last + 1]


def heading(passage: Passage) -> str:
    """What the section is called: "§ 3a Elektronische Kommunikation", or its last heading."""
    section, title = passage.locator.section or "", passage.heading
    return title if title.startswith(section) else f"{section} {title}".strip()


def has_image(passage: Passage) -> bool:
    source = passage.source
    return bool(source.folder and passage.locator.page and source.path.lower().endswith(".pdf"))


def file_of(passage: Passage) -> Path:
    """The file a passage was read from. Raises ReadError if it lies outside of its corpus folder."""
    folder = Path(passage.source.folder or "").resolve()
    file = (folder / passage.source.path).resolve()
    if not file.is_relative_to(folder):
        raise ReadError(text("page.no_image"))
    return file


def pages_of(passage: Passage) -> tuple[int, ...]:
    """The PDF pages a passage stands on; only its first one where the file cannot be read now."""
    from assistant import facsimile

    first = passage.locator.page or 1
    try:
        return facsimile.pages(file_of(passage), first, passage.text)
    except ReadError:
        return (first,)


def images_html(passage: Passage, quoted: str = "") -> str:
    """The images of its pages with their alternative texts, loaded when they come into view."""
    images = []
    for page in pages_of(passage):
        alternative = escape(text("page.image", page=page, title=passage.source.title))
        address = escape(image_url(passage, quoted, page))
        images.append(f'<img class="facsimile" loading="lazy" src="{address}" alt="{alternative}">')
    return f'<div class="facsimiles">{"".join(images)}</div>'
