"""Vectors of texts: the protocol every embedding model meets, and the built-in static model.

The built-in model is a sentence-transformers StaticEmbedding over the terms of german.py, read with numpy alone: the
same vectors as sentence-transformers gives for those terms with spaces between, without torch's six seconds of start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant import german
from assistant.errors import ConfigError
from assistant.german import terms
from assistant.types import Passage

BUILT_IN = Path(__file__).parent / "embedding"
MAX_TITLE = 120
_BATCH = 512
_FILES = ("tokenizer.json", "model.safetensors")


class Embedder(Protocol):
    """Turns texts into vectors of `dim` numbers, of length 1 (or 0 for a text without any known token)."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str:
        """Changes whenever the vectors would."""
        ...

    @property
    def dim(self) -> int: ...

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), dim)."""
        ...

    def query(self, text: str) -> NDArray[np.float32]:
        """Shape (dim,)."""
        ...


class StaticEmbedder:
    """Mean of the vectors of a text's terms (german.py), normalised. A term without a vector counts nothing.

    `numbers`: term -> its row in `vectors` (terms, dim).
    """

    def __init__(self, folder: Path) -> None:
        """Reads a StaticEmbedding folder. Raises ConfigError if it is not one."""
        self.name = folder.name
        self._folder = folder
        try:
            tokenizer = Tokenizer.from_str((folder / _FILES[0]).read_text(encoding="utf-8"))
            stored = load_file(folder / _FILES[1])["embedding.weight"]
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ConfigError(f"{folder}: Das Einbettungsmodell fehlt oder ist beschädigt ({error}).") from error
        self.numbers: dict[str, int] = tokenizer.get_vocab()
        self.vectors: NDArray[np.float32] = stored.astype(np.float32)

    @property
    def dim(self) -> int:
        return int(self.vectors.shape[1])

    @cached_property
    def digest(self) -> str:
        """Of the vectors, and of what makes terms of a text."""
        total = hashlib.sha256()
        for file in (*(self._folder / name for name in _FILES), german.WORDS, Path(german.__file__)):
            total.update(file.read_bytes())
        return total.hexdigest()[:32]

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        parts = [self._embed(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, self.dim), dtype=np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._embed([text])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        known = self.numbers
        rows = ([number for term in terms(text) if (number := known.get(term)) is not None] for text in texts)
        sums = np.stack([self.vectors[row].sum(axis=0) for row in rows])
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        unit: NDArray[np.float32] = sums / np.maximum(norms, np.float32(1e-12))
        return unit


@cache
def built_in() -> StaticEmbedder:
    """The model in assistant/embedding. Raises ConfigError if its files are missing."""
    return StaticEmbedder(BUILT_IN)


def passage_text(passage: Passage) -> str:
    """What of a passage is embedded: abbreviation and title of its source, its headings, its wording."""
    source = passage.source
    return "\n".join((f"{source.short} {source.title[:MAX_TITLE]}", *passage.locator.headings, passage.text))
