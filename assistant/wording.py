"""The wording of a passage as HTML: lines, list items, table rows; quoted characters marked. Pure; all is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.sentences import ROW

Span = tuple[int, int]

_ITEM = re.compile(r"(\d+[a-z]?\.|[a-z]{1,2}\))\s")
_CELL = re.compile(r"(?:(?P<name>[^|]*?[^|:\s]): )?(?P<cell>[^|]*?)(?: \| ?|$)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table row: the name of its column, or "", and the characters of the line that are its content."""

    name: str
    start: int
    end: int


def is_row(line: str) -> bool:
    """Whether a line of a passage is the row of a table."""
    return ROW in line


def cells(row: str) -> list[Cell]:
    """The cells of a row "Hund: zweiter Hund | Steuer im Jahr: 132,00 Euro"; its column names are not its wording."""
    found = [Cell(match["name"] or "", *match.span("cell")) for match in _CELL.finditer(row)]
    return [cell for cell in found if cell.name or cell.start < cell.end]


def wording_html(wording: str, spans: Sequence[Span] = ()) -> str:
    """A wording as HTML, one block per line, list items indented, rows as small tables, `spans` marked."""
    lines, start = [], 0
    for line in wording.split("\n"):
        here = [(max(a - start, 0), min(b - start, len(line))) for a, b in spans]
        lines.append(row_html(line, here) if is_row(line) else _line(line, here))
        start += len(line) + 1
    return "".join(lines)


def row_html(row: str, spans: Sequence[Span] = ()) -> str:
    """A table row as names and cells; in one line of HTML."""
    parts = []
    for cell in cells(row):
        content = row[cell.start : cell.end]
        here = [(max(a - cell.start, 0), min(b - cell.start, len(content))) for a, b in spans]
        parts.append(f"<div><dt>{html.escape(cell.name)}</dt><dd>{''.join(_marked(content, here))}</dd></div>")
    return f'<dl class="cells">{"".join(parts)}</dl>'


def _line(line: str, spans: Sequence[Span]) -> str:
    item = _ITEM.match(line)
    depth = 0 if not item else 1 if item[1][0].isdigit() else 2
    return f'<span class="line depth-{depth}">{"".join(_marked(line, spans))}</span>'


def _marked(line: str, spans: Sequence[Span]) -> Iterator[str]:
    position = 0
    for start, end in spans:
        if start < end:
            yield html.escape(line[position:start])
            yield f"<mark>{html.escape(line[start:end])}</mark>"
            position = end
    yield html.escape(line[position:])
