"""One text that belongs into the store, still unopened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ReadError
from assistant.types import Source
from ingest.document import Document
from ingest.metadata import Law, document_source, law_source
from ingest.readers import READERS

MAX_BYTES = 500_000_000
_REASONS = {FileNotFoundError: "sie ist während des Abgleichs verschwunden", PermissionError: "die Leserechte fehlen"}


@dataclass(frozen=True, slots=True)
class Item:
    """A law, or a document of the city.

    `digest` covers the file and the metadata beside it, not where it lies; it is "" where the file cannot be looked
    at. `law` is set for a law; `folder`, `tables` (folder.toml files, outermost first), `sidecar` and `copies` (paths
    of further files of the same content) for a document.
    """

    id: str
    path: str
    file: Path
    digest: str
    law: Law | None = None
    folder: str = ""
    tables: tuple[Path, ...] = ()
    sidecar: Path | None = None
    copies: tuple[str, ...] = ()

    def open(self) -> Document:
        """Reads the text. Raises ReadError."""
        try:
            size = self.file.stat().st_size
            if size > MAX_BYTES:
                limit = f"{MAX_BYTES // 10**6} MB"
                raise ReadError(f"{self.path}: Die Datei ist mit {size // 10**6} MB größer als {limit}; nicht gelesen.")
            data = self.file.read_bytes()
        except OSError as error:
            reason = _REASONS.get(type(error), os.strerror(error.errno or 0))
            raise ReadError(f"{self.path}: Die Datei ist nicht lesbar: {reason}.") from error
        if self.law is None:
            return READERS[self.file.suffix.lower()](data, self.path)
        from ingest.readers.gii import read

        return read(data, f"{self.law.short or self.path} ({self.file})")

    def source(self, document: Document) -> Source:
        """What is known of the text. Raises ReadError for metadata that cannot be used."""
        if self.law:
            return law_source(self.law, document, self.digest)
        return document_source(
            self.id, self.path, self.folder, document, self.tables, self.sidecar, self.copies, self.digest
        )

    def fits(self, source: Source) -> bool:
        """Is this the text that the store has, unchanged and at the same place?"""
        mine = (self.digest, self.path, self.folder or None, self.copies)
        return bool(self.digest) and mine == (source.digest, source.path, source.folder, source.copies)
