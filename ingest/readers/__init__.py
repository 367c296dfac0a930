"""READERS: what reads which suffix. A reader (and its library) is imported when its first file comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from ingest.document import Document

Read = Callable[[bytes, str], Document]

_MODULES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".pdf": "pdf",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".odt": "odt",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".ods": "ods",
    ".csv": "csv",
    ".pptx": "pptx",
    ".eml": "eml",
    ".xml": "formex",
}


def _lazy(module: str) -> Read:
    def read(data: bytes, name: str) -> Document:
        document: Document = import_module(f"ingest.readers.{module}").read(data, name)
        return document

    return read


READERS: Mapping[str, Read] = {suffix: _lazy(module) for suffix, module in _MODULES.items()}
