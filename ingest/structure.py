"""Where each block stands: § and Absatz, Artikel, Anlage, decimal number, headings, page; in any format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.types import Locator
from ingest.document import Block, Document
from ingest.headings import Heading, parse
from ingest.lines import ITEM
from ingest.rows import rows

_UNSTYLED = 7  # the level of a heading that the file does not mark as one
_SUBSECTION = re.compile(r"\((\d{1,2}[a-z]?)\)\s")
_SUBSECTIONS = re.compile(r"\n(?=\(\d{1,2}[a-z]?\)\s)")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,3}){1,4})\.?\s+(?=[A-ZÄÖÜ„\"(])")
_CONTENTS = re.compile(r"(?:\w+ )?Inhalt(?:sverzeichnis|sübersicht)?:?", re.IGNORECASE)
_DIVISION = re.compile(
    r"(?:\w+|\d{1,2}\.|[IVX]+\.) (?:Kapitel|(?:Unter)?[Aa]bschnitt|Teil|Titel|Buch)|"
    r"(?:Kapitel|Abschnitt|Teil|Buch) (?:\d{1,2}|[IVX]+|[A-H])"
)
_LEADERS = re.compile(r"(?:\.{3,}|…|\s\.\s\.|\s)\s*\d{1,3}$")


def locate(document: Document) -> list[Block]:
    """Every body block with its Locator, in order; headings go into the locators of what follows them.

    A heading with nothing below it becomes a block of its own. Of a table each row is a block: `text` with the
    heads of its columns ("Gebühr: 12,00 Euro"), `rows` with head and row. Blocks that have a locator stay as they are.
    """
    blocks = _divisions([part for block in document.blocks for part in _parts(block)])
    walker = _Walker(_titles(document.meta.get("title", ""), [block for block in blocks if block.level]))
    heads, entries = _headings(blocks)
    blocks = [replace(block, level=0) if index in entries else block for index, block in enumerate(blocks)]
    skip = -1
    result: list[Block] = []
    for index, (block, head) in enumerate(zip(blocks, heads, strict=True)):
        if index == skip:
            continue
        if block.locator is not None:
            result.append(block)
        elif head or block.level:
            if head and not head.title and head.kind == "section" and _is_title(blocks, heads, index + 1):
                head, skip = replace(head, title=blocks[index + 1].text), index + 1
            result += walker.heading(block, head)
        else:
            result += walker.body(block)
    return result + walker.close(0)


def _parts(block: Block) -> list[Block]:
    """A block of several Absätze as one block each."""
    if block.locator or block.level or "\n(" not in block.text:
        return [block]
    return [replace(block, text=text) for text in _SUBSECTIONS.split(block.text)]


def _divisions(blocks: Sequence[Block]) -> list[Block]:
    """ "Erstes Kapitel" and the heading below it become one heading."""
    result: list[Block] = []
    for block in blocks:
        above = result[-1] if result else None
        if above and above.level and block.level and _DIVISION.fullmatch(above.text) and not parse(block.text, True):
            result[-1] = replace(above, text=f"{above.text} {block.text}")
        else:
            result.append(block)
    return result


def _headings(blocks: Sequence[Block]) -> tuple[list[Heading | None], set[int]]:
    """What each block names as a heading, and which ones are entries of a table of contents: they name nothing.

    An entry is one whose place is named again later, and that ends in a page number or stands beside another entry.
    In a text with §§ (two or more) decimal numbers are no places.
    """
    found = [None if b.locator or b.rows else parse(b.text, styled=b.level > 0) for b in blocks]
    if len({head.label for head in found if head and head.kind == "section"}) > 1:
        found = [None if head and head.kind == "decimal" else head for head in found]
    found = _told_apart(found)
    last = {head.label: index for index, head in enumerate(found) if head}
    again = [head is not None and head.kind != "subsection" and last[head.label] > i for i, head in enumerate(found)]
    entries = {
        i
        for i, repeated in enumerate(again)
        if repeated and (_LEADERS.search(blocks[i].text) or again[i + 1 : i + 2] == [True] or (i and again[i - 1]))
    }
    return [None if i in entries else head for i, head in enumerate(found)], entries


def _told_apart(heads: Sequence[Heading | None]) -> list[Heading | None]:
    """Annexes without a number are named by their titles, where there are several: 'Anlage „Muster“'."""
    titles = {head.title for head in heads if head and head.kind == "annex" and " " not in head.label and head.title}
    if len(titles) < 2:
        return list(heads)
    return [
        replace(head, label=f"{head.label} „{head.title}“")
        if head and head.title in titles and head.kind == "annex" and " " not in head.label
        else head
        for head in heads
    ]


def _is_title(blocks: Sequence[Block], heads: Sequence[Heading | None], index: int) -> bool:
    """Is this block the title of the "§ 4" that stands alone on the line before?"""
    if index >= len(blocks) or heads[index] or blocks[index].rows or blocks[index].locator:
        return False
    text = blocks[index].text
    plain = len(text) < 120 and "\n" not in text and text[:1].isupper() and text[-1] not in ".,;:"
    return plain and not ITEM.match(text) and (blocks[index].level > 0 or index + 1 < len(blocks))


def _titles(title: str, headings: Sequence[Block]) -> frozenset[str]:
    """What is the title of the document: its own, or its first heading, if that is the only one of its level."""
    first = headings[:1] if not title or _sole(headings) else []
    return frozenset(_squeeze(name) for name in (title, *(block.text for block in first)) if name)


def _sole(headings: Sequence[Block]) -> bool:
    return bool(headings) and all(block.level > headings[0].level for block in headings[1:])


def _squeeze(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


@dataclass
class _Entry:
    """A heading that is open: what stands below it is its."""

    level: int
    title: str
    head: Heading | None
    block: Block
    used: bool = False


@dataclass
class _Walker:
    """The open headings and the current Absatz, while the blocks go by."""

    titles: frozenset[str]
    _open: list[_Entry] = field(default_factory=list)
    _subsection: str | None = None
    _seen: set[str] = field(default_factory=set)

    def locator(self, block: Block) -> Locator:
        heads = [entry.head for entry in self._open if entry.head]
        return Locator(
            section=heads[-1].label if heads else None,
            subsection=self._subsection,
            page=block.page,
            page_label=block.page_label,
            headings=tuple(entry.title for entry in self._open if entry.title),
        )

    def heading(self, block: Block, head: Heading | None) -> list[Block]:
        name = _squeeze(block.text)
        begins = not self._open and len(name) > 9 and any(title.startswith(name) for title in self.titles)
        if head is None and (name in self.titles or begins):
            return self.close(0)
        if head and head.kind == "subsection":
            self._subsection, title, head = head.label, head.title, None
            closed = self.close(_UNSTYLED + 1)
            if title:
                self._push(_Entry(_UNSTYLED + 1, title, None, block))
            return closed
        before = self._leave_contents(block, head)
        level = block.level or _UNSTYLED
        if head and self._within_annex(head, level):
            head = None
        closed = before + self.close(level)
        if head:
            closed += self._leave(head, styled=block.level > 0)
            self._seen.add(head.label)
        self._subsection = self._subsection if head is None and self._section() else None
        title = head.title if head else block.text
        self._push(_Entry(level, "" if head and head.repealed else title, head, block))
        return closed

    def body(self, block: Block) -> list[Block]:
        closed = self._leave_contents(block, None)
        if match := _SUBSECTION.match(block.text):
            closed += self.close(_UNSTYLED + 1)
            self._subsection = match[1]
        elif (match := _NUMBERED.match(block.text)) and self._continues(match[1]):
            head = Heading("decimal", f"Nr. {match[1]}", "")
            closed += self.close(_UNSTYLED + 1) + self._leave(head, styled=False)
            self._push(_Entry(_UNSTYLED, "", head, block))
        for entry in self._open:
            entry.used = True
        if block.rows:
            return closed + list(rows(block, self.locator(block)))
        return [*closed, replace(block, locator=self.locator(block))]

    def close(self, level: int) -> list[Block]:
        """Closes the headings from `level` on; one with nothing below it comes back as a block."""
        keep = next((i for i, entry in enumerate(self._open) if entry.level >= level), len(self._open))
        return self._cut(keep)

    def _cut(self, keep: int) -> list[Block]:
        closed = []
        while len(self._open) > keep:
            entry = self._open[-1]
            if entry.head:
                self._subsection = None
            if not entry.used and not entry.head:
                self._open.pop()  # a heading that names no place is text of the place above it
            if not entry.used:
                text = entry.head.title if entry.head and entry.head.title else entry.block.text
                closed.append(Block(text=text, page=entry.block.page, locator=self.locator(entry.block)))
            if self._open[keep:] and self._open[-1] is entry:
                self._open.pop()
        return closed

    def _push(self, entry: _Entry) -> None:
        for parent in self._open:
            parent.used = True
        self._open.append(entry)

    def _section(self) -> bool:
        return any(entry.head for entry in self._open)

    def _leave(self, head: Heading, styled: bool) -> list[Block]:
        """Ends the sections that cannot hold this one, whatever their levels are."""
        for index, entry in enumerate(self._open):
            other = entry.head
            inner = other and other.kind == head.kind == "decimal" and head.label.startswith(f"{other.label}.")
            if (other and not inner) or (head.kind == "annex" and not styled and entry.level > 1):
                return self._cut(index)
        return []

    def _leave_contents(self, block: Block, head: Heading | None) -> list[Block]:
        """A table of contents ends with its page, or with the first section."""
        for index, entry in enumerate(self._open):
            if _CONTENTS.fullmatch(entry.title) and (head or entry.block.page != block.page):
                if not any(below.head for below in self._open[index:]):
                    return self._cut(index)
                del self._open[index]
                break
        return []

    def _within_annex(self, head: Heading, level: int) -> bool:
        """Numbers inside an annex (a model contract, say) are not those of the text itself."""
        annex = next((entry for entry in self._open if entry.head and entry.head.kind == "annex"), None)
        if annex is None or head.kind == "annex":
            return False
        if head.kind == "decimal":
            return level > annex.level or level == annex.level == _UNSTYLED
        return level > annex.level or (level == _UNSTYLED and head.label in self._seen)

    def _continues(self, number: str) -> bool:
        """Does "4.2 Die Leitung entscheidet …" follow on the open number 4, 4.1 or 4.1.3?"""
        labels = [entry.head.label for entry in self._open if entry.head and entry.head.kind == "decimal"]
        if not labels:
            return False
        current = labels[-1].removeprefix("Nr. ")
        parent = number.rpartition(".")[0]
        return parent == current or current.startswith(f"{parent}.")
