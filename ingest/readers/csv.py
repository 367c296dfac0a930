"""CSV tables: the delimiter is found by trying, texts in quotes may hold line breaks, cells stay as written."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from assistant.errors import ReadError
from ingest.document import Document
from ingest.readers import table
from ingest.readers.text import decode

_DELIMITERS = ";,\t|"
_SAMPLE = 50  # rows to try a delimiter on
_MARKUP = re.compile(r"\s*<(?:\?xml|!doctype|html)\b", re.IGNORECASE)
_NAMED = re.compile(r"sep=(.)\n", re.IGNORECASE)


def read(data: bytes, name: str) -> Document:
    """A CSV file (UTF-8, UTF-16 with BOM or Windows-1252) as one table. Raises ReadError: empty, cut off, no text."""
    content = decode(data, name)
    if _MARKUP.match(content):
        raise ReadError(f"{name}: Das ist keine CSV-Tabelle, sondern HTML oder XML. Bitte als CSV neu speichern.")
    named = _NAMED.match(content)
    content = content[named.end() :] if named else content
    delimiter = named[1] if named else max(_DELIMITERS, key=lambda each: _fit(content, each))
    try:
        records = csv.reader(io.StringIO(content), delimiter=delimiter, strict=True)
        rows = [[" ".join(cell.split()) for cell in record] for record in records]
    except csv.Error as error:
        if "unexpected end" in str(error):
            message = "Die Datei ist unvollständig: Ein Anführungszeichen wird nicht geschlossen. Bitte neu ablegen."
        else:
            message = f"Die Tabelle ist fehlerhaft aufgebaut ({error}). Bitte als CSV neu speichern."
        raise ReadError(f"{name}: {message}") from error
    return Document(table.blocks([table.Sheet("", rows)], name))


def _fit(content: str, delimiter: str) -> tuple[float, int]:
    """How well a delimiter parts the first rows: the share of rows with the usual number of cells, that number."""
    widths: Counter[int] = Counter()
    try:
        for row in csv.reader(io.StringIO(content), delimiter=delimiter):
            widths[len(row)] += bool(row)
            if widths.total() >= _SAMPLE:
                break
    except csv.Error:
        return 0.0, 0
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (times / widths.total(), width) if width > 1 else (0.0, 0)
