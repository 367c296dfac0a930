"""Tables of a page, from the lines drawn around them, or from a head row and aligned columns.

A drawn table is a connected net of horizontal and vertical edges; where only horizontal ones are drawn, the
columns are the gaps that no word of the table crosses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.lines import join
from ingest.readers.pdf_layout import Line, Page, Rule, Word

_TOUCH = 3.0
_TALLEST = 150.0  # points; a row between horizontal lines only
_MAX_EDGES = 4000
_PROSE = 12  # letters; a cell with fewer on a line has not been wrapped there

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the box it fills (left, top, right, bottom)."""

    rows: Rows
    box: tuple[float, float, float, float]
    bold_head: bool = False

    def continues(self, other: Table) -> bool:
        """Has it the same width and as many columns?"""
        ends = abs(self.box[0] - other.box[0]) + abs(self.box[2] - other.box[2])
        return ends < 2 * _TOUCH and len(self.rows[0]) == len(other.rows[0])

    def holds(self, word: Word) -> bool:
        left, top, right, bottom = self.box
        return left <= (word.x0 + word.x1) / 2 <= right and top <= _middle(word) <= bottom


def _middle(word: Word) -> float:
    return word.base - 0.3 * word.size


def find(page: Page) -> list[Table]:
    """The drawn tables of a page with at least two rows and two columns, from top to bottom."""
    words = [word for line in page.lines for word in line.words]
    tables = []
    for net in _nets(page.rules) if len(page.rules) <= _MAX_EDGES else ():
        box = (
            min(rule.x0 for rule in net),
            min(rule.y0 for rule in net),
            max(rule.x1 for rule in net),
            max(rule.y1 for rule in net),
        )
        ys = _borders([(rule.y0, rule.x1 - rule.x0) for rule in net if rule.y0 == rule.y1], box[2] - box[0])
        xs = _borders([(rule.x0, rule.y1 - rule.y0) for rule in net if rule.x0 == rule.x1], box[3] - box[1])
        if len(ys) < 3 or box[2] - box[0] < 60:
            continue
        inside = [word for word in words if Table((), box).holds(word)]
        if len(xs) < 3:
            box, ys = _with_line_above(words, inside, box, ys)
            inside = [word for word in words if Table((), box).holds(word)]
            xs = _gutters(inside, box)
        rows = _fill(inside, xs, _split(inside, xs, ys)) if len(xs) > 2 else ()
        if len(rows) > 1 and max(len([cell for cell in row if cell]) for row in rows) > 1:
            tables.append(Table(rows, box, _bold_head(inside, ys)))
    return sorted(tables, key=lambda table: table.box[1])


def _nets(rules: Iterable[Rule]) -> list[list[Rule]]:
    """Edges that belong together: they touch. Horizontal ones without others: also if they lie below each other."""
    nets: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: (rule.y0, rule.x0)):
        nets = _merged(nets, [rule], lambda net, new: any(_touch(new[0], other) for other in reversed(net)))
    boxed = [net for net in nets if any(rule.x0 == rule.x1 for rule in net)]
    flat: list[list[Rule]] = []
    for net in nets:
        if net not in boxed:
            whole = Rule(min(rule.x0 for rule in net), net[0].y0, max(rule.x1 for rule in net), net[0].y0)
            flat = _merged(flat, [whole], lambda above, below: _stacked(above[-1], below[0]))
    return boxed + flat


def _merged(
    nets: list[list[Rule]], new: list[Rule], linked: Callable[[list[Rule], list[Rule]], bool]
) -> list[list[Rule]]:
    """The nets with `new` added to those it is linked with, which become one."""
    near = [net for net in nets if linked(net, new)]
    rest = [net for net in nets if not any(net is other for other in near)]
    return [*rest, [rule for net in [*near, new] for rule in net]]


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.x0 <= other.x1 + _TOUCH
        and other.x0 <= one.x1 + _TOUCH
        and one.y0 <= other.y1 + _TOUCH
        and other.y0 <= one.y1 + _TOUCH
    )


def _stacked(above: Rule, below: Rule) -> bool:
    same = abs(above.x0 - below.x0) < _TOUCH and abs(above.x1 - below.x1) < _TOUCH
    return same and below.y0 - above.y0 < _TALLEST


def _borders(edges: Sequence[tuple[float, float]], length: float) -> list[float]:
    """Positions at which edges run along at least half of the table; a form with boxes here and there is no table."""
    return [
        level
        for level in _levels(position for position, _ in edges)
        if sum(part for position, part in edges if 0 <= position - level <= _TOUCH) > 0.5 * length
    ]


def _levels(values: Iterable[float]) -> list[float]:
    """Positions that differ by more than the thickness of a line."""
    result: list[float] = []
    for value in sorted(values):
        if not result or value - result[-1] > _TOUCH:
            result.append(value)
    return result


def _gutters(words: Sequence[Word], box: tuple[float, float, float, float]) -> list[float]:
    """Column borders: the middle of each gap that no word crosses."""
    borders, reach = [box[0]], box[0]
    for word in sorted(words, key=lambda word: word.x0):
        if word.x0 - reach > 0.8 * word.size and reach > box[0]:
            borders.append((word.x0 + reach) / 2)
        reach = max(reach, word.x1)
    return [*borders, box[2]]


def _with_line_above(
    words: Sequence[Word], inside: Sequence[Word], box: tuple[float, float, float, float], ys: list[float]
) -> tuple[tuple[float, float, float, float], list[float]]:
    """The head may stand above the first line: if the words there fit the columns, it is part of the table."""
    left, top, right, bottom = box
    size = max((word.size for word in inside), default=10.0)
    higher = (left, top - 2.2 * size, right, bottom)
    above = [word for word in words if Table((), higher).holds(word) and word not in inside]
    columns = len(_gutters(inside, box))
    fits = len(above) > 1 and columns > 2 and len(_gutters([*inside, *above], box)) == columns
    return (higher, [higher[1], *ys]) if fits and len(_gutters(above, box)) > 2 else (box, ys)


def _split(words: Sequence[Word], xs: Sequence[float], ys: list[float]) -> list[float]:
    """Row borders. Where only the head is ruled off, each line with a first and a last cell starts a row."""
    if len(ys) > 3:
        return ys
    first = sorted(word.base for word in words if word.x1 <= xs[1] and word.base > ys[1])
    last = [word.base for word in words if word.x0 >= xs[-2] and word.base > ys[1]]
    size = max((word.size for word in words), default=10.0)
    starts = _levels(base for base in first if any(abs(base - other) < 2 for other in last))
    starts = starts[:1] + [base for above, base in pairwise(starts) if not _wrapped(words, xs, above, base)]
    return ys[:2] + [base - size for base in starts[1:]] + ys[-1:] if len(starts) > 1 else ys


def _wrapped(words: Sequence[Word], xs: Sequence[float], above: float, base: float) -> bool:
    """Does the line at `base` go on with the one above in all cells, since its first words did not fit there?"""
    for left, right in pairwise(xs):
        column = sorted((word for word in words if left <= (word.x0 + word.x1) / 2 < right), key=lambda word: word.x0)
        upper, lower = ([word for word in column if abs(word.base - y) < 2] for y in (above, base))
        if not upper or not lower or sum(len(word.text) for word in upper) < _PROSE:
            return False
        if upper[-1].x1 + 0.25 * upper[-1].size + lower[0].x1 - lower[0].x0 < max(word.x1 for word in column):
            return False
    return True


def _fill(words: Sequence[Word], xs: Sequence[float], ys: Sequence[float]) -> Rows:
    rows = []
    for top, bottom in pairwise(ys):
        band = [word for word in words if top <= _middle(word) < bottom]
        cells = tuple(
            _cell([word for word in band if left <= (word.x0 + word.x1) / 2 < right]) for left, right in pairwise(xs)
        )
        if any(cells):
            rows.append(cells)
    used = [index for index in range(len(xs) - 1) if any(row[index] for row in rows)]
    return tuple(tuple(row[index] for index in used) for row in rows)


def _bold_head(words: Sequence[Word], ys: Sequence[float]) -> bool:
    first = [word.bold for word in words if _middle(word) < ys[1]]
    return bool(first) and all(first) and not all(word.bold for word in words)


def with_head(rows: Rows, bold: bool) -> Rows:
    """Rows with an empty head put before them, unless the first is one: bold, or short words without digits."""
    plain = all(len(cell) < 50 and cell[-1:] not in ".?!…" and not any(map(str.isdigit, cell)) for cell in rows[0])
    below = any(len(cell) >= 50 or any(map(str.isdigit, cell)) for row in rows[1:] for cell in row)
    return rows if bold or (plain and below) else (("",) * len(rows[0]), *rows)


def _cell(words: Sequence[Word]) -> str:
    """The text of one cell: words by line, then from left to right."""
    text, base = "", None
    for word in sorted(words, key=lambda word: (round(word.base), word.x0)):
        wrapped = base is not None and abs(word.base - base) > 0.4 * word.size
        text = join(text, word.text) if wrapped else f"{text} {word.text}".strip()
        base = word.base
    return text


def aligned(lines: Sequence[Line]) -> Rows:
    """Rows of lines that form a table without drawn lines, or () if they are none.

    At least four lines in which the same gaps part the same number (two or more) of columns, the first of
    them a head: bold or without digits, while the others have digits. A line without a first cell goes on with
    the row above.
    """
    if len(lines) < 4 or not _is_head(lines):
        return ()
    words = [word for line in lines for word in line.words]
    xs = _gutters(words, (min(word.x0 for word in words) - 1, 0, max(word.x1 for word in words) + 1, 0))
    if len(xs) != len(lines[0].cells()) + 1 or len(xs) < 3:
        return ()
    rows: list[tuple[str, ...]] = []
    for line in lines:
        row = _fill_line(line, xs)
        if rows and not row[0]:
            rows[-1] = tuple(join(above, cell) for above, cell in zip(rows[-1], row, strict=True))
        else:
            rows.append(row)
    return tuple(rows) if len(rows) > 2 else ()


def _is_head(lines: Sequence[Line]) -> bool:
    head, *rest = lines
    digits = [any(char.isdigit() for char in line.text) for line in rest]
    return (head.bold and not all(line.bold for line in rest)) or (
        not any(char.isdigit() for char in head.text) and sum(digits) > 0.7 * len(digits)
    )


def _fill_line(line: Line, xs: Sequence[float]) -> tuple[str, ...]:
    return tuple(
        " ".join(word.text for word in line.words if left <= (word.x0 + word.x1) / 2 < right)
        for left, right in pairwise(xs)
    )
