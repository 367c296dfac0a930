"""The numbers Word shows but does not store: "§ 4", "(2)", "a)" of automatically numbered text.

A text refers to a `num`, which refers to an `abstractNum` with up to nine levels; each has a format
("lowerLetter"), a pattern ("%1.%2") and a start (ECMA-376 part 1, 17.9). Counters belong to the abstractNum; a
`startOverride` restarts them when its num is first used.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from xml.etree.ElementTree import Element  # only as a type: Word's elements have the same interface

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    style: str
    pattern: str


class Numbering:
    """Counts along a document. `root` is the numbering part's XML element, or None where the file has none."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        self._counters: defaultdict[str, dict[int, int]] = defaultdict(dict)
        if root is not None:
            self._read(root)

    def _read(self, root: Element) -> None:
        for abstract in root.findall(f"{W}abstractNum"):
            levels = {_int(level, "ilvl"): _level(level) for level in abstract.findall(f"{W}lvl")}
            self._levels[abstract.get(f"{W}abstractNumId", "")] = levels
        for num in root.findall(f"{W}num"):
            key = num.get(f"{W}numId", "")
            self._abstract[key] = _value(num.find(f"{W}abstractNumId"))
            self._overrides[key] = {
                _int(override, "ilvl"): int(start)
                for override in num.findall(f"{W}lvlOverride")
                if (start := _value(override.find(f"{W}startOverride"))).isdigit()
            }

    def label(self, num: str, depth: int) -> str:
        """The label of the next text of list `num` at level `depth` (0 to 8): "(2)", "a)", "-"; "" for none."""
        abstract = self._abstract.get(num, "")
        levels = self._levels.get(abstract, {})
        if depth not in levels:
            return ""
        counters = self._counters[abstract]
        if depth in self._overrides.get(num, {}):
            counters[depth] = self._overrides[num].pop(depth) - 1
        counters[depth] = counters.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counters if level > depth]:
            del counters[deeper]
        if levels[depth].style == "bullet":
            return "-"
        text = levels[depth].pattern
        for level, form in levels.items():
            count = counters.get(level, form.start)
            text = text.replace(f"%{level + 1}", _formatted(count, form.style))
        return text.strip()


def _level(level: Element) -> _Level:
    start = _value(level.find(f"{W}start"))
    style = _value(level.find(f"{W}numFmt")) or "decimal"
    return _Level(int(start) if start.isdigit() else 1, style, _value(level.find(f"{W}lvlText")))


def _value(element: Element | None) -> str:
    return "" if element is None else str(element.get(f"{W}val", ""))


def _int(element: Element, name: str) -> int:
    text = element.get(f"{W}{name}", "0")
    return int(text) if text.isdigit() else 0


def _formatted(count: int, style: str) -> str:
    if style in ("lowerLetter", "upperLetter"):
        text = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)
    elif style in ("lowerRoman", "upperRoman"):
        text = ""
        for value, letters in _ROMAN:
            text += letters * (count // value)
            count %= value
    else:
        text = "" if style == "none" else str(count)
    return text.upper() if style.startswith("upper") else text
