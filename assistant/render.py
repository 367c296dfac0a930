"""Answer and Passage -> JSON values, Markdown and HTML. Pure: nothing is read or stored here.

Wording of documents and of models is untrusted: it is escaped, and neither HTML, links nor images survive.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from assistant.cite import ELLIPSIS
from assistant.handing.blocks import IMAGE_OR_LINK, blocks
from assistant.texts import text
from assistant.types import Answer, Citation, Hit, Passage, Source
from assistant.wording import Span, is_row, row_html

KINDS = {
    "law": "Gesetz",
    "ordinance": "Verordnung",
    "eu": "EU-Recht",
    "bylaw": "Satzung",
    "directive": "Dienstanweisung",
    "guideline": "Leitfaden",
    "form": "Formular",
}

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$!@&]|:(?=//)|(?<=www)\.)")
# Markdown would number a list anew and show "11." as "2.".
_LIST_MARK = re.compile(r"^(\s*)(\d*)([.)+=-])(?=\s|=|-|$)", re.MULTILINE)
_MARKER = re.compile(r"\[(\d{1,2})\]")
_SECTION_SIGN = re.compile(r"§ (\d+[a-z]?)")
_OFFICIAL = "//www.gesetze-im-internet.de/"
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
        "choices": list(answer.choices),
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
        "why": citation.why,
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
        "parts": {name: round(share, 3) for name, share in hit.parts.items()},
        "role": hit.role,
        "of": hit.of,
    }


def why(hit: Hit) -> list[str]:
    """Why a passage was found, in German sentences."""
    if hit.role != "found":
        return [text(f"why.{hit.role}", label=hit.of)]
    ranks = [str(rank or text("why.no_rank")) for rank in (hit.keyword_rank, hit.dense_rank)]
    shares = sorted(hit.parts.items(), key=lambda item: -item[1])
    parts = ", ".join(f"{text(f'why.{name}')} ({share:.0%})" for name, share in shares if share >= 0.05)
    return [
        *([text("why.named")] if hit.named else []),
        text("why.matched", words=", ".join(hit.matched)) if hit.matched else text("why.no_word"),
        text("why.ranks", keyword=ranks[0], dense=ranks[1]),
        *([text("why.parts", parts=parts.replace("%", " %"))] if parts else []),
    ]


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


def validity(source: Source, today: date) -> str:
    """A warning where the source is out of force or not yet in force today; else ""."""
    try:
        start = date.fromisoformat(source.valid_from) if source.valid_from else today
        end = date.fromisoformat(source.valid_until) if source.valid_until else today
    except ValueError:
        return ""
    if end < today:
        return text("source.expired", day=german_date((end + timedelta(days=1)).isoformat()))
    return text("source.future", day=german_date(start.isoformat())) if start > today else ""


def official_url(passage: Passage) -> str | None:
    """Address of the official text: of the § itself where gesetze-im-internet.de serves it, else of the source."""
    url, section = passage.source.url, _SECTION_SIGN.fullmatch(passage.locator.section or "")
    return f"{url.rstrip('/')}/__{section[1]}.html" if url and section and _OFFICIAL in url else url


def quote_spans(quoted: str, wording: str) -> list[Span]:
    """Start and end of each part of a quote (parts are joined by "[…]") in a wording, white space aside.

    Empty if a part is missing.
    """
    spans: list[Span] = []
    for part in quoted.split(ELLIPSIS.strip()):
        pattern = r"\s+".join(map(re.escape, part.split()))
        match = re.compile(pattern).search(wording, spans[-1][1] if spans else 0) if pattern else None
        if not match:
            return []
        spans.append(match.span())
    return spans


def passage_url(passage: Passage, quoted: str = "") -> str:
    """Address of the page that shows a passage in its section, on this host."""
    return f"/fundstelle/{quote(passage.id)}{_span_query('?', passage, quoted)}"


def image_url(passage: Passage, quoted: str = "", page: int | None = None) -> str:
    """Address of the image of a passage's page, or of another one it runs on to. Only for passages of PDF files."""
    path = f"/seite/{quote(passage.source.id, safe='')}/{page or passage.locator.page}.png"
    return f"{path}?passage={quote(passage.id, safe='')}{_span_query('&', passage, quoted)}"


def _span_query(first: str, passage: Passage, quoted: str) -> str:
    """The marked characters, and by "fassung" the wording they were counted in."""
    spans = [pair for start, end in quote_spans(quoted, passage.text) for pair in (("von", start), ("bis", end))]
    return first + urlencode([*spans, ("fassung", edition(passage))]) if spans else ""


def edition(passage: Passage) -> str:
    """A short name of the wording of a passage; another one after any change of it."""
    return sha256(passage.text.encode()).hexdigest()[:8]


def answer_markdown(answer: Answer) -> str:
    """The answer for the chat: escaped, each [n] a link to its Fundstelle; a "[1]" in a quoted text is none."""
    citations = {citation.number: citation for citation in answer.citations}

    def link(marker: re.Match[str]) -> str:
        citation = citations.get(int(marker[1]))
        return f"[\\[{marker[1]}\\]]({passage_url(citation.passage, citation.quote)})" if citation else ""

    lines = []
    for line in answer.text.splitlines():
        prefix, body = ("> ", line[2:]) if line.startswith("> ") else ("", line)
        quoted = prefix and answer.mode == "quote"
        if quoted and is_row(body):
            lines += [f"> {row_html(body)}", ">"]
            continue
        lines.append(prefix + (plain(body) if quoted else _with_links(body, link)) + ("  " if prefix else ""))
    return "\n".join(lines)


def plain(text: str) -> str:
    """Untrusted text as Markdown that shows it literally; images and links shrink to their words."""
    return _LIST_MARK.sub(r"\1\2\\\3", _SPECIAL.sub(r"\\\1", IMAGE_OR_LINK.sub(r"\1", text)))


def copy_text(answer: Answer) -> str:
    """Question, answer and Fundstellen as plain text that reads well in a mail or a Word file."""
    lines = [answer.question, ""]
    for block in blocks(answer.text):
        lines += {"text": [block.text], "item": [f"– {block.text}"], "quote": [f"„{block.text}“", ""]}[block.kind]
    lines += ["", text("copy.citations")] if answer.citations else []
    for citation in answer.citations:
        source = citation.passage.source
        doubt = "" if citation.verified else f" ({text('page.unverified')})"
        lines.append(f"[{citation.number}] {citation.label} – {source.title}, {as_of(source)}{doubt}")
        lines += [url] if (url := official_url(citation.passage)) else []
    model = text("mode.model", model=answer.model or "?") if answer.mode == "model" else text("mode.quote")
    return re.sub(r"\n{3,}", "\n\n", "\n".join([*lines, "", model]))


def _with_links(line: str, link: Any) -> str:  # noqa: ANN401  a replacement function of re.sub
    parts, position = [], 0
    line = IMAGE_OR_LINK.sub(r"\1", line)
    for marker in _MARKER.finditer(line):
        parts += [plain(line[position : marker.start()]), link(marker)]
        position = marker.end()
    return "".join([*parts, plain(line[position:])])
