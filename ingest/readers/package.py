"""Office files are zip archives of XML: opened here with limits, so that no file can fill the memory."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from assistant.errors import ReadError

MAX_BYTES = 300_000_000  # unpacked, all entries together
MAX_ENTRIES = 20_000

_OLE = b"\xd0\xcf\x11\xe0"  # the container of old Office formats, and of new ones with a password
_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
UNREADABLE = (*_ARCHIVE, KeyError, AttributeError, TypeError, IndexError, SyntaxError, AssertionError, ArithmeticError)
"""What the libraries raise at a damaged file."""


def open_package(data: bytes, name: str, kind: str, folder: str = "") -> zipfile.ZipFile:
    """The archive of an office file. `kind` names the format in a message ("Excel-Datei (.xlsx)"), `folder` is one
    that every such file has.

    Raises ReadError: empty, password or old format, no such archive, too large unpacked. What an entry
    yields is bounded by the size it states, and the sum of these sizes is checked here.
    """
    if not data.strip(b"\0 \r\n\t"):
        raise ReadError(f"{name}: Die Datei ist leer. Bitte die Datei prüfen oder aus dem Ordner nehmen.")
    if data.startswith(_OLE):
        raise ReadError(
            f"{name}: Die Datei ist mit einem Kennwort geschützt oder in einem alten Format. "
            f"Bitte ohne Kennwort als {kind} speichern."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _ARCHIVE as error:
        raise ReadError(f"{name}: Das ist keine vollständige {kind}. Bitte die Datei neu ablegen.") from error
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > MAX_BYTES or len(entries) > MAX_ENTRIES:
        raise ReadError(f"{name}: Die Datei ist entpackt größer als {MAX_BYTES // 10**6} MB und wird nicht gelesen.")
    if not any(entry.filename.startswith(folder) for entry in entries):
        raise ReadError(f"{name}: Das ist keine {kind}, auch wenn der Name so endet.")
    return archive


def member(archive: zipfile.ZipFile, path: str, name: str, kind: str) -> bytes:
    """One entry of the archive. Raises ReadError where it is missing or damaged."""
    try:
        return archive.read(path)
    except KeyError as error:
        raise ReadError(f"{name}: Das ist keine {kind}, auch wenn der Name so endet.") from error
    except _ARCHIVE as error:
        raise damaged(name, kind, error) from error


def damaged(name: str, kind: str, error: Exception) -> ReadError:
    return ReadError(f"{name}: Die {kind} ist beschädigt ({type(error).__name__}). Bitte neu speichern.")


def parse(xml: bytes, name: str) -> etree._Element:
    """The root of an XML text; entities are not expanded, nothing outside is opened. Raises ReadError."""
    if b"<!ENTITY" in xml:
        raise ReadError(f"{name}: Das XML enthält eigene Entitäten (<!ENTITY>) und wird deshalb nicht gelesen.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = f" (Zeile {error.lineno})" if isinstance(error, etree.XMLSyntaxError) else ""
        raise ReadError(f"{name}: Das XML ist fehlerhaft oder unvollständig{line}. Bitte neu ablegen.") from error
