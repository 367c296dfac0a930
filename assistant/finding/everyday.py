"""Everyday words and the official terms they stand for ("Perso": Personalausweis); a list that a city can extend."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.config import ROOT
from assistant.embed import Embedder
from assistant.errors import ConfigError
from assistant.german import words

FILE = ROOT / "corpus" / "words.toml"
# With as much weight as the question's own words they lead away: of 100 everyday questions 32 instead of 41 are found.
SHARE = 0.15


def official(question: str, file: Path = FILE) -> list[str]:
    """The official terms for the everyday words of a question, each once, in the order of the question.

    Raises ConfigError if the list cannot be read.
    """
    known = read(file)
    return list(dict.fromkeys(known[found[0]] for _, found in words(question) if found and found[0] in known))


def vector(question: str, embedder: Embedder) -> NDArray[np.float32]:
    """The vector of a question, shape (dim,), drawn a little towards that of the official terms for its words."""
    own, terms = embedder.query(question), official(question)
    if not terms:
        return own
    mixed = own + np.float32(SHARE) * embedder.query(" ".join(terms))
    unit: NDArray[np.float32] = (mixed / max(float(np.linalg.norm(mixed)), 1e-9)).astype(np.float32)
    return unit


@cache
def read(file: Path) -> Mapping[str, str]:
    """Stem of an everyday word -> its official terms; none if there is no file. Raises ConfigError if it is no list."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get("words", {})
        return {stem: str(term) for word, term in table.items() for _, (stem, *_) in filter(_has_terms, words(word))}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise ConfigError(f"{file}: Die Liste der Alltagswörter ist nicht lesbar ({error}).") from error


def _has_terms(word: tuple[str, tuple[str, ...]]) -> bool:
    return bool(word[1])
