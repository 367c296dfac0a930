"""Vectors in a folder, searched by cosine. The only file that knows Chroma; it holds ids and vectors, no text.

Chroma's embedded client is not safe across processes, so a folder is written by one Builder and, once its
generation is sealed, only searched. (Opening one still writes a line into its database, so the folder must be
writable; vectors and index stay as they are.)
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
from chromadb.config import Settings
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from assistant.errors import StoreError

BATCH = 5000
_NAME = "passages"
_DATABASE = "chroma.sqlite3"
# ef_search: with Chroma's 100 one in ten of the 50 nearest of 25,000 was missed, with 400 one in forty.
_CONFIGURATION = CreateCollectionConfiguration(hnsw=CreateHNSWConfiguration(space="cosine", ef_search=400))


class Vectors:
    """One collection in one folder; usable from many threads. Every method raises StoreError if Chroma fails."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Opens the folder; with `create` makes what is not there."""
        # _env_file: Chroma would read settings from a .env file in the working directory.
        settings = Settings(_env_file=None, anonymized_telemetry=False)
        self._path = path
        self._count: int | None = None  # asked of Chroma once; put and remove forget it
        self._closing = ExitStack()
        with self._explained():
            client = cast(Client, chromadb.PersistentClient(str(path), settings=settings))
            self._closing.callback(client.close)
            if create:
                self._rows = client.get_or_create_collection(
                    _NAME, embedding_function=None, configuration=_CONFIGURATION
                )
            else:
                self._rows = client.get_collection(_NAME, embedding_function=None)

    def put(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Adds rows, or replaces those whose id is known. `vectors` has shape (len(ids), dim)."""
        self._count = None
        for start in range(0, len(ids), BATCH):
            end = start + BATCH
            with self._explained():
                self._rows.upsert(ids=list(ids[start:end]), embeddings=vectors[start:end])

    def remove(self, ids: Sequence[str]) -> None:
        self._count = None
        for start in range(0, len(ids), BATCH):
            with self._explained():
                self._rows.delete(ids=list(ids[start : start + BATCH]))

    def nearest(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The k nearest ids with their cosine similarity (-1 to 1), best first."""
        count = len(self) if self._count is None else self._count
        self._count, k = count, min(k, count)
        if k < 1:
            return []
        with self._explained():
            found = self._rows.query(query_embeddings=vector.reshape(1, -1), n_results=k, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances, strict=True)]

    def get(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of `ids` in that order, shape (len(ids), dim). An id may be
        asked for twice. Raises KeyError for one that is not there."""
        rows: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(ids), BATCH):
            with self._explained():
                batch = list(dict.fromkeys(ids[start : start + BATCH]))
                found = self._rows.get(ids=batch, include=["embeddings"])
            rows |= zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True)
        return np.stack([rows[id_] for id_ in ids]) if ids else np.empty((0, 0), dtype=np.float32)

    @staticmethod
    def copy(source: Path, target: Path) -> None:
        """Copies a folder that others may be opening: Chroma notes every opening in its database."""
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{_DATABASE}*"))
        with closing(sqlite3.connect(source / _DATABASE)) as old, closing(sqlite3.connect(target / _DATABASE)) as new:
            old.backup(new)

    def __len__(self) -> int:
        return int(self._rows.count())

    def close(self) -> None:
        """Frees files and memory; a second time does nothing."""
        self._closing.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (ChromaError, ValueError) as error:
            raise StoreError(f"{self._path}: Mit dem Vektorindex lässt sich nicht arbeiten ({error}).") from error
