"""Items of the lists in a text: their marks ("3a.", "b)", "aa)", "-"), and where each stands in its list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_ITEM = re.compile(
    r"([ \t]*)(?:(\d{1,3}[a-z]{0,2})[.)]|([a-z]|([a-z])\4{1,2})\)|([a-h])\.(?!\s*\w\.)|[-–•*▪►])(?:[ \t]+|$)"
)
_DIGITS = re.compile(r"(\d+)([a-z]*)")
NUMBER, LETTER, DOUBLE, DASH = range(4)


@dataclass(frozen=True, slots=True)
class Item:
    """The mark of a list item: how deep its line is set in, its kind, its value ("3a", "b", "" for a dash), its length.

    Deeper items have a greater `level`.
    """

    indent: int
    kind: int
    value: str
    length: int

    @property
    def level(self) -> tuple[int, int]:
        return self.indent, self.kind

    def follows(self, other: Item) -> bool:
        """Whether this is the item after `other` in the same list: 4 or 3a after 3, c after b."""
        if self.kind != other.kind or self.indent != other.indent:
            return False
        if self.kind != NUMBER:
            return self.kind == LETTER and ord(self.value) == ord(other.value) + 1
        (number, letters), (before, earlier) = _parts(self.value), _parts(other.value)
        return number == before + 1 or (number == before and letters > earlier)


def read(line: str) -> Item | None:
    """The item that begins with this line, if one does."""
    match = _ITEM.match(line)
    if match is None:
        return None
    number, letters = match[2], match[3] or match[5]
    kind = NUMBER if number else DASH if not letters else LETTER if len(letters) == 1 else DOUBLE
    return Item(len(match[1].expandtabs(3)) // 3, kind, number or letters or "", match.end())


def going_on(found: Sequence[Item | None]) -> list[bool]:
    """For each line: is it part of an item of the outermost list, because the next item of that list comes after it?

    `found` is what `outside` made of each line.
    """
    outermost = min((item.level for item in found if item), default=None)
    chain = [(index, item) for index, item in enumerate(found) if item and item.level == outermost]
    result = [False] * len(found)
    for (left, item), (right, following) in pairwise(chain):
        if following.follows(item):
            result[left + 1 : right] = [True] * (right - left - 1)
    return result


def outside(lines: Sequence[str]) -> list[Item | None]:
    """What `read` makes of each line; None for lines that begin within a quotation, as in a law that amends another."""
    opened, result = 0, []
    balanced = sum(map(_quotes, lines)) == 0
    for line in lines:
        result.append(None if opened > 0 and balanced else read(line))
        opened += _quotes(line)
    return result


def _quotes(line: str) -> int:
    return line.count("„") - line.count("“") - line.count("”")


def paths(lines: Sequence[str]) -> list[tuple[Item, ...]]:
    """For each line the items that are open there, outermost first. Text back at the margin closes them, except for
    the outermost if its list goes on."""
    found = outside(lines)
    result: list[tuple[Item, ...]] = []
    current: tuple[Item, ...] = ()
    for line, item, on in zip(lines, found, going_on(found), strict=True):
        if item:
            current = (*(outer for outer in current if outer.level < item.level), item)
        elif not line.startswith(" "):
            current = current[:1] if on else ()
        result.append(current)
    return result


def number(items: Sequence[Item]) -> str | None:
    """How lawyers name an item by its path: "3", "3 Buchst. b", "3 Buchst. b Doppelbuchst. aa", "b".

    None where the outermost is a dash.
    """
    named = ""
    last = -1
    for item in items:
        if item.kind <= last or item.kind == DASH or (item.kind == DOUBLE and not named):
            break
        named += (" Buchst. ", " Buchst. ", " Doppelbuchst. ")[item.kind] + item.value if named else item.value
        last = item.kind
    return named or None


def number_at(text: str, start: int, first: str | None = None) -> str | None:
    """The number of the list item in which a character of a passage stands, e.g. "3 Buchst. b"; None outside of lists.

    `first` is the number the passage begins with, if it begins within a list.
    """
    lines = text.split("\n")
    line = text.count("\n", 0, start)
    open_ = paths(lines)[line]
    if not open_:
        return first if not any(outside(lines[: line + 1])) else None
    found = number(open_)
    outer = first.partition(" Buchst. ")[0] if first and first[0].isdigit() else ""
    return f"{outer} Buchst. {found}" if outer and found and not found[0].isdigit() else found


def _parts(value: str) -> tuple[int, str]:
    match = _DIGITS.match(value)
    return (int(match[1]), match[2]) if match else (0, "")
