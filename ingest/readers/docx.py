"""Word files (.docx): headings by style or outline level, automatic numbers, lists, tables, notes, core properties.

Tracked changes are read as if accepted. Headers, footers and comments are left out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document as DocxDocument
from docx.oxml.xmlchemy import BaseOxmlElement as Element
from docx.table import Table
from docx.text.paragraph import Paragraph

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.readers.docx_lists import Numbering, W
from ingest.readers.docx_notes import Notes

MAX_BYTES = 300_000_000  # unpacked
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MOVED = f"{W}moveFrom"
_HEADING = re.compile(r"(?:heading|überschrift|berschrift)\s*(\d)", re.IGNORECASE)
_BROKEN = (KeyError, ValueError, AttributeError, TypeError, IndexError, SyntaxError, zipfile.BadZipFile, zlib.error)
_UNREADABLE = (*_BROKEN, EOFError, OSError, NotImplementedError, RuntimeError)


def read(data: bytes, name: str) -> Document:
    """A Word file as blocks; `meta` has title and author where the file's properties name them.

    Raises ReadError: empty, encrypted or old .doc, damaged, too large unpacked, no text.
    """
    _check(data, name)
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = tuple(_Reader(document).blocks(document.element.body))
        properties = document.core_properties
        meta = {"title": properties.title or "", "author": properties.author or ""}
    except _UNREADABLE as error:
        raise ReadError(
            f"{name}: Die Word-Datei ist beschädigt ({type(error).__name__}). Bitte neu speichern."
        ) from error
    if not blocks:
        raise ReadError(f"{name}: Die Word-Datei enthält keinen Text.")
    return Document(blocks, {key: value for key, value in meta.items() if value.strip() and value != "python-docx"})


def _check(data: bytes, name: str) -> None:
    if not data:
        raise ReadError(f"{name}: Die Datei ist leer. Bitte die Datei prüfen oder aus dem Ordner nehmen.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ReadError(
            f"{name}: Die Datei ist mit einem Kennwort geschützt oder im alten Word-Format (.doc). "
            "Bitte ohne Kennwort als .docx speichern."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except _UNREADABLE as error:
        raise ReadError(
            f"{name}: Das ist keine vollständige Word-Datei (.docx). Bitte die Datei neu ablegen."
        ) from error
    if size > MAX_BYTES:
        raise ReadError(f"{name}: Die Datei ist entpackt größer als {MAX_BYTES // 10**6} MB und wird nicht gelesen.")


class _Reader:
    """Walks the body of one document; list items that follow each other become one block."""

    def __init__(self, document: DocxDocument) -> None:
        self._document = document
        part = next((p for p in document.part.package.iter_parts() if str(p.partname).endswith("/numbering.xml")), None)
        self._numbering = Numbering(getattr(part, "element", None))
        self._items: list[str] = []
        self._notes = Notes(document, _wording)
        self._before = ""  # text whose end was deleted, so that the next one goes on with it

    def blocks(self, body: Element) -> Iterator[Block]:
        for element in _elements(body):
            if element.tag == f"{W}tbl":
                yield from self._flush()
                yield from self._table(Table(element, self._document))
            else:
                yield from self._text(Paragraph(element, self._document))
            notes = [Block(text=text) for text in self._notes.of(element)]
            yield from [*self._flush(), *notes] if notes else ()
        yield from self._flush()

    def _text(self, item: Paragraph) -> Iterator[Block]:
        text, self._before = self._before + _wording(item._p), ""
        if item._p.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self._before = text
            return
        level = _level(item)
        num, depth = _list(item)
        if not text.strip():
            return
        label = self._numbering.label(num, depth) if num else ""
        if label:
            text = f"{label} {text.strip()}"
        if label and not level and not re.match(r"[(§]|Art", label):
            self._items.append("   " * depth + text)
            return
        yield from self._flush()
        yield Block(text=" ".join(text.split()) if level else text.strip(), level=level)

    def _flush(self) -> Iterator[Block]:
        if self._items:
            yield Block(text="\n".join(self._items))
            self._items = []

    def _table(self, table: Table) -> Iterator[Block]:
        seen: set[Any] = set()
        rows: list[tuple[str, ...]] = []
        for row in table.rows:
            if row._tr.find(f"{W}trPr/{W}del") is not None:
                continue
            cells = []
            for cell in row.cells:
                cells.append("" if cell._tc in seen else " ".join(_wording(cell._tc).split()))
                seen.add(cell._tc)
            rows.append(tuple(cells))
        if max((len(row) for row in rows), default=0) > 1 and len(rows) > 1:
            yield Block(rows=tuple(rows))
        else:
            yield from (Block(text=cell) for row in rows for cell in row if cell)


def _elements(body: Element) -> Iterator[Element]:
    """Texts and tables in order, those within content controls too; a generated table of contents is left out."""
    for element in body:
        if element.tag in (f"{W}p", f"{W}tbl"):
            yield element
        elif element.tag == f"{W}sdt" and element.find(f".//{W}docPartGallery[@{W}val='Table of Contents']") is None:
            for content in element.findall(f"{W}sdtContent"):
                yield from _elements(content)
        elif element.tag in (f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"):
            yield from _elements(element)


def _wording(element: Element) -> str:
    """All visible text below an element: tracked insertions too, deletions and what moved away not, text boxes once."""
    parts: list[str] = []
    for node in element.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen", f"{W}p"):
        parent = node.getparent()
        if node.tag == f"{W}p":
            parts.append("\n")
        elif (
            parent is not None
            and parent.tag == f"{W}r"
            and not any(up.tag in (_FALLBACK, _MOVED) for up in node.iterancestors())
        ):
            parts.append(_CHARACTERS.get(node.tag) or node.text or "")
    return "".join(parts).strip("\n")


_CHARACTERS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def _styles(item: Paragraph) -> Iterator[Any]:
    """The text's style and those it is based on."""
    style: Any = item.style
    for _ in range(10):
        if style is None:
            return
        yield style
        style = getattr(style, "base_style", None)


def _level(item: Paragraph) -> int:
    """1 to 6 for a heading (style, outline level, or a short line all in bold), else 0."""
    for style in _styles(item):
        name = str(style.name or "")
        if found := _HEADING.search(name):
            return min(int(found[1]) or 1, 6)
        if name.lower() in ("title", "titel"):
            return 1
    sources = [item._p, *(style.element for style in _styles(item))]
    for source in sources:
        outline = source.find(f"{W}pPr/{W}outlineLvl")
        if outline is not None and (value := outline.get(f"{W}val", "9")).isdigit() and int(value) < 9:
            return min(int(value) + 1, 6)
    return 6 if _bold_line(item) else 0


def _bold_line(item: Paragraph) -> bool:
    runs = [run for run in item.runs if run.text.strip()]
    text = item.text.strip()
    return bool(runs) and all(run.bold for run in runs) and len(text) < 100 and text[-1] not in ".,;:!"


def _list(item: Paragraph) -> tuple[str, int]:
    """(id of the list or "", depth) of a text, from itself or its style."""
    sources = [item._p, *(style.element for style in _styles(item))]
    for source in sources:
        number = source.find(f"{W}pPr/{W}numPr")
        if number is None:
            continue
        num, depth = number.find(f"{W}numId"), number.find(f"{W}ilvl")
        if num is not None:
            key = str(num.get(f"{W}val", ""))
            return ("" if key == "0" else key), int(depth.get(f"{W}val", "0")) if depth is not None else 0
    return "", 0
