"""An answer as a Vermerk for the file: what stands in it, and the doors to its two forms, DOCX and PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assistant.handing.blocks import Block, blocks
from assistant.render import as_of, german_date, official_url, validity
from assistant.texts import text
from assistant.types import Answer, Citation

# What XML 1.0 cannot hold, and signs that turn the direction of writing round.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Place:
    """A Fundstelle: its label, the full wording of its passage by lines, and what to know of it, line by line."""

    number: int
    label: str
    wording: tuple[str, ...]
    remarks: tuple[str, ...]
    url: str | None


@dataclass(frozen=True, slots=True)
class Vermerk:
    """All that a Vermerk says. Every string can be printed; none is markup."""

    title: str
    facts: tuple[str, ...]
    question: str
    answer: tuple[Block, ...]
    places: tuple[Place, ...]
    signature: str


def docx(answer: Answer, on: date | None = None, city: str = "") -> bytes:
    """The Vermerk as a Word file. `on` is its date (today), `city` its author in the file's properties."""
    from assistant.handing import vermerk_docx

    return vermerk_docx.write(content(answer, on), city)


def pdf(answer: Answer, on: date | None = None, city: str = "") -> bytes:
    """The Vermerk as a PDF file with embedded fonts."""
    from assistant.handing import vermerk_pdf

    return vermerk_pdf.write(content(answer, on), city)


def content(answer: Answer, on: date | None = None) -> Vermerk:
    """What the Vermerk of an answer says."""
    day = on or datetime.now().astimezone().date()
    written = answer.mode == "model"
    return Vermerk(
        title=text("vermerk.title", day=german_date(day.isoformat())),
        facts=tuple(map(_printable, _facts(answer))),
        question=_printable(answer.question),
        answer=tuple(blocks(_printable(answer.text))),
        places=tuple(_places(answer.citations, day)),
        signature=text("vermerk.made_by_model" if written else "vermerk.made_by_rules"),
    )


def _facts(answer: Answer) -> list[str]:
    model = (answer.model or "?") if answer.mode == "model" else text("vermerk.without_model")
    facts = [text("vermerk.model", model=model)]
    if answer.generation is not None:
        facts.append(text("vermerk.corpus", number=answer.generation, id=answer.id))
    if answer.standalone not in {"", answer.question}:
        facts.append(text("vermerk.searched", question=answer.standalone))
    return [*facts, *([answer.notice] if answer.notice else [])]


def _places(citations: Sequence[Citation], day: date) -> Iterator[Place]:
    """A passage that is cited several times stands there once in full."""
    first: dict[str, int] = {}
    for citation in citations:
        number = first.setdefault(citation.passage.id, citation.number)
        again = number != citation.number
        wording = (text("vermerk.same_wording", number=number),) if again else _lines(citation.passage.text)
        yield _place(citation, wording, day)


def _place(citation: Citation, wording: tuple[str, ...], day: date) -> Place:
    passage = citation.passage
    url = official_url(passage)
    remarks = [f"{passage.source.title}, {as_of(passage.source)}", validity(passage.source, day)]
    if citation.quote.strip() and citation.quote.strip() != passage.text.strip():
        remarks.append(text("vermerk.quoted", quote=" ".join(citation.quote.split())))
    if not citation.verified:
        remarks.append(" ".join(part for part in (text("vermerk.unverified"), citation.why) if part))
    return Place(
        citation.number,
        _printable(citation.label),
        wording,
        tuple(_printable(remark) for remark in remarks if remark),
        url if url and url.startswith(_WEB) else None,
    )


def _lines(wording: str) -> tuple[str, ...]:
    return tuple(line for line in map(str.strip, _printable(wording).splitlines()) if line)


def _printable(value: str) -> str:
    return _UNPRINTABLE.sub("", value.replace("\v", "\n").replace("\f", "\n"))
