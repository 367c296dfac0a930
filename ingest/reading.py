"""One text from file to rows of the store."""

from __future__ import annotations

from dataclasses import replace

from assistant.errors import ReadError
from assistant.storing.prepared import Prepared, passage_digest, prepare
from ingest.chunk import passages
from ingest.clean import clean
from ingest.item import Item
from ingest.structure import locate


def read(item: Item) -> Prepared:
    """The passages of one text, ready to be stored. Raises ReadError."""
    document = clean(item.open())
    source = item.source(document)
    made = passages(source, locate(document))
    if not made and not item.law:
        raise ReadError(f"{item.path}: Die Datei enthält keinen Text.")
    if len({passage.id for passage in made}) < len(made):
        raise ReadError(f"{item.path}: Zwei Textstellen hätten dieselbe Kennung; bitte den Fehler melden.")
    return prepare(source, [replace(passage, digest=passage_digest(passage)) for passage in made])
