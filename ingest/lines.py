"""Lines of a file -> lines of a text: wrapped lines joined, list items kept apart. Shared by the readers."""

from __future__ import annotations

import re
from collections.abc import Iterable

ITEM = re.compile(r"[ \t]*(?:\d{1,3}[a-z]?[.)]|[a-z]{1,3}\)|\(\d{1,3}[a-z]?\)|[-–•*▪►])[ \t]+(?=\S)")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\xad\x02\ufffe]$")
_SUSPENDED = re.compile(r"(?:und|oder|bzw|beziehungsweise|sowie|als|wie|noch|statt|u|o|aber|sondern|bis)\b")


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
    return stem + right if right[:1].islower() else f"{stem}-{right}"


def unwrap(lines: Iterable[str]) -> str:
    """One text of the lines of a block; list items ("1. ", "a) ", "- ", "(2) ") start lines of their own."""
    result: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        if not result or ITEM.match(line):
            result.append(line.rstrip())
        else:
            result[-1] = join(result[-1], line)
    return "\n".join(result)
