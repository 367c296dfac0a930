"""PDF files as headings, texts and tables with their page.

PDFium gives text with positions (`pdf_page`), pypdf what the file says of itself (`pdf_info`), tesseract the text of
scanned pages (`ocr`). Words keep the order in which the file writes them, which is the reading order in nearly all
files; positions are used to join what stands on one line, to part columns, to find tables, and to take off running
headers and tables of contents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.readers import pdf_layout, pdf_page, pdf_tables
from ingest.readers.pdf_blocks import Writer
from ingest.readers.pdf_headings import Typography, squeeze
from ingest.readers.pdf_info import Info, info
from ingest.readers.pdf_layout import Line, Page, Word

_JUNK_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)|\.(?:docx?|pdf|indd|odt|rtf|qxd)$|untitled|anonymous|^dokument\d*$"
)
_AS_OF = re.compile(r"Stand\s*:?\s*(?:vom\s+)?(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")


def read(data: bytes, name: str) -> Document:
    """A PDF as blocks, each with its page.

    `meta` has title, author, as_of (a "Stand: …" in header or footer); "ocr_pages" and "ocr_confidence" (0 to 100)
    where pages were recognised, "skipped_pages" where scanned ones could not be. Raises ReadError: empty, no PDF, cut
    off, encrypted, damaged, no text, mostly scanned and no text recognition.
    """
    _check(data, name)
    facts = info(data, name)
    pages, meta = _recognised(pdf_page.pages(data, name), data, name)
    if sum(char.isalpha() for page in pages for line in page.lines for char in line.text) < 20:
        raise ReadError(
            f"{name}: Die PDF-Datei enthält keinen Text, vermutlich ein Scan. "
            "Bitte mit Texterkennung (OCR) neu speichern."
        )
    blocks, dated = _blocks(pages, facts)
    return Document(tuple(blocks), _meta(facts, blocks, dated) | meta)


def _check(data: bytes, name: str) -> None:
    if not data.strip():
        raise ReadError(f"{name}: Die Datei ist leer. Bitte die Datei prüfen oder aus dem Ordner nehmen.")
    if b"%PDF-" not in data[:1024]:
        raise ReadError(f"{name}: Das ist keine PDF-Datei, auch wenn der Name so endet.")
    if b"%%EOF" not in data[-4096:]:
        raise ReadError(f"{name}: Die PDF-Datei ist unvollständig (das Ende fehlt). Bitte neu ablegen.")


def _recognised(pages: list[Page], data: bytes, name: str) -> tuple[list[Page], dict[str, str]]:
    """The pages with the text of scanned ones; without recognition these stay empty if they are the lesser part."""
    scans = [page.number for page in pages if page.scan]
    if not scans:
        return pages, {}
    from ingest.readers import ocr

    listed = ", ".join(map(str, scans))
    try:
        found = ocr.recognise(data, name, scans)
    except ReadError:
        if 2 * len(scans) > len(pages):
            raise
        return pages, {"skipped_pages": listed}
    read = [
        replace(page, lines=tuple(pdf_layout.lines(_evened(found[page.number].lines))), rules=()) if page.scan else page
        for page in pages
    ]
    return read, {"ocr_pages": listed, "ocr_confidence": ocr.confidence(found.values())}


def _evened(lines: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """Words of a scan with the usual size of its letters, unless they are much larger or smaller."""
    usual = median([word.size for line in lines for word in line] or [10.0])
    return [
        [replace(word, size=usual) if 0.7 * usual < word.size < 1.4 * usual else word for word in line]
        for line in lines
    ]


def _blocks(pages: Sequence[Page], facts: Info) -> tuple[list[Block], list[Line]]:
    """The blocks, and the header or footer lines with a "Stand"."""
    pages = [pdf_layout.without_fillers(pdf_layout.without_contents(page)) for page in pages]
    tables = [pdf_tables.find(page) for page in pages]
    bare = [
        replace(page, lines=tuple(line for line in page.lines if not any(t.holds(line.words[0]) for t in found)))
        for page, found in zip(pages, tables, strict=True)
    ]
    kept, furniture = _without(pages, bare)
    outline = {(page, squeeze(title)): level for (page, title), level in facts.outline.items()}
    writer = Writer(Typography.of(kept, outline))
    for page, found in zip(kept, tables, strict=True):
        writer.page(pdf_layout.columns(page), found)
    dated = [line for line in furniture if _AS_OF.search(line.text)]
    blocks = [Block(text=line.text, page=1) for line in dated] + _with_fields(writer.blocks(), facts.fields)
    return [replace(block, page_label=facts.labels.get(block.page or 0)) for block in blocks], dated


def _with_fields(blocks: list[Block], fields: Mapping[int, Sequence[tuple[str, str]]]) -> list[Block]:
    """What was filled into a form, as a table after the text of each page."""
    for page, filled in sorted(fields.items()):
        at = next((i for i, block in enumerate(blocks) if (block.page or 0) > page), len(blocks))
        blocks.insert(at, Block(rows=(("Feld", "Eintrag"), *filled), page=page))
    return blocks


def _without(pages: list[Page], bare: list[Page]) -> tuple[list[Page], list[Line]]:
    """Pages without furniture, and the furniture; what stands in a table is none, however often it is repeated."""
    stays, furniture = pdf_layout.without_furniture(bare)
    gone = [set(before.lines) - set(after.lines) for before, after in zip(bare, stays, strict=True)]
    kept = [
        replace(page, lines=tuple(line for line in page.lines if line not in lost))
        for page, lost in zip(pages, gone, strict=True)
    ]
    return kept, furniture


def _meta(facts: Info, blocks: list[Block], dated: list[Line]) -> dict[str, str]:
    title = facts.title
    if not title or _JUNK_TITLE.search(title.lower()):
        tops = [title for (_, title), level in facts.outline.items() if level == 1]
        first = [block for block in blocks[:12] if block.level and block.page == 1]
        title = tops[0] if len(tops) == 1 else min(first, key=lambda block: block.level).text if first else ""
    meta = {"title": title, "author": "" if facts.author.strip("()") == "anonymous" else facts.author}
    if dated and (found := _AS_OF.search(dated[0].text)):
        meta["as_of"] = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    return {key: value for key, value in meta.items() if value}
