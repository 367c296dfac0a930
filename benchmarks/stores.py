"""The stores that benchmarks search, brought up to date when they are asked for."""

from __future__ import annotations

from pathlib import Path

from assistant.config import ROOT, Corpus, Settings
from assistant.store import Generation
from ingest.sync import sync


def generation(name: str, shared: Path, data: Path) -> Generation:
    """ "municipal": the texts of one municipality; "staff": what is shipped, the guidelines and core laws."""
    mirror = str((shared / "gii").resolve())
    if name == "municipal":
        corpus = Corpus(folders=(shared / "municipal",), laws="none", law_mirror=mirror, data_dir=data / name)
    else:
        corpus = Corpus(folders=(ROOT / "corpus" / "guidelines",), law_mirror=mirror, data_dir=data / name)
    settings = Settings(corpus=corpus)
    sync(settings)
    return Generation.open(settings.store)
