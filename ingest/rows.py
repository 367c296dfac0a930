"""The rows of a table as blocks of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.sentences import ROW
from assistant.types import Locator
from ingest.document import Block

_ROW_NUMBER = re.compile(r"(\d{1,3}(?:\.\d{1,3})*[a-z]?)\.?")
_ROW_LETTER = re.compile(r"([a-z]|([a-z])\2)\)")
_NUMBER_COLUMN = re.compile(r"Nr|Nummer|Ziff|Tarif|Pos|Stelle|lfd|Rz", re.IGNORECASE)


def rows(block: Block, locator: Locator) -> Iterator[Block]:
    """The rows of a table, each as a block; a row without a first cell goes with the one above it.

    The title of a group of rows ("2. | Herstellen einer Grabstätte | ") is a heading of the rows below it.
    """
    head, *below = block.rows
    if not below:
        yield replace(block, text=_line(head), locator=locator)
        return
    groups: dict[str, str] = {}
    held: Block | None = None  # the title of a group, which goes with the first row of the group
    number: str | None = None
    for row, text in _gathered(head, below):
        number = _number(head, row, above=number)
        parents = [name for group, name in groups.items() if number and number.startswith((f"{group}.", f"{group} "))]
        place = replace(locator, headings=(*locator.headings, *filter(None, parents)))
        if number and not (locator.section or "").startswith("Nr."):
            place = replace(place, number=number)
        if held and not parents:
            yield held
        elif held:
            text = f"{held.text}\n{text}"
        held = None
        made = replace(block, text=text, rows=(head, row), locator=place)
        if number and "\n" not in text and len(row) > 2 and not any(row[2:]):
            groups[number], held = row[1], made
        else:
            yield made
    if held:
        yield held


def _number(head: tuple[str, ...], row: tuple[str, ...], above: str | None) -> str | None:
    """ "3.1" of a row with a number, "3.1 Buchst. a" of the rows with letters below it; None without."""
    in_column = bool(_NUMBER_COLUMN.search(head[0]))
    if (letter := _ROW_LETTER.fullmatch(row[0])) and above and in_column:
        start, word, last = above.partition(" Buchst. ")
        doubled = len(letter[1]) > 1 and word
        return (
            f"{start} Buchst. {last.split()[0]} Doppelbuchst. {letter[1]}"
            if doubled
            else f"{start} Buchst. {letter[1]}"
        )
    number = _ROW_NUMBER.fullmatch(row[0]) if "." in row[0][:-1] or in_column else None
    return number[1] if number else None


def _gathered(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[tuple[tuple[str, ...], str]]:
    """The rows with their texts; one without a first cell is part of the one above."""
    gathered: list[tuple[tuple[str, ...], str]] = []
    for row in rows:
        text = _line(f"{name}: {cell}" if name else cell for name, cell in _named(head, row) if cell)
        if gathered and not row[0] and gathered[-1][0][0] and len(row) > 1:
            first, above = gathered.pop()
            gathered.append((first, f"{above}\n{text}"))
        elif text:
            gathered.append((row, text))
    return gathered


def _line(cells: Iterable[str]) -> str:
    """The cells of a row on a line that can be told from a sentence, even if there is only one."""
    filled = [cell for cell in cells if cell]
    return " | ".join(filled) if len(filled) != 1 else f"{filled[0]}{ROW}"


def _named(head: tuple[str, ...], row: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for index, cell in enumerate(row):
        yield head[index].rstrip(": ") if index < len(head) else "", cell
