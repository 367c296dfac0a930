"""Plain text: blocks between empty lines; a title that is underlined is a heading.

Numbered headings ("§ 4 Steuersätze", "4.2 Feststellung") are left to `structure`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.lines import unwrap

_UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,}|~{3,}|_{3,})\s*")
_EMPTY = re.compile(r"\n[ \t]*\n")


def decode(data: bytes, name: str) -> str:
    """The text of a file in UTF-8 (with or without BOM), UTF-16 with BOM, or Windows-1252, with "\\n" as line end.

    Raises ReadError for an empty file and for one that holds no text in any of these encodings.
    """
    if not data.strip():
        raise ReadError(f"{name}: Die Datei ist leer. Bitte die Datei prüfen oder aus dem Ordner nehmen.")
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ReadError(f"{name}: Die Zeichenkodierung ist unbekannt. Bitte die Datei als UTF-8-Text speichern.")


def read(data: bytes, name: str) -> Document:
    """A text file as blocks. Raises ReadError (empty, unknown encoding)."""
    blocks = tuple(block for part in _EMPTY.split(decode(data, name)) for block in _blocks(part))
    if not blocks:
        raise ReadError(f"{name}: Die Datei enthält keinen Text.")
    return Document(blocks)


def _blocks(part: str) -> Iterator[Block]:
    """An underlined first line is a heading ("=": level 1, else 2); the rest is one block."""
    lines = [line for line in part.split("\n") if line.strip()]
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]) and not _UNDERLINE.fullmatch(lines[0]):
        yield Block(text=lines[0].strip(), level=1 if "=" in lines[1] else 2)
        lines = lines[2:]
    lines = [line for line in lines if not _UNDERLINE.fullmatch(line)]
    if lines:
        yield Block(text=unwrap(lines))
