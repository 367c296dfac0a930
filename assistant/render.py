"""Answer and Passage -> JSON values, Markdown and HTML. Pure: nothing is read or stored here.

Wording of documents and of models is untrusted: it is escaped, and neither HTML, links nor images survive.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from assistant.types import Answer, Citation, Hit, Passage, Source

KINDS = {
    "law": "Gesetz",
    "ordinance": "Verordnung",
    "eu": "EU-Recht",
    "bylaw": "Satzung",
    "directive": "Dienstanweisung",
    "guideline": "Leitfaden",
    "form": "Formular",
}

_IMAGE_OR_LINK = re.compile(r"!?\[([^\]\[]*)\]\((?:[^()]|\([^()]*\))*\)")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$!])")
_MARKER = re.compile(r"\[(\d{1,2})\]")
_MONTHS = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
).split()


def as_json(answer: Answer) -> dict[str, Any]:
    """The contract of `python -m assistant ask --json`."""
    return {
        "status": answer.status.value,
        "mode": answer.mode,
        "model": answer.model,
        "text": answer.text,
        "notice": answer.notice,
        "citations": [citation_json(citation) for citation in answer.citations],
        "seconds": dict(answer.seconds),
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    source = citation.passage.source
    return {
        "number": citation.number,
        "label": citation.label,
        "quote": citation.quote,
        "verified": citation.verified,
        "source": source.id,
        "path": source.path,
        "section": citation.locator.section,
        "page": citation.locator.page,
    }


def hit_json(rank: int, hit: Hit) -> dict[str, Any]:
    """The contract of `python -m assistant search --json`, plus why the passage was found."""
    passage = hit.passage
    return {
        "rank": rank,
        "passage": passage.id,
        "source": passage.source.id,
        "path": passage.source.path,
        "section": passage.locator.section,
        "label": passage.label,
        "page": passage.locator.page,
        "score": round(hit.score, 4),
        "evidence": round(hit.evidence, 3),
        "matched": list(hit.matched),
        "keyword_rank": hit.keyword_rank,
        "dense_rank": hit.dense_rank,
    }


def german_date(value: str) -> str:
    """ "2026-09-01" -> "1. September 2026"; anything else stays as it is."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"


def as_of(source: Source) -> str:
    """The Stand of a source as a phrase: "Stand: 1. September 2026" or "zuletzt geändert durch …"."""
    if not source.as_of:
        return "Stand unbekannt"
    return source.as_of if source.as_of.startswith(("zuletzt", "neugefasst")) else f"Stand: {german_date(source.as_of)}"


def passage_url(passage: Passage, wording: str = "") -> str:
    """Address of the page that shows a passage in its section, on this host."""
    start = passage.text.find(wording) if wording else -1
    marked = f"?von={start}&bis={start + len(wording)}" if start >= 0 else ""
    return f"/fundstelle/{quote(passage.id)}{marked}"


def answer_markdown(answer: Answer) -> str:
    """The answer for the chat: escaped, each [n] a link to its Fundstelle."""
    citations = {citation.number: citation for citation in answer.citations}

    def link(marker: re.Match[str]) -> str:
        citation = citations.get(int(marker[1]))
        return f"[\\[{marker[1]}\\]]({passage_url(citation.passage, citation.quote)})" if citation else ""

    lines = []
    for line in answer.text.splitlines():
        prefix, body = ("> ", line[2:]) if line.startswith("> ") else ("", line)
        lines.append(prefix + _with_links(body, link) + ("  " if prefix else ""))
    return "\n".join(lines)


def plain(text: str) -> str:
    """Untrusted text as Markdown that shows it literally; images and links shrink to their words."""
    return _SPECIAL.sub(r"\\\1", _IMAGE_OR_LINK.sub(r"\1", text))


def marked_html(passage: Passage, start: int, end: int) -> str:
    """The passage as HTML with the characters from `start` to `end` marked; line breaks kept."""
    text = passage.text
    parts: Sequence[str] = (text[:start], text[start:end], text[end:])
    before, marked, after = (html.escape(part).replace("\n", "<br>") for part in parts)
    return f"{before}<mark>{marked}</mark>{after}" if marked else before + after


def copy_text(answer: Answer) -> str:
    """Answer and Fundstellen as plain text, to be pasted into a Vermerk."""
    lines = [answer.question, "", answer.text, "", "Fundstellen:"]
    lines += [
        f"[{citation.number}] {citation.label} – {citation.passage.source.title}, {as_of(citation.passage.source)}"
        for citation in answer.citations
    ]
    return "\n".join(lines)


def _with_links(line: str, link: Any) -> str:  # noqa: ANN401  a replacement function of re.sub
    parts, position = [], 0
    line = _IMAGE_OR_LINK.sub(r"\1", line)
    for marker in _MARKER.finditer(line):
        parts += [plain(line[position : marker.start()]), link(marker)]
        position = marker.end()
    return "".join([*parts, plain(line[position:])])
