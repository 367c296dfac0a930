"""Where a long text is cut, and what the number of each piece is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from assistant import items
from assistant.sentences import ROW, numbers, spans

LONGEST = 1200  # characters; a longer text is split
USUAL = 900  # characters; text without Absatz, and the pieces of a split one, are filled up to here

_BARE = 60  # characters; a shorter beginning of a list or item is not parted from its first item
_STOP = re.compile(r"(?<=[.;:!?])\s+")
_SPACE = re.compile(r"\s+")

Starts = Callable[[str, int, int], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Place:
    """What a piece of a text begins with. `path` names its list item for an id ("nr-3-buchst-b"), "" for none.

    `sentence` is the number of the sentence and `number` the item ("3 Buchst. b") as lawyers cite them. `inside`: it
    begins within that sentence or item.
    """

    sentence: int | None
    number: str | None
    path: str
    inside: bool


def cuts(text: str, borders: Sequence[int], pages: Set[int]) -> list[int]:
    """Where the pieces of a long text begin: at a block, a sentence, or an item of a sentence that is too long.

    `borders`: where its blocks begin; it is cut there if they are short enough. `pages`: where pages begin; these come
    first.
    """
    if borders and all(end - begin <= LONGEST for begin, end in pairwise([*borders, len(text)])):
        elements = list(borders)
    else:
        elements = sorted({0, *_elements(text, 0, len(text), _FINER), *borders})
    found = [0]
    for begin, end in pairwise([*elements, len(text)]):
        if begin > found[-1] and (end - found[-1] > USUAL or (begin in pages and begin - found[-1] > 150)):
            found.append(begin)
    tail = len(text) - found[-1]
    if len(found) > 1 and tail < 150 and found[-1] not in pages and len(text) - found[-2] <= LONGEST:
        found.pop()
    return found


def _elements(text: str, begin: int, end: int, finer: Sequence[Starts]) -> Iterator[int]:
    """Starts of the parts of text[begin:end], none longer than LONGEST, each as coarse as can be."""
    if end - begin <= LONGEST and finer is not _FINER:
        yield begin
        return
    starts = [start for start in finer[0](text, begin, end) if begin < start < end]
    if starts and starts[0] - begin < _BARE:
        starts = starts[1:]
    for left, right in pairwise([begin, *starts, end]):
        yield from _elements(text, left, right, finer[1:]) if len(finer) > 1 else (left,)


def _sentences(text: str, begin: int, end: int) -> list[int]:
    return [begin + start for start, _ in spans(text[begin:end])]


def _items(text: str, begin: int, end: int) -> list[int]:
    """The lines of text[begin:end] that begin its outermost items, or are back at the margin after them.

    Where the outermost is but one, at the beginning, those of the next level.
    """
    lines = _lines(text, begin, end)[1:]
    found = [items.read(text[start:stop]) for start, stop in lines]
    for level in sorted({item.level for item in found if item}):
        starts = [
            start
            for (start, _), item in zip(lines, found, strict=True)
            if (item.level == level if item else text[start] != " ") and start - begin >= _BARE
        ]
        if starts:
            return starts
    return []


def _rows(text: str, begin: int, end: int) -> list[int]:
    return [start for start, stop in _lines(text, begin, end) if ROW in text[start:stop]]


def _stops(text: str, begin: int, end: int) -> list[int]:
    return [match.end() for match in _STOP.finditer(text, begin, end)]


def _words(text: str, begin: int, end: int) -> Iterator[int]:
    last = begin
    for match in _SPACE.finditer(text, begin, end):
        if match.end() - last > USUAL:
            last = match.end()
            yield last


def _lines(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    result = []
    while begin < end:
        stop = text.find("\n", begin, end)
        result.append((begin, end if stop < 0 else stop))
        begin = result[-1][1] + 1
    return result


_FINER: tuple[Starts, ...] = (_sentences, _items, _items, _items, _rows, _stops, _words)


class Places:
    """Tells of a text what stands where."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [start for start, _ in spans(text)] or [0]
        self._numbers = numbers(text) or [1]
        self._lines = [start for start, _ in _lines(text, 0, len(text))]
        self._paths = items.paths(text.split("\n"))

    def at(self, begin: int) -> Place:
        """What the piece from `begin` on begins with."""
        index = max(bisect_right(self._starts, begin) - 1, 0)
        line = bisect_right(self._lines, begin) - 1
        path = self._paths[line]
        first = begin == self._lines[line] and items.read(self._text[begin : begin + 16].partition("\n")[0]) is not None
        return Place(self._numbers[index], items.number(path), _name(path), not (first or begin == self._starts[index]))


def _name(path: Sequence[items.Item]) -> str:
    """ "nr-3-buchst-b" for the path of an item; dashes name nothing."""
    return "-".join(f"{'nr' if item.kind == items.NUMBER else 'buchst'}-{item.value}" for item in path if item.value)
