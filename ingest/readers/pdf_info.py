"""What a PDF says of itself: properties, outline, page labels and the filled fields of a form, read by pypdf."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import DictionaryObject

from assistant.errors import ReadError

T = TypeVar("T")

MAX_FIELDS = 5000
_BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError)
logging.getLogger("pypdf").setLevel(logging.ERROR)  # what it repairs in silence is no news for the reader


@dataclass(frozen=True, slots=True)
class Info:
    """Title and author ("" if none); `outline`: (page from 1, title) -> level from 1; `labels`: page -> what it calls
    itself, where that is not its number; `fields`: page -> (name, value) of the fields that are filled in."""

    title: str = ""
    author: str = ""
    outline: Mapping[tuple[int, str], int] = field(default_factory=dict)
    labels: Mapping[int, str] = field(default_factory=dict)
    fields: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def info(data: bytes, name: str) -> Info:
    """Reads what can be read; a part that is damaged is left out. Raises ReadError if a password is needed."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError(f"{name}: Die PDF-Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort ablegen.")
        count = len(reader.pages)
    except (*_BROKEN, DependencyError):
        return Info()
    return Info(
        *_properties(reader),
        outline=dict(_kept(_entries(reader, _top(reader), 1))),
        labels=dict(_kept(_labels(reader, count))),
        fields={page: tuple(fields) for page, fields in _kept(_fields(reader)) if fields},
    )


def _kept(values: Iterator[T]) -> Iterator[T]:
    """What comes before the first damage."""
    try:
        yield from values
    except _BROKEN:
        return


def _properties(reader: PdfReader) -> tuple[str, str]:
    try:
        known = reader.metadata or DictionaryObject()
        return str(known.get("/Title") or "").strip(), str(known.get("/Author") or "").strip()
    except _BROKEN:
        return "", ""


def _top(reader: PdfReader) -> list[Any]:
    try:
        return list(reader.outline)
    except _BROKEN:
        return []


def _entries(reader: PdfReader, entries: list[Any], level: int) -> Iterator[tuple[tuple[int, str], int]]:
    """Entries and lists of the entries below the one before."""
    for entry in entries:
        if isinstance(entry, list):
            yield from _entries(reader, entry, level + 1)
        elif (page := reader.get_destination_page_number(entry)) is not None and page >= 0:
            yield (page + 1, str(entry.title)), min(level, 6)


def _labels(reader: PdfReader, count: int) -> Iterator[tuple[int, str]]:
    if "/PageLabels" in reader.root_object and count:
        for page, label in enumerate(reader.page_labels, 1):
            if label.strip() and label.strip() != str(page):
                yield page, label.strip()


def _fields(reader: PdfReader) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """By page: name (what the form tells the user, else the field's own) and value, of those that are filled in."""
    if "/AcroForm" not in reader.root_object:
        return
    for page, content in enumerate(reader.pages, 1):
        annotations = [link.get_object() for link in content.get("/Annots") or ()]
        widgets = [item for item in annotations if item.get("/Subtype") == "/Widget"]
        yield (
            page,
            [(name, value) for widget in widgets[:MAX_FIELDS] if (value := _value(widget)) and (name := _name(widget))],
        )


def _inherited(widget: DictionaryObject, key: str) -> Iterator[Any]:
    """The values of a key in a field and the ones above it."""
    item: Any = widget
    for _ in range(20):
        if key in item:
            yield item[key]
        if "/Parent" not in item:
            return
        item = item["/Parent"].get_object()


def _name(widget: DictionaryObject) -> str:
    told = next(_inherited(widget, "/TU"), None)
    return " ".join(str(told or ".".join(reversed([str(part) for part in _inherited(widget, "/T")]))).split())


def _value(widget: DictionaryObject) -> str:
    kind, value = next(_inherited(widget, "/FT"), ""), next(_inherited(widget, "/V"), "")
    if kind == "/Btn":
        return "angekreuzt" if str(widget.get("/AS", value)) not in ("", "/Off") else ""
    if kind == "/Sig":
        return ""
    return " ".join("; ".join(map(str, value if isinstance(value, list) else [value])).split())
