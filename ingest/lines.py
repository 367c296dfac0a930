"""Lines of a file -> lines of a text: wrapped lines joined, list items kept apart. Shared by the readers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant import items

ITEM = re.compile(
    r"[ \t]*(?:\d{1,3}[a-z]?[.)]|(?:[a-z]|([a-z])\1{1,2})\)|[a-h]\.(?!\s*\w\.)|\(\d{1,3}[a-z]?\)|[-–•*▪►])"
    r"[ \t]+(?=\S)"
)
_DANGLING = re.compile(
    r"(?:\b(?:Abs(?:\.|atz(?:es)?|ätzen?)|N(?:r\.|rn\.|ummern?)|S(?:\.|atz(?:es)?|eite)|Art(?:\.|ikels?)|Ziff(?:\.|er)|Buchst(?:\.|abe)|"
    r"lit\.|Anlage|am|vom|zum|ab|bis|den|dem|der|die|und|oder)|§|[\xad\x02\ufffe])$"
)
_DATE = re.compile(r"\s*\d{1,2}\. (?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)[a-zä]*\b")
_HYPHEN = re.compile(r"(?<=[^\W_])[-\xad\x02\ufffe]$")
_SUSPENDED = re.compile(r"(?:und|oder|bzw|beziehungsweise|sowie|als|wie|noch|statt|u|o|aber|sondern|bis)\b")


def starts_item(line: str, before: str, first: str = "") -> bool:
    """Does a list item start with this line, and not the rest of "nach Absatz | 6. Die Frist", "am | 1. Mai"?

    `before` is the line before it; `first` the one with which the text before it starts, which may be the item before.
    """
    if not ITEM.match(line) or _DATE.match(line):
        return False
    item, other = items.read(line), items.read(first)
    return bool(item and other and item.follows(other)) or not _DANGLING.search(before.rstrip())


def join(left: str, right: str) -> str:
    """Two lines of one wrapped sentence as one. A word divided at the line end becomes whole again.

    "Verwal-" + "tung" -> "Verwaltung", but "Ein-" + "und Ausgabe" -> "Ein- und Ausgabe" and
    "E-Government-" + "Gesetz" -> "E-Government-Gesetz".
    """
    left, right = left.rstrip(), right.lstrip()
    if not _HYPHEN.search(left):
        return f"{left} {right}" if left and right else left + right
    stem = left[:-1]
    if _SUSPENDED.match(right):
        return f"{stem}- {right}"
    divided = right[:1].islower() and not stem[-1].isdigit()
    return stem + right if divided else f"{stem}-{right}"


def unwrap(lines: Iterable[str]) -> str:
    """One text of the lines of a block; list items ("1. ", "a) ", "- ", "(2) ") start lines of their own."""
    result: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        if not result or starts_item(line, result[-1], result[-1]):
            result.append(line.rstrip())
        else:
            result[-1] = join(result[-1], line)
    return "\n".join(result)
