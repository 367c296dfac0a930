"""The wording of a passage as HTML: lines, list items, table rows; quoted characters marked. Pure; all is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

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
    """A wording as HTML, one block per line, list items indented, rows as tables, `spans` marked."""
    blocks = []
    for names, lines in groupby(_lines(wording, spans), key=lambda line: _names(line[0])):
        rows = list(lines)
        if names and len(rows) > 1 and all(names):
            blocks.append(_table(names, rows))
        else:
            blocks += [row_html(*line) if names else _line(*line) for line in rows]
    return "".join(blocks)


def _lines(wording: str, spans: Sequence[Span]) -> Iterator[tuple[str, list[Span]]]:
    """Each line with the marked characters in it."""
    start = 0
    for line in wording.split("\n"):
        yield line, [(max(a - start, 0), min(b - start, len(line))) for a, b in spans]
        start += len(line) + 1


def _names(line: str) -> tuple[str, ...]:
    """The columns of a row; none for any other line."""
    return tuple(cell.name for cell in cells(line)) if is_row(line) else ()


def _table(names: Sequence[str], rows: Sequence[tuple[str, list[Span]]]) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for _, cell in _contents(*row))}</tr>" for row in rows)
    return f'<table class="rows"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def row_html(row: str, spans: Sequence[Span] = ()) -> str:
    """A table row as names and cells; in one line of HTML."""
    parts = (f"<div><dt>{html.escape(name)}</dt><dd>{cell}</dd></div>" for name, cell in _contents(row, spans))
    return f'<dl class="cells">{"".join(parts)}</dl>'


def _contents(row: str, spans: Sequence[Span]) -> Iterator[tuple[str, str]]:
    """The column and the marked HTML of each cell."""
    for cell in cells(row):
        content = row[cell.start : cell.end]
        here = [(max(a - cell.start, 0), min(b - cell.start, len(content))) for a, b in spans]
        yield cell.name, "".join(_marked(content, here))


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
