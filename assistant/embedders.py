"""The embedding model that config.toml names: the built-in one, one of sentence-transformers, or one of Ollama.

Prefixes for questions and passages ("query: ", "passage: "; E5 and others need them) come from the model's own
configuration, where it has some.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.config import Model, Settings
from assistant.embed import Embedder, built_in
from assistant.errors import ConfigError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OLLAMA = "ollama:"
_QUERY, _PASSAGE = ("query", "search_query", "question"), ("passage", "document", "search_document")


def chosen(settings: Settings) -> Embedder:
    """The one of `[search] embedder`. Raises ConfigError if it cannot be had."""
    name = settings.search.embedder
    if name == "built-in":
        return built_in()
    if name.startswith(OLLAMA):
        return OllamaModel(name.removeprefix(OLLAMA), settings.model)
    return SentenceModel(name)


class SentenceModel:
    """A model of sentence-transformers: a folder, or a name that it finds in its own cache or downloads."""

    def __init__(self, name: str) -> None:
        """Raises ConfigError if the model cannot be loaded."""
        self.name = Path(name).name
        try:
            from sentence_transformers import SentenceTransformer

            self._model: SentenceTransformer = SentenceTransformer(name, device="cpu")
        except ImportError as error:
            raise ConfigError(
                f"[search] embedder = „{name}“: Dafür fehlt ein Paket (pip install sentence-transformers)."
            ) from error
        except (OSError, ValueError) as error:
            raise ConfigError(f"[search] embedder = „{name}“: Das Modell lässt sich nicht laden ({error}).") from error
        prompts = self._model.prompts
        self._query, self._passage = (
            next((prompt for key in keys if (prompt := prompts.get(key))), "") for keys in (_QUERY, _PASSAGE)
        )

    @property
    def dim(self) -> int:
        return int(self.query("").shape[0])

    @cached_property
    def digest(self) -> str:
        """Of the weights, and of the prefixes."""
        total = hashlib.sha256(f"{self._query}\n{self._passage}".encode())
        for key, value in sorted(self._model.state_dict().items()):
            total.update(key.encode() + value.float().cpu().numpy().tobytes())
        return total.hexdigest()[:32]

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts, self._passage)

    def query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._encode([text], self._query)[0]
        return vector

    def _encode(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        found = self._model.encode(list(texts), prompt=prefix, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)


class OllamaModel:
    """An embedding model of an Ollama server. It knows no prefixes; nomic and E5 models get none."""

    def __init__(self, name: str, server: Model) -> None:
        from langchain_ollama import OllamaEmbeddings

        self.name, self._url = name, server.base_url
        # trust_env: a proxy of the environment would be asked even for 127.0.0.1.
        client = {"trust_env": False, "timeout": server.timeout}
        self._model = OllamaEmbeddings(model=name, base_url=server.base_url, client_kwargs=client)

    @cached_property
    def dim(self) -> int:
        return len(self._encode(["x"])[0])

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(f"{OLLAMA}{self.name}".encode()).hexdigest()[:32]

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts) if texts else np.empty((0, self.dim), dtype=np.float32)

    def query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._encode([text or " "])[0]
        return vector

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        from httpx import HTTPError
        from ollama import ResponseError

        try:
            vectors = self._model.embed_documents(list(texts))
        except (ResponseError, HTTPError, OSError) as error:
            raise ConfigError(
                f"[search] embedder = „{OLLAMA}{self.name}“: Der Modellserver {self._url} antwortet nicht, oder das "
                f"Modell fehlt dort ({error})."
            ) from error
        found = np.asarray(vectors, dtype=np.float32)
        unit: NDArray[np.float32] = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return unit
