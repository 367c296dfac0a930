"""Which blocks of a document are headings, and what these name; before it is known what stands below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.document import Block
from ingest.headings import Heading, parse
from ingest.lines import ITEM

_SUBSECTIONS = re.compile(r"\n(?=\(\d{1,2}[a-z]?\)\s)")
_DIVISION = re.compile(
    r"(?:\w+|\d{1,2}\.|[IVX]+\.) (?:Kapitel|(?:Unter)?[Aa]bschnitt|Teil|Titel|Buch)|"
    r"(?:Kapitel|Abschnitt|Teil|Buch) (?:\d{1,2}|[IVX]+|[A-H])"
)
_LEADERS = re.compile(r"(?:\.{3,}|…|\s\.\s\.|\s)\s*\d{1,3}$")


def divided(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with one for each Absatz, and with "Erstes Kapitel" and the heading below it as one heading."""
    result: list[Block] = []
    for block in (part for whole in blocks for part in _parts(whole)):
        above = result[-1] if result else None
        if above and above.level and block.level and _DIVISION.fullmatch(above.text) and not parse(block.text, True):
            result[-1] = replace(above, text=f"{above.text} {block.text}")
        else:
            result.append(block)
    return result


def titles(title: str, blocks: Sequence[Block]) -> frozenset[str]:
    """What names the document, squeezed: its own title, and its first heading if that is the only one of its level."""
    headings = [block for block in blocks if block.level]
    sole = [block.level for block in headings].count(1) == 1 and headings[0].level == 1
    first = headings[:1] if not title or sole else []
    return frozenset(squeeze(name) for name in (title, *(block.text for block in first)) if name)


def squeeze(text: str) -> str:
    """Letters and digits only."""
    return re.sub(r"\W+", "", text).casefold()


def heads(blocks: Sequence[Block]) -> Iterator[tuple[Block, Heading | None]]:
    """Each block with what it names as a heading, or None. Entries of a table of contents lose their level.

    The title of a "§ 4" that stands alone on its line is taken from the block below, which is left out.
    """
    found, entries = _headings(blocks)
    skip = -1
    for index, (block, head) in enumerate(zip(blocks, found, strict=True)):
        if index == skip:
            continue
        if head and not head.title and head.kind == "section" and _is_title(blocks, found, index + 1):
            head, skip = replace(head, title=blocks[index + 1].text), index + 1
        yield replace(block, level=0) if index in entries else block, head


def _parts(block: Block) -> list[Block]:
    """A block of several Absätze as one block each."""
    if block.locator or block.level or "\n(" not in block.text:
        return [block]
    return [replace(block, text=text) for text in _SUBSECTIONS.split(block.text)]


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
    bare = [head for head in heads if head and head.kind == "annex" and " " not in head.label and head.title]
    if len({head.title for head in bare}) < 2:
        return list(heads)
    return [replace(head, label=f"{head.label} „{head.title}“") if head and head in bare else head for head in heads]


def _is_title(blocks: Sequence[Block], heads: Sequence[Heading | None], index: int) -> bool:
    """Is this block the title of the "§ 4" that stands alone on the line before?"""
    if index >= len(blocks) or heads[index] or blocks[index].rows or blocks[index].locator:
        return False
    text = blocks[index].text
    plain = len(text) < 120 and "\n" not in text and text[:1].isupper() and text[-1] not in ".,;:"
    return plain and not ITEM.match(text) and (blocks[index].level > 0 or index + 1 < len(blocks))
