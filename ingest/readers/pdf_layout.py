"""What stands where on a page: words, the lines they form, and running headers and footers.

Coordinates are points from the page's upper left corner, y downwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:Seite|S\.|Blatt)?\s*\d{1,4}(?:\s*(?:von|/|\|)\s*\d{1,4})?[-–—|\s!]*", re.IGNORECASE
)
_ENTRY = re.compile(r"(?:\.{4,}|(?:\s\.){4,}|…{2,})\s*\d{1,4}\s*$")
_LEADING = re.compile(r"^\s*(?:\.{4,}|(?:\s\.){4,}|…{2,})|(?:\.{8,}|…{4,})$")
_CONTENTS = re.compile(r"\W*(?:Inhalt(?:s(?:verzeichnis|übersicht))?|Seite)\W*", re.IGNORECASE)
_FILLER = re.compile(r"[.…_]{4,}|…+")
_ZONE = 0.13  # of the page height, above and below, where headers and footers stand
_CELL_GAP = 1.1  # in font sizes; a wider gap between words separates cells or columns


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without space. `base` is the y of its base line; `size` in points."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """The edge of a drawn line or box: horizontal if y0 == y1, else vertical."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line, from left to right."""

    words: tuple[Word, ...]

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1

    @property
    def base(self) -> float:
        return self.words[0].base

    @property
    def size(self) -> float:
        """The size most of the letters have."""
        return max(self.words, key=lambda word: len(word.text)).size

    @property
    def bold(self) -> bool:
        return all(word.bold for word in self.words if any(c.isalnum() for c in word.text))

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def cells(self) -> list[tuple[Word, ...]]:
        """The words, parted where a gap is too wide for a space."""
        groups: list[list[Word]] = [[self.words[0]]]
        for left, right in zip(self.words, self.words[1:], strict=False):
            if right.x0 - left.x1 > _CELL_GAP * max(left.size, right.size):
                groups.append([])
            groups[-1].append(right)
        return [tuple(group) for group in groups]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, its height, its lines in the order they were written, its rules.

    `scan`: it is a picture with hardly any text.
    """

    number: int
    height: float
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...] = ()
    scan: bool = False


def lines(runs: Iterable[Sequence[Word]]) -> Iterator[Line]:
    """Runs of words as they follow in the file -> lines; runs that continue on the same base line become one."""
    current: list[Word] = []
    for run in runs:
        for word in run:
            if current and not _same_line(current[-1], word):
                yield Line(tuple(current))
                current = []
            current.append(word)
    if current:
        yield Line(tuple(current))


def _same_line(left: Word, right: Word) -> bool:
    size = max(left.size, right.size)
    return abs(left.base - right.base) < 0.4 * size and right.x0 > left.x1 - 0.5 * size


def columns(page: Page) -> Page:
    """Two columns that were written line by line across both are put one after the other."""
    result: list[Line] = []
    run: list[Line] = []
    gutter: tuple[float, float] | None = None
    for line in page.lines:
        parts = line.cells()
        gap = (parts[0][-1].x1, parts[1][0].x0) if len(parts) == 2 else None
        common = _overlap(gutter, gap) if run and gutter and gap else gap
        if run and common is None:
            result += _sorted(run, gutter)
            run = []
            common = gap
        if common is None:
            result.append(line)
        else:
            run.append(line)
        gutter = common
    result += _sorted(run, gutter)
    return replace(page, lines=tuple(result))


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float] | None:
    left, right = max(one[0], other[0]), min(one[1], other[1])
    return (left, right) if right - left > 4 else None


def _sorted(run: list[Line], gutter: tuple[float, float] | None) -> list[Line]:
    """Prose fills both columns; anything else (a table, a list with amounts) stays as it is."""
    pairs = [line.cells() for line in run]
    if len(run) < 4 or gutter is None:
        return run
    for side in (0, 1):
        widths = [pair[side][-1].x1 - pair[side][0].x0 for pair in pairs]
        letters = sum(len(word.text) for pair in pairs for word in pair[side]) / len(pairs)
        if letters < 20 or sum(widths) < 0.7 * len(widths) * max(widths):
            return run
    return [Line(pair[0]) for pair in pairs] + [Line(pair[1]) for pair in pairs]


def without_contents(page: Page) -> Page:
    """The page without a table of contents: lines with dots that lead to a page number, and what stands between."""
    entries = [i for i, line in enumerate(page.lines) if _ENTRY.search(line.text) or _LEADING.search(line.text)]
    if len(entries) < 3 or 2 * len(entries) < entries[-1] - entries[0] + 1:
        return page
    first = entries[0]
    while first and _CONTENTS.fullmatch(page.lines[first - 1].text):
        first -= 1
    return replace(page, lines=page.lines[:first] + page.lines[entries[-1] + 1 :])


def without_fillers(page: Page) -> Page:
    """The page without dotted or underlined spaces that are to be filled in."""
    lines = (tuple(word for word in line.words if not _FILLER.fullmatch(word.text)) for line in page.lines)
    return replace(page, lines=tuple(Line(words) for words in lines if words))


def without_furniture(pages: Sequence[Page]) -> tuple[list[Page], list[Line]]:
    """Pages without running headers, footers and page numbers; and one copy of each that was taken off.

    A line is furniture if it stands in the upper or lower zone of a page and, digits aside, at the same height on
    three pages or more (on both of two), or if it is nothing but a page number.
    """
    seen = Counter(key for page in pages for key in {_key(line, page) for line in page.lines if _in_zone(line, page)})
    needed = 2 if len(pages) < 4 else 3
    kept: list[Page] = []
    removed: dict[tuple[str, int], Line] = {}
    for page in pages:
        stays = []
        for line in page.lines:
            number = _PAGE_NUMBER.fullmatch(line.text)
            if not _in_zone(line, page) or (seen[_key(line, page)] < needed and not number):
                stays.append(line)
            elif not number:
                removed.setdefault(_key(line, page), line)
        kept.append(replace(page, lines=tuple(stays)))
    return kept, list(removed.values())


def _in_zone(line: Line, page: Page) -> bool:
    return not _ZONE * page.height < line.base < (1 - _ZONE) * page.height


def _key(line: Line, page: Page) -> tuple[str, int]:
    return _NUMBER.sub("#", line.text), round(line.base / 3)
