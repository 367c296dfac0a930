"""Excel files (.xlsx): the visible sheets, row by row, formulas as the values that were last computed."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator

import openpyxl
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from ingest.document import Document
from ingest.readers import table
from ingest.readers.cells import text
from ingest.readers.package import UNREADABLE, damaged, open_package

_KIND = "Excel-Datei (.xlsx)"
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell [^>]*?ref=\"([A-Z]+\d+:[A-Z]+\d+)\"")


def read(data: bytes, name: str) -> Document:
    """A workbook as blocks: each sheet's name as a heading, its tables as rows; `meta` has title and author.

    Raises ReadError: empty, password or old .xls, damaged, too large, no text.
    """
    with open_package(data, name, _KIND, "xl/") as archive:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about styles and extensions that carry no text
                book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
                sheets = [_sheet(sheet, archive) for sheet in book.worksheets if sheet.sheet_state == "visible"]
        except UNREADABLE as error:
            raise damaged(name, _KIND, error) from error
    properties = book.properties
    meta = {"title": properties.title or "", "author": properties.creator or ""}
    blocks = table.blocks(sheets, name)
    return Document(blocks, {key: value for key, value in meta.items() if value.strip() and value != "openpyxl"})


def _sheet(sheet: ReadOnlyWorksheet, archive: zipfile.ZipFile) -> table.Sheet:
    """All rows up to the last one with text; the rows that the file leaves out are empty."""
    sheet.reset_dimensions()  # what a file says of its size is often wrong
    rows: list[list[str]] = []
    cells = 0
    for row in sheet.iter_rows():
        rows.append(_row(row))
        cells += len(rows[-1])
        if cells > table.MAX_CELLS:
            break
    while rows and not rows[-1]:
        rows.pop()
    return table.Sheet(sheet.title, rows, dict(_spans(archive.read(sheet._worksheet_path))))


def _row(cells: tuple[ReadOnlyCell, ...]) -> list[str]:
    row = [_text(cell) for cell in cells]
    while row and not row[-1]:
        row.pop()
    return row


def _text(cell: ReadOnlyCell) -> str:
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    return text(value, cell.number_format if isinstance(value, (int, float)) else "")


def _spans(xml: bytes) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The merged cells: openpyxl does not tell them when it reads row by row, which keeps the memory small."""
    for match in _MERGED.finditer(xml, max(xml.rfind(b"</sheetData>"), 0)):
        left, top, right, bottom = range_boundaries(match[1].decode("ascii"))
        yield (top - 1, left - 1), (bottom - top + 1, right - left + 1)
