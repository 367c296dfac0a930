"""Sheets of cells -> headings, texts and tables with one head row. Shared by the readers of XLSX, ODS and CSV.

A sheet is parted at its empty rows. Rows with a single filled cell at the start of a part are its title and remarks;
the first row with two or more is the head, unless it holds numbers. A head of several rows (seen by its merged cells)
becomes one ("Gebühr 2025"), a value merged over rows stands in each of them, and a row merged over all columns is a
heading of what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.errors import ReadError
from ingest.document import Block

MAX_CELLS = 3_000_000

Row = tuple[str, ...]
_VALUE = re.compile(r"[-+]?\d[\d.,:]*\s?(?:€|%|EUR|Euro)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_GENERIC = re.compile(r"(?:Tabelle|Sheet|Table|Blatt)\s?\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` of any lengths. `spans`: (row, column) of a merged cell -> (rows, columns) it covers."""

    name: str
    rows: Sequence[Sequence[str]]
    spans: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def blocks(sheets: Sequence[Sheet], name: str) -> tuple[Block, ...]:
    """All sheets as blocks, each below its name as a heading. Raises ReadError: too large, no text."""
    if sum(len(row) for sheet in sheets for row in sheet.rows) > MAX_CELLS:
        raise ReadError(f"{name}: Die Tabelle hat mehr als {MAX_CELLS // 10**6} Millionen Zellen. Bitte teilen.")
    made: list[Block] = []
    filled = [sheet for sheet in sheets if any(map(any, sheet.rows))]
    for sheet in filled:
        named = len(filled) > 1 or not _GENERIC.fullmatch(sheet.name)
        if named and sheet.name:
            made.append(Block(text=sheet.name, level=2))
        writer = _Writer(level=3 if named else 2)
        writer.write(_Grid(sheet))
        made += writer.blocks
    if not made:
        raise ReadError(f"{name}: Die Tabelle enthält keinen Text.")
    return tuple(made)


class _Grid:
    """The cells of a sheet: rows of one length, columns without text left out, values merged over rows filled in."""

    def __init__(self, sheet: Sheet) -> None:
        width = max(len(row) for row in sheet.rows)
        cells = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in sheet.rows]
        for (top, left), (height, _) in sheet.spans.items():
            if top < len(cells) and left < width:
                for row in cells[top + 1 : top + height]:
                    row[left] = cells[top][left]
        self._used = [column for column in range(width) if any(row[column] for row in cells)]
        self.rows: list[Row] = [tuple(row[column] for column in self._used) for row in cells]
        self._spans = sheet.spans

    def height(self, row: int) -> int:
        """How many rows the head takes that starts here: at least two below a cell merged over columns."""
        sizes = [self._spans[row, column] for column in self._used if (row, column) in self._spans]
        heights = [height for height, _ in sizes]
        return max([1, *heights, *(2 for _, width in sizes if width > 1)])

    def spread(self, row: int) -> Row:
        """A head row: a name merged over columns stands in each of them."""
        cells = list(self.rows[row])
        for index, column in enumerate(self._used):
            _, width = self._spans.get((row, column), (1, 1))
            for other, covered in enumerate(self._used):
                if column < covered < column + width:
                    cells[other] = cells[index]
        return tuple(cells)

    def is_title(self, row: int) -> bool:
        """One filled cell that is merged over others."""
        column = next(self._used[index] for index, cell in enumerate(self.rows[row]) if cell)
        return _single(self.rows[row]) and self._spans.get((row, column), (1, 1))[1] > 1

    def parts(self) -> Iterator[range]:
        """The runs of rows between empty ones."""
        start = 0
        for index, row in enumerate([*self.rows, ()]):
            if not any(row):
                if index > start:
                    yield range(start, index)
                start = index + 1


@dataclass
class _Writer:
    level: int
    blocks: list[Block] = field(default_factory=list)
    _head: Row | None = None
    _rows: list[Row] = field(default_factory=list)
    _valued: bool = False  # does a row of the current table hold a number?

    def write(self, grid: _Grid) -> None:
        parts = list(grid.parts())
        for part in parts:
            first = next((index for index in part if not _single(grid.rows[index])), part.stop)
            if first > part.start:
                self._flush()
                titled = first < part.stop or (part is parts[0] and len(parts) > 1)
                self._texts([_only(grid.rows[index]) for index in range(part.start, first)], titled)
            if first < part.stop:
                self._table(grid, range(first, part.stop), titled=first > part.start)
        self._flush()

    def _texts(self, texts: list[str], titled: bool) -> None:
        """Single cells: the first one above a table is its title, the others are text."""
        if titled and len(texts[0]) < 100 and texts[0][-1] not in ".,;:":
            self.blocks.append(Block(text=texts.pop(0), level=self.level))
        if texts:
            self.blocks.append(Block(text="\n".join(texts)))

    def _table(self, grid: _Grid, part: range, *, titled: bool) -> None:
        plain = not any(map(_is_value, grid.rows[part.start]))
        start = part.start
        if self._head is None or (plain and (titled or self._valued)):
            self._flush()
            self._valued = False
            self._head, start = _head(grid, part)
        for index in range(start, part.stop):
            row = grid.rows[index]
            if grid.is_title(index):
                self._flush()
                self.blocks.append(Block(text=_only(row), level=self.level + 1))
            else:
                self._rows.append(row)
                self._valued = self._valued or any(map(_is_value, row))

    def _flush(self) -> None:
        if self._rows and self._head is not None:
            self.blocks.append(Block(rows=(self._head, *self._rows)))
        self._rows = []


def _head(grid: _Grid, part: range) -> tuple[Row, int]:
    """The head of the table that starts here, and the row after it. A table that starts with values has none."""
    first = grid.rows[part.start]
    if 2 * sum(map(_is_value, first)) >= sum(map(bool, first)) or len(part) == 1:
        return ("",) * len(first), part.start
    end = min(part.start + grid.height(part.start), part.stop - 1)
    end = next((row for row in range(part.start + 1, end) if any(map(_is_value, grid.rows[row]))), end)
    names = zip(*(grid.spread(row) for row in range(part.start, end)), strict=True)
    return tuple(" ".join(dict.fromkeys(name for name in column if name)) for column in names), end


def _single(row: Row) -> bool:
    return sum(map(bool, row)) == 1


def _only(row: Row) -> str:
    return next(cell for cell in row if cell)


def _is_value(cell: str) -> bool:
    return _VALUE.fullmatch(cell) is not None and not _YEAR.fullmatch(cell)
