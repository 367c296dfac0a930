"""Vectors of texts: the protocol every embedding model meets, and the built-in static model.

The built-in model is a sentence-transformers StaticEmbedding, read with numpy and tokenizers alone: the same
vectors, without torch's six seconds of start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant.errors import ConfigError
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
    """Mean of the vectors of a text's tokens, normalised."""

    def __init__(self, folder: Path) -> None:
        """Reads a StaticEmbedding folder. Raises ConfigError if it is not one."""
        self.name = folder.name
        self._folder = folder
        try:
            self._tokenizer = Tokenizer.from_str((folder / _FILES[0]).read_text(encoding="utf-8"))
            stored = load_file(folder / _FILES[1])["embedding.weight"]
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ConfigError(f"{folder}: Das Einbettungsmodell fehlt oder ist beschädigt ({error}).") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._vectors: NDArray[np.float32] = stored.astype(np.float32)

    @property
    def dim(self) -> int:
        return int(self._vectors.shape[1])

    @cached_property
    def digest(self) -> str:
        total = hashlib.sha256()
        for file in _FILES:
            total.update((self._folder / file).read_bytes())
        return total.hexdigest()[:32]

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        parts = [self._embed(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, self.dim), dtype=np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._embed([text])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        means = np.stack([self._vectors[item.ids].sum(axis=0) for item in encoded])
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        unit: NDArray[np.float32] = means / np.maximum(norms, np.float32(1e-12))
        return unit


def built_in() -> Embedder:
    """The model in assistant/embedding. Raises ConfigError if its files are missing."""
    return StaticEmbedder(BUILT_IN)


def passage_text(passage: Passage) -> str:
    """What of a passage is embedded: abbreviation and title of its source, its heading, its wording."""
    source = passage.source
    return f"{source.short} {source.title[:MAX_TITLE]}\n{passage.heading}\n{passage.text}"
