"""ODT files: headings by outline level or style, automatic numbers, lists, tables, footnotes; changes as accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

from lxml import etree

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.readers.odf import DRAW, FO, OFFICE, STYLE, TABLE, TEXT, Odf, int_of, open_odf, wording
from ingest.readers.odt_lists import Count, Numbering

_KIND = "ODT-Datei (.odt)"
_SKIP = frozenset(
    {
        *(f"{TEXT}{name}" for name in ("tracked-changes", "table-of-content", "alphabetical-index", "table-index")),
        *(f"{TEXT}{name}" for name in ("illustration-index", "object-index", "user-index", "sequence-decls")),
        f"{OFFICE}forms",
        f"{OFFICE}annotation",
    }
)
_HEADING = re.compile(r"(?:heading|überschrift)[ _]*(\d+)", re.IGNORECASE)
_OWN_BLOCK = re.compile(r"[(§]|Art")  # labels of an Absatz or a section, not of a list item
_BOXES = (f"{DRAW}text-box", f"{DRAW}custom-shape")
_MAX_DEPTH = 100


def read(data: bytes, name: str) -> Document:
    """An ODT file as blocks; `meta` has title and author where the file's properties name them.

    Tracked deletions, comments and generated tables of contents are left out. Raises ReadError: empty, password,
    damaged, no text.
    """
    file = open_odf(data, name, _KIND, "text")
    blocks = tuple(_Reader(file).blocks())
    if not blocks:
        raise ReadError(f"{name}: Die ODT-Datei enthält keinen Text.")
    return Document(blocks, file.meta)


class _Reader:
    """Walks the body of one document; list items that follow each other become one block."""

    def __init__(self, file: Odf) -> None:
        self._body = file.body
        self._numbering = Numbering(file.roots)
        self._styles = {
            style.get(f"{STYLE}name", ""): style
            for root in reversed(file.roots)
            for style in root.iter(f"{STYLE}style")
            if style.get(f"{STYLE}family") in ("paragraph", "text", "section")
        }
        self._items: list[str] = []

    def blocks(self) -> Iterator[Block]:
        yield from self._walk(self._body, 0)
        yield from self._flush()

    def _walk(self, parent: etree._Element, depth: int) -> Iterator[Block]:
        for element in parent if depth < _MAX_DEPTH else ():
            match element.tag:
                case _ if element.tag in _SKIP or element.get(f"{TEXT}display") == "none":
                    continue
                case tag if tag in (f"{TEXT}p", f"{TEXT}h"):
                    yield from self._text(element, "", 0)
                case tag if tag == f"{TEXT}list":
                    yield from self._list(element, self._numbering.open(element), 1, "")
                case tag if tag == f"{TABLE}table":
                    yield from self._flush()
                    yield from self._table(element)
                case _:
                    yield from self._walk(element, depth + 1)

    def _list(self, element: etree._Element, count: Count, depth: int, style: str) -> Iterator[Block]:
        style = element.get(f"{TEXT}style-name", style)
        for item in element if depth < _MAX_DEPTH else ():
            fresh = item.tag == f"{TEXT}list-item"
            for child in item:
                if child.tag == f"{TEXT}list":
                    yield from self._list(child, count, depth + 1, style)
                elif child.tag in (f"{TEXT}p", f"{TEXT}h") and wording(child).strip():
                    value = child.getparent().get(f"{TEXT}start-value", "")
                    start = int(value) if value.isdigit() else None
                    label = self._numbering.label(count, depth, style, start) if fresh else ""
                    yield from self._text(child, label, depth)
                    fresh = False
                elif child.tag not in (f"{TEXT}p", f"{TEXT}h"):
                    yield from self._walk([child], depth + 1)

    def _text(self, element: etree._Element, label: str, depth: int) -> Iterator[Block]:
        text = "\n".join(" ".join(line.split()) for line in wording(element).split("\n")).strip()
        level = self._level(element, text)
        if text and level and not depth and element.tag == f"{TEXT}h":
            label = self._numbering.heading(int_of(element, f"{TEXT}outline-level", 1))
        if text and depth and not level and not _OWN_BLOCK.match(label):
            self._items.append("   " * (depth - 1) + f"{label} {text}".strip())
        elif text:
            yield from self._flush()
            text = f"{'' if level and label == '-' else label} {text}".strip()
            yield Block(text=" ".join(text.split()) if level else text, level=level)
        yield from self._aside(element)

    def _aside(self, element: etree._Element) -> Iterator[Block]:
        """The footnotes and text boxes of a text, after it."""
        notes = [note for note in element.iter(f"{TEXT}note") if not _within(note, element)]
        boxes = [box for box in element.iter(*_BOXES) if not _within(box, element)]
        if notes or boxes:
            yield from self._flush()
        for note in notes:
            body = note.find(f"{TEXT}note-body")
            text = " ".join(wording(body).split()) if body is not None else ""
            number = "".join(note.itertext(f"{TEXT}note-citation")).strip()
            if text:
                yield Block(text=f"Fußnote {number}: {text}" if number else f"Fußnote: {text}")
        for box in boxes:
            yield from self._walk(box, 1)
            yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        if self._items:
            yield Block(text=dedent("\n".join(self._items)))
            self._items = []

    def _table(self, table: etree._Element) -> Iterator[Block]:
        rows: list[tuple[str, ...]] = []
        for row in _rows(table):
            cells: list[str] = []
            for cell in row.iterfind("*"):
                text = " ".join(wording(cell).split()) if cell.tag == f"{TABLE}table-cell" else ""
                cells += [text] * min(int_of(cell, f"{TABLE}number-columns-repeated", 1), 100)
            rows += [tuple(cells)] * min(int_of(row, f"{TABLE}number-rows-repeated", 1), 100)
        if max(map(len, rows), default=0) > 1 and len(rows) > 1:
            yield Block(rows=tuple(rows))
        else:
            yield from (Block(text=cell) for row in rows for cell in row if cell)
        for cell in table.iter(f"{TABLE}table-cell"):
            yield from self._aside(cell) if cell.find(f".//{TEXT}note") is not None else ()

    def _level(self, element: etree._Element, text: str) -> int:
        """1 to 6 for a heading (outline level, style, or a short line all in bold), else 0."""
        if element.tag == f"{TEXT}h":
            return min(int_of(element, f"{TEXT}outline-level", 1), 6)
        name = element.get(f"{TEXT}style-name", "")
        for style in self._chain(name):
            readable = (style.get(f"{STYLE}display-name") or style.get(f"{STYLE}name", "")).replace("_20_", " ")
            if found := _HEADING.search(readable):
                return min(int(found[1]) or 1, 6)
            if outline := int_of(style, f"{STYLE}default-outline-level", 0):
                return min(outline, 6)
            if readable.lower() in ("title", "titel"):
                return 1
        short = 0 < len(text) < 100 and "\n" not in text and text[-1] not in ".,;:!"
        return 6 if short and self._all_bold(element, name) else 0

    def _chain(self, name: str) -> Iterator[etree._Element]:
        """A style and those it is based on."""
        for _ in range(10):
            if (style := self._styles.get(name)) is None:
                return
            yield style
            name = style.get(f"{STYLE}parent-style-name", "")

    def _all_bold(self, element: etree._Element, name: str) -> bool:
        if any(self._bold(style) for style in self._chain(name)):
            return True
        outside = [element.text, *(child.tail for child in element)]
        spans = [child for child in element if child.tag == f"{TEXT}span" and wording(child).strip()]
        names = [span.get(f"{TEXT}style-name", "") for span in spans]
        bold = [any(self._bold(style) for style in self._chain(each)) for each in names]
        return bool(bold) and all(bold) and not any((text or "").strip() for text in outside)

    @staticmethod
    def _bold(style: etree._Element) -> bool:
        properties = style.find(f"{STYLE}text-properties")
        return properties is not None and properties.get(f"{FO}font-weight") == "bold"


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in (f"{TABLE}table-header-rows", f"{TABLE}table-rows"):
            yield from _rows(child)


def _within(inner: etree._Element, element: etree._Element) -> bool:
    """Does it stand in a text box, which is walked for itself?"""
    above = inner.getparent()
    while above is not element:
        if above.tag in _BOXES:
            return True
        above = above.getparent()
    return False
