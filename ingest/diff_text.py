"""A Diff as lines of text, and as a page of HTML that stands by itself."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ingest.diff import Diff, Piece, SectionChange, SourceChange
from ingest.report import count

_SOURCE = {
    "added": "neu im Bestand",
    "changed": "geändert",
    "repealed": "aufgehoben",
    "removed": "nicht mehr im Bestand",
}
_SECTION = {"added": "neu", "changed": "geändert", "repealed": "weggefallen", "removed": "entfernt"}
_CONTEXT = 60  # characters of unchanged text around a change
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}h2{border-top:1px solid #999;padding-top:1rem}p.text{white-space:pre-wrap}"
    "ins{background:#d8f2dc;text-decoration:underline}del{background:#fbdcdc}"
    ".kind{font-size:.85rem;border:1px solid #777;border-radius:.3rem;padding:0 .4rem}"
)


def as_text(diff: Diff) -> str:
    """Lines in German; removed words as [-…-], new ones as {+…+}, unchanged text shortened."""
    return "\n".join([_headline(diff), *_lines(diff)])


def _headline(diff: Diff) -> str:
    old, new = (f"Bestand {number} ({day[:10]})" for number, day in _ends(diff))
    if not diff.sources:
        return f"Zwischen {old} und {new} hat sich kein Text geändert."
    sections = sum(len(source.sections) for source in diff.sources)
    what = f"{count(len(diff.sources), 'Quelle', 'Quellen')}, {count(sections, 'Abschnitt', 'Abschnitte')}"
    return f"Von {old} zu {new}: Änderungen in {what}."


def _ends(diff: Diff) -> tuple[tuple[int, str], tuple[int, str]]:
    return (diff.old, diff.old_created), (diff.new, diff.new_created)


def _lines(diff: Diff) -> Iterator[str]:
    for source in diff.sources:
        yield f"\n{source.name}: {_SOURCE[source.kind]}{_stand(source)}"
        if source.kind != "changed":
            yield f"  {count(len(source.sections), 'Abschnitt', 'Abschnitte')}"
            continue
        for section in source.sections:
            yield f"  {section.label} ({_SECTION[section.kind]})"
            if section.kind != "removed":
                yield from (f"    {line}" for line in _shown(section).splitlines())


def _stand(source: SourceChange) -> str:
    if source.old_as_of == source.as_of or source.kind != "changed":
        return ""
    return f" (Stand: {source.old_as_of or 'unbekannt'} → {source.as_of or 'unbekannt'})"


def _shown(section: SectionChange) -> str:
    marks = {"old": ("[-", "-]"), "new": ("{+", "+}"), "same": ("", "")}
    last = len(section.pieces) - 1
    return "".join(
        f"{marks[piece.part][0]}{_shortened(piece, index, last)}{marks[piece.part][1]}"
        for index, piece in enumerate(section.pieces)
    )


def _shortened(piece: Piece, index: int, last: int) -> str:
    text = piece.text
    if piece.part != "same" or len(text) <= 2 * _CONTEXT:
        return text
    before = "" if index == 0 else text[:_CONTEXT]
    after = "" if index == last else text[-_CONTEXT:]
    return f"{before} … {after}"


def as_html(diff: Diff) -> str:
    """One page without scripts or anything from elsewhere; all text is escaped."""
    body = "\n".join(_article(source) for source in diff.sources)
    return (
        '<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8"><title>Fassungsvergleich</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<style>{_STYLE}</style></head>\n<body><main><h1>Fassungsvergleich</h1>\n<p>{escape(_headline(diff))}</p>\n"
        f"<p>Neuer Text ist <ins>unterstrichen</ins>, entfallener <del>durchgestrichen</del>.</p>\n{body}\n"
        "</main></body></html>\n"
    )


def _article(source: SourceChange) -> str:
    sections = "\n".join(_section(section) for section in source.sections)
    return (
        f'<section><h2>{escape(source.name)} <span class="kind">{_SOURCE[source.kind]}</span></h2>'
        f"<p>{escape(source.title)}{escape(_stand(source))}</p>\n{sections}</section>"
    )


def _section(section: SectionChange) -> str:
    tags = {"old": "del", "new": "ins", "same": "span"}
    text = "".join(f"<{tags[piece.part]}>{escape(piece.text)}</{tags[piece.part]}>" for piece in section.pieces)
    heading = f" {section.heading}" if section.heading and section.heading not in section.label else ""
    return (
        f'<h3>{escape(section.label)}{escape(heading)} <span class="kind">{_SECTION[section.kind]}</span></h3>'
        f'<p class="text">{text}</p>'
    )
