"""Lines of the pages -> blocks: headings told by size, weight and bookmarks, wrapped lines joined, tables kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.document import Block
from ingest.headings import parse
from ingest.lines import ITEM, starts_item, unwrap
from ingest.readers import pdf_tables
from ingest.readers.pdf_headings import Typography
from ingest.readers.pdf_layout import Line, Page
from ingest.readers.pdf_tables import Table

_DONE = re.compile(r"[.!?:;…][\"“”»)\]]*$")
_ABSATZ = re.compile(r"\(\d{1,2}[a-z]?\)\s")


@dataclass
class _Open:
    """A block that is being written. `notes` stand beside it in the margin; `broken`: the page ended within it."""

    lines: list[Line]
    page: int
    level: int
    notes: list[str] = field(default_factory=list)
    broken: bool = False

    def block(self) -> Block:
        text = unwrap(line.text for line in self.lines)
        return Block(text=" ".join(text.split("\n")) if self.level else text, level=self.level, page=self.page)


@dataclass
class Writer:
    """Writes the blocks of one document, page by page."""

    type: Typography
    _done: list[_Open | Block] = field(default_factory=list)
    _last: Line | None = None
    _rights: dict[int, float] = field(default_factory=dict)  # the same by column, by the x where lines start
    _bold_text: set[Line] = field(default_factory=set)
    _table: Table | None = None  # the last thing written, if it was one
    _here: list[tuple[Line, _Open]] = field(default_factory=list)  # the lines of the page and their blocks

    def blocks(self) -> list[Block]:
        """What was written; margin notes stand behind the Absatz they belong to."""
        result: list[Block] = []
        notes: list[Block] = []
        for item in self._done:
            block = item.block() if isinstance(item, _Open) else item
            if notes and (block.level or block.rows or block.page != notes[0].page or _ABSATZ.match(block.text)):
                result, notes = result + notes, []
            result.append(block)
            if isinstance(item, _Open):
                notes += [Block(text=note, page=item.page) for note in item.notes]
        return result + notes

    def page(self, page: Page, tables: Sequence[Table]) -> None:
        """Adds a page's lines and tables, each table where its first word was written."""
        waiting = list(tables)
        edge = max((line.x1 for line in page.lines if len(line.text) > 40), default=1000.0)
        self._rights = _right_edges(page.lines)
        self._bold_text = self.type.emphasised(page.lines)
        self._here = []
        free: list[Line] = []
        margin: list[Line] = []
        for line in page.lines:
            table = next((table for table in tables if table.holds(line.words[0])), None)
            if table is None:
                (margin if line.x0 > edge else free).append(line)
            elif table in waiting:
                self._lines(free, page.number)
                free = []
                waiting.remove(table)
                self._add(table, page.number)
        self._lines(free, page.number)
        for note in _notes(margin):
            self._beside(note, page.number)
        self._end()

    def _beside(self, note: Sequence[Line], page: int) -> None:
        """Puts a margin note to the text it stands beside."""
        texts = [(line, block) for line, block in self._here if not block.level]
        text = " ".join(unwrap(line.text for line in note).split("\n"))
        if texts:
            min(texts, key=lambda place: abs(place[0].base - note[0].base))[1].notes.append(text)
        else:
            self._done.append(_Open(list(note), page, 0))

    def _end(self) -> None:
        """At the end of a page: marks the text that goes on overleaf."""
        size = self.type.body
        body = [(line, block) for line, block in self._here if abs(line.size - size) < 0.08 * size]
        if body:
            line, block = body[-1]
            block.broken = not (block.level or self._ended(line) or self._is_short(line))

    def _lines(self, lines: Sequence[Line], page: int) -> None:
        for group in _runs(lines):
            rows = pdf_tables.aligned(group)
            if rows:
                self._add(Table(rows, (group[0].x0, 0, group[0].x1, 0), bold_head=True), page)
            else:
                for line in group:
                    self._line(line, page)

    def _add(self, table: Table, page: int) -> None:
        """A table that goes on from the page before gets that one's head."""
        rows = pdf_tables.with_head(table.rows, table.bold_head)
        before = self._table
        if before and isinstance(last := self._done[-1], Block) and last.page == page - 1 and table.continues(before):
            again = table.rows[0] == last.rows[0]
            rows = table.rows if again or table.bold_head else (last.rows[0], *table.rows)
        self._done.append(Block(rows=rows, page=page))
        self._table, self._last = table, None

    def _line(self, line: Line, page: int) -> None:
        text = line in self._bold_text or self._mid_sentence(line, page)
        level = 0 if text else self.type.level(line, page)
        current = self._target(line, page, level)
        if current is None:
            current = _Open([], page, level)
            self._done.append(current)
        current.lines.append(line)
        current.broken = False
        self._here.append((line, current))
        self._table, self._last = None, line

    def _target(self, line: Line, page: int, level: int) -> _Open | None:
        """The block this line goes on with; None if it starts one."""
        current, last = self._done[-1] if self._done else None, self._last
        first = current.lines[0].text if isinstance(current, _Open) and not current.level else ""
        item = not level and starts_item(line.text, last.text if last else "", first)
        if item or self._names_place(line, level):
            return None
        if isinstance(current, _Open) and current.page == page and last and line.base >= last.base:
            heading = current.level and level and self.type.continues(line, last, page)
            same = current.level == level or heading
            return current if same and self._follows(current, last, line) else None
        if level:
            return None
        recent = [item for item in self._done[-6:] if isinstance(item, _Open)]
        return next((item for item in reversed(recent) if self._unfinished(item, line)), None)

    def _names_place(self, line: Line, level: int) -> bool:
        """ "§ 4 Steuersätze" starts a block, but not where a wrapped line happens to begin like that."""
        if parse(line.text, styled=level > 0) is None:
            return False
        return level > 0 or self._last is None or self._ended(self._last) or self._is_short(self._last)

    def _ended(self, line: Line) -> bool:
        return bool(_DONE.search(line.text))

    def _is_short(self, line: Line) -> bool:
        right = self._rights.get(_column(line), line.x1)
        return line.x1 < right - 0.15 * (right - line.x0)

    def _follows(self, current: _Open, last: Line, line: Line) -> bool:
        """The next line of the same block: near enough, same size, and the line before was no end."""
        near = line.base - last.base < 1.3 * self.type.leading * max(last.size, line.size)
        if not near or abs(last.size - line.size) > 0.08 * self.type.body:
            return False
        if current.level:
            return True
        first = current.lines[0]
        lone = last is first and line.text[:1].isupper() and parse(last.text, styled=False) is not None
        return not (lone or (self._ended(last) and self._is_short(last)) or self._outdented(first, last, line))

    def _outdented(self, first: Line, last: Line, line: Line) -> bool:
        """Text after the end of a list item, back at the margin; or after a short bold line."""
        if last.bold and not line.bold and len(last.words) < 8:
            return True
        back = line.x0 < first.x0 - 2 or (line.x0 < first.x0 + 1 and self._is_short(last))
        return bool(ITEM.match(first.text)) and back and last.text[-1] in ".;,:"

    def _unfinished(self, item: _Open, line: Line) -> bool:
        """A text broken by a page, a column or a table, which `line` takes up again."""
        if item.level or abs(item.lines[-1].size - line.size) > 0.5:
            return False
        text = item.lines[-1].text
        goes_on = item.broken or (line.text[:1].islower() and len(text) > 25)
        return not _DONE.search(text) and goes_on

    def _mid_sentence(self, line: Line, page: int) -> bool:
        """Does the line before it, of running text, break off at the right edge?"""
        current, last = self._done[-1] if self._done else None, self._last
        if last is None or not isinstance(current, _Open) or current.level or current.page != page:
            return False
        near = 0 < line.base - last.base < 1.3 * self.type.leading * max(last.size, line.size)
        return near and not self._ended(last) and not self._is_short(last) and not _is_place(line)


def _is_place(line: Line) -> bool:
    return parse(line.text, styled=True) is not None


def _column(line: Line) -> int:
    return round(line.x0 / 40)


def _right_edges(lines: Sequence[Line]) -> dict[int, float]:
    """Where most lines end that start at about the same x."""
    ends: defaultdict[int, list[float]] = defaultdict(list)
    for line in lines:
        for column in (_column(line) - 1, _column(line), _column(line) + 1):
            ends[column].append(line.x1)
    return {column: sorted(xs)[int(0.8 * len(xs))] for column, xs in ends.items()}


def _notes(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines in the margin, those close below each other together."""
    note: list[Line] = []
    for line in lines:
        if note and not 0 < line.base - note[-1].base < 1.6 * line.size:
            yield note
            note = []
        note.append(line)
    if note:
        yield note


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines in groups: those that follow each other with as many cells as the first, and each other line alone."""
    group: list[Line] = []
    for line in lines:
        count = len(line.cells())
        if group and (count < 2 or count > len(group[0].cells())):
            yield group
            group = []
        if count < 2:
            yield [line]
        else:
            group.append(line)
    if group:
        yield group
