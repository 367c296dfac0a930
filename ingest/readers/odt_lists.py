"""The numbers an ODT file shows but does not store: "§ 4", "(2)", "a)" of automatically numbered text.

A list names a style with up to ten levels; each has a format ("1", "a", "I" or a bullet), what stands before and after
the number, how many levels are shown, and a start (OpenDocument 1.3 part 3, 16.30 to 16.34 and 19.880). A list counts
anew unless it says that it continues another one. Headings are counted by the outline style.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from ingest.readers.odf import STYLE, TEXT, int_of

_OUTLINE = ""  # stands for the name of the outline style
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    bullet: bool
    form: str
    before: str
    after: str
    start: int
    shown: int


@dataclass
class Count:
    """The numbers one list has reached, by level from 1."""

    style: str
    numbers: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts along a document whose styles are in `roots`."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._styles: dict[str, dict[int, _Level]] = {}
        for root in roots:
            for style in root.iter(f"{TEXT}list-style", f"{TEXT}outline-style"):
                name = style.get(f"{STYLE}name", "") if style.tag == f"{TEXT}list-style" else _OUTLINE
                self._styles.setdefault(name, {int_of(level, f"{TEXT}level", 1): _level(level) for level in style})
        self._outline = Count(_OUTLINE)
        self._last: dict[str, Count] = {}  # of each style
        self._named: dict[str, Count] = {}  # by xml:id

    def open(self, element: etree._Element) -> Count:
        """The count of an outermost text:list."""
        style = element.get(f"{TEXT}style-name", "-")
        goes_on = element.get(f"{TEXT}continue-numbering") == "true"
        count = self._named.get(element.get(f"{TEXT}continue-list", "")) or (self._last.get(style) if goes_on else None)
        count = count or Count(style)
        self._last[style] = count
        if identity := element.get("{http://www.w3.org/XML/1998/namespace}id"):
            self._named[identity] = count
        return count

    def label(self, count: Count, depth: int, style: str, start: int | None) -> str:
        """The label of the next item at level `depth` (from 1): "(2)", "a)", "-"; "" for none."""
        levels = self._styles.get(style or count.style, {})
        level = levels.get(depth)
        if level is None:
            return "-"
        first = level.start if start is None else start
        reached = None if start is not None else count.numbers.get(depth)
        count.numbers[depth] = first if reached is None else reached + 1
        for deeper in [other for other in count.numbers if other > depth]:
            del count.numbers[deeper]
        if level.bullet:
            return "-"
        if not level.form:
            return (level.before + level.after).strip()
        shown = [other for other in range(max(depth - level.shown + 1, 1), depth + 1) if other in levels]
        numbers = [_written(count.numbers.get(other, levels[other].start), levels[other].form) for other in shown]
        return f"{level.before}{'.'.join(text for text in numbers if text)}{level.after}".strip()

    def heading(self, depth: int) -> str:
        """The number of the next heading; "" where headings are not numbered."""
        level = self._styles.get(_OUTLINE, {}).get(depth)
        return self.label(self._outline, depth, _OUTLINE, None) if level and level.form else ""


def _level(element: etree._Element) -> _Level:
    return _Level(
        bullet=element.tag != f"{TEXT}list-level-style-number" and element.tag != f"{TEXT}outline-level-style",
        form=element.get(f"{STYLE}num-format", ""),
        before=element.get(f"{STYLE}num-prefix", ""),
        after=element.get(f"{STYLE}num-suffix", ""),
        start=int_of(element, f"{TEXT}start-value", 1),
        shown=int_of(element, f"{TEXT}display-levels", 1),
    )


def _written(count: int, form: str) -> str:
    if form.lower() == "a":
        text = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)
    elif form.lower() == "i":
        text = ""
        for value, letters in _ROMAN:
            text += letters * (count // value)
            count %= value
    else:
        return str(count) if form else ""
    return text.upper() if form.isupper() else text
