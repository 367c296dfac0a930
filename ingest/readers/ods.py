"""ODS spreadsheets: the visible sheets row by row, values written the German way, formulas as their last values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from lxml import etree

from assistant.errors import ReadError
from ingest.document import Document
from ingest.readers import table
from ingest.readers.cells import amount, moment, number
from ingest.readers.odf import OFFICE, STYLE, TABLE, TEXT, Odf, int_of, open_odf, wording

_KIND = "ODS-Tabelle (.ods)"
_MAX_REPEAT = 10_000  # of a row or cell with text; more is a formatted empty sheet or an attack
_DURATION = re.compile(r"PT(\d+)H(\d+)M(?:[\d.]+S)?")


def read(data: bytes, name: str) -> Document:
    """A spreadsheet as blocks: each sheet's name as a heading, its tables as rows; `meta` has title and author.

    Raises ReadError: empty, password, damaged, too large, no text.
    """
    file = open_odf(data, name, _KIND, "spreadsheet")
    hidden = _hidden(file)
    sheets = [
        _sheet(element, name)
        for element in file.body.iterfind(f"{TABLE}table")
        if element.get(f"{TABLE}style-name") not in hidden
    ]
    return Document(table.blocks(sheets, name), file.meta)


def _hidden(file: Odf) -> set[str | None]:
    """The styles of tables that are not shown."""
    return {
        style.get(f"{STYLE}name")
        for root in file.roots
        for style in root.iter(f"{STYLE}style")
        if (shown := style.find(f"{STYLE}table-properties")) is not None and shown.get(f"{TABLE}display") == "false"
    }


def _sheet(element: etree._Element, name: str) -> table.Sheet:
    rows: list[list[str]] = []
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    cells = 0
    for row in _rows(element):
        texts: list[str] = []
        for cell in row:
            if cell.tag in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                _add(cell, texts, len(rows), spans)
        while texts and not texts[-1]:
            texts.pop()
        repeated = int_of(row, f"{TABLE}number-rows-repeated", 1)
        rows += [texts] * min(repeated, _MAX_REPEAT if texts else 1)
        cells += len(texts) * min(repeated, _MAX_REPEAT)
        if cells > table.MAX_CELLS:
            raise ReadError(
                f"{name}: Die Tabelle hat mehr als {table.MAX_CELLS // 10**6} Millionen Zellen. Bitte teilen."
            )
    return table.Sheet(element.get(f"{TABLE}name", ""), rows, spans)


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == f"{TABLE}table-row":
            yield child
        elif child.tag in (f"{TABLE}table-header-rows", f"{TABLE}table-row-group", f"{TABLE}table-rows"):
            yield from _rows(child)


def _add(cell: etree._Element, texts: list[str], row: int, spans: dict[tuple[int, int], tuple[int, int]]) -> None:
    covered = cell.tag == f"{TABLE}covered-table-cell"
    size = (int_of(cell, f"{TABLE}number-rows-spanned", 1), int_of(cell, f"{TABLE}number-columns-spanned", 1))
    if size != (1, 1):
        spans[row, len(texts)] = size
    text = "" if covered else _text(cell)
    texts += [text] * min(int_of(cell, f"{TABLE}number-columns-repeated", 1), _MAX_REPEAT)


def _text(cell: etree._Element) -> str:
    """What a cell holds, by its type; the text shown in it tells how many decimals it has."""
    shown = " ".join(" ".join(wording(part) for part in cell.iterfind(f"{TEXT}p")).split())
    with suppress(ValueError, OverflowError):
        match cell.get(f"{OFFICE}value-type"):
            case "currency":
                return amount(float(cell.get(f"{OFFICE}value", "")), cell.get(f"{OFFICE}currency", ""))
            case "percentage":
                return f"{_like(100 * float(cell.get(f'{OFFICE}value', '')), shown.rstrip('% '))} %"
            case "float":
                return _like(float(cell.get(f"{OFFICE}value", "")), shown)
            case "boolean":
                return "ja" if cell.get(f"{OFFICE}boolean-value") == "true" else "nein"
            case "date" if not re.search(r"[^\W\d_]{3}", shown):
                return moment(datetime.fromisoformat(cell.get(f"{OFFICE}date-value", "")))
            case "time" if found := _DURATION.fullmatch(cell.get(f"{OFFICE}time-value", "")):
                return moment(timedelta(hours=int(found[1]), minutes=int(found[2])))
    return shown


def _like(value: float, shown: str) -> str:
    """The number with as many decimals as it is shown with, whatever the language of the file; else as shown."""
    digits = re.sub(r"[^\d]", "", shown)
    if not shown:
        return number(value)
    for decimals in range(8):
        if digits.lstrip("0") == f"{abs(value):.{decimals}f}".replace(".", "").lstrip("0"):
            grouped = len(re.findall(r"[.,'\u202f\xa0 ](?=\d)", shown)) > (decimals > 0)
            words = re.sub(r"^[-\d.,'\u202f\xa0 ]+", "", shown)
            width = len(digits) - decimals if shown[0] == "0" else 1
            return f"{number(value, decimals, grouped=grouped, width=width)} {words}".strip()
    return shown
