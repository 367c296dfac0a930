"""Writes a model in sentence-transformers' StaticEmbedding layout, so that SentenceTransformer(path) loads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

_PREFIX = "sentence_transformers.models."
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": f"{_PREFIX}StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{_PREFIX}Normalize"},
]


def save(
    tokenizer: Tokenizer, vectors: NDArray[np.float16], folder: Path, prompts: Mapping[str, str] | None = None
) -> None:
    """modules.json, tokenizer.json and model.safetensors (tokens, dim) into `folder`, with the prefixes `prompts`."""
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n", encoding="utf-8")
    (folder / "modules.json").write_text(json.dumps(_MODULES, indent=2) + "\n", encoding="utf-8")
    (folder / "config_sentence_transformers.json").write_text(
        json.dumps({"similarity_fn_name": "cosine", "prompts": dict(prompts or {})}, indent=2) + "\n", encoding="utf-8"
    )
    tokenizer.no_padding()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    save_file({"embedding.weight": np.ascontiguousarray(vectors)}, folder / "model.safetensors")
