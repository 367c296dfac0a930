"""Where each block stands: § and Absatz, Artikel, Anlage, decimal number, headings, page; in any format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from assistant.types import Locator
from ingest import outline
from ingest.document import Block, Document
from ingest.headings import Heading
from ingest.rows import rows

_UNSTYLED = 7  # the level of a heading that the file does not mark as one
_SUBSECTION = re.compile(r"\((\d{1,2}[a-z]?)\)\s")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,3}){1,4})\.?\s+(?=[A-ZÄÖÜ„\"(])")
_CONTENTS = re.compile(r"(?:\w+ )?Inhalt(?:sverzeichnis|sübersicht)?:?", re.IGNORECASE)


def locate(document: Document) -> list[Block]:
    """Every body block with its Locator, in order; headings go into the locators of what follows them.

    A heading with nothing below it becomes a block of its own. Of a table each row is a block: `text` with the
    heads of its columns ("Gebühr: 12,00 Euro"), `rows` with head and row. Blocks that have a locator stay as they are.
    """
    blocks = outline.divided(document.blocks)
    walker = _Walker(outline.titles(document.meta.get("title", ""), blocks))
    result: list[Block] = []
    for block, head in outline.heads(blocks):
        if block.locator is not None:
            result.append(block)
        else:
            result += walker.heading(block, head) if head or block.level else walker.body(block)
    return result + walker.close(0)


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
        name = outline.squeeze(block.text)
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
