"""Written questions: what people ask about a section, in their own words, indexed beside its text.

A new question that is near to a written one is about the same section or at least the same law; lay words find their
law by them. Nogueira et al., Document Expansion by Query Prediction (2019), add such questions to the text; here
they are kept apart, so that a section without any does not lose.
Files: corpus/questions/*.jsonl, one section per line: `slug` (id of the source), `section`, and questions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.config import ROOT
from assistant.embed import Embedder
from assistant.errors import ConfigError, StoreError
from assistant.finding.keywords import KeywordIndex
from assistant.german import terms

FOLDER = ROOT / "corpus" / "questions"
SHARPNESS = 20.0
# Numbers of a question's vector that all written ones are compared by, and how many are then compared by all of them.
ROUGH, EXACT = 64, 500
_PLACE = ("slug", "law", "section")


@dataclass(frozen=True, slots=True)
class Line:
    """The written questions of one section."""

    source: str
    section: str
    questions: tuple[str, ...]


def read(folder: Path = FOLDER) -> Iterator[Line]:
    """All lines of a folder's files. Raises ConfigError, naming file and line, for one that cannot be used."""
    for file in sorted(folder.glob("*.jsonl")):
        for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            try:
                fields = json.loads(text)
                section = str(fields["section"]).replace("Art ", "Art. ")
                asked = tuple(str(value) for key, value in fields.items() if key not in _PLACE)
                yield Line(str(fields["slug"]), section, asked)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ConfigError(
                    f"{file}, Zeile {number}: Das ist keine Zeile mit „slug“, „section“ und Fragen ({error})."
                ) from error


@dataclass(frozen=True, slots=True)
class Asked:
    """What the written questions say of a new one. By source: `asked` (whether it has any), `near` (how near they
    are) and `words` (BM25 of them all, the best source has 1), shape (sources,); by section row: `own`, the cosine of
    its nearest question or 0, shape (sections,)."""

    asked: NDArray[np.bool_]
    near: NDArray[np.float32]
    words: NDArray[np.float32]
    own: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Written:
    """`vectors` (questions, dim), and `rough` (questions, ROUGH or less), the same along their first principal `axes`
    (dim, ROUGH or less); `rows` and `sources` (questions,): section row and source number of each, ascending;
    `keywords`: all questions of a source as one text."""

    vectors: NDArray[np.float16]
    rough: NDArray[np.float32]
    axes: NDArray[np.float32]
    rows: NDArray[np.int64]
    sources: NDArray[np.int64]
    keywords: KeywordIndex

    @staticmethod
    def build(asked: Sequence[tuple[int, int, str]], count: int, embedder: Embedder, path: Path) -> None:
        """Writes the index of (section row, source number, question) over `count` sources into the folder `path`."""
        asked = sorted(asked)
        texts: list[list[str]] = [[] for _ in range(count)]
        for _, source, question in asked:
            texts[source].append(question)
        KeywordIndex.build((" ".join(terms("\n".join(text))) for text in texts), path / "keywords", fields=(1.0,))
        vectors = embedder.passages([question for _, _, question in asked])
        axes = np.linalg.eigh(vectors.T @ vectors).eigenvectors[:, : -ROUGH - 1 : -1]
        arrays = {
            "vectors": vectors.astype(np.float16),
            "rough": vectors @ axes,
            "axes": axes,
            "rows": np.array([row for row, _, _ in asked], dtype=np.int64),
            "sources": np.array([source for _, source, _ in asked], dtype=np.int64),
        }
        for name, values in arrays.items():
            np.save(path / f"{name}.npy", values)

    @classmethod
    def open(cls, path: Path) -> Written:
        """Raises StoreError if the folder does not hold a whole index."""
        try:
            vectors = np.asarray(np.load(path / "vectors.npy", mmap_mode="r"))
            arrays = {name: np.load(path / f"{name}.npy") for name in ("rough", "axes", "rows", "sources")}
        except (OSError, ValueError, EOFError) as error:
            raise StoreError(
                f"{path}: Der Index der Fragen fehlt oder ist beschädigt ({error}). "
                "Bitte „python -m ingest sync“ ausführen."
            ) from error
        return cls(vectors, **arrays, keywords=KeywordIndex.open(path / "keywords"))

    def compare(self, words: Sequence[str], vector: NDArray[np.float32], sections: int) -> Asked:
        """The new question's terms and vector against all written ones; `sections` is the number of section rows."""
        count = self.keywords.size
        own, near = np.zeros(sections, dtype=np.float32), np.zeros(count, dtype=np.float32)
        asked = np.zeros(count, dtype=np.bool_)
        if len(self.rows):
            similar = self._similar(vector)
            first = np.flatnonzero(np.diff(self.rows, prepend=-1))
            own[self.rows[first]] = np.maximum.reduceat(similar, first)
            total = np.bincount(self.sources, np.exp(SHARPNESS * similar), minlength=count)
            asked = total > 0
            near[asked] = np.log(total[asked]) / SHARPNESS
        scores = self.keywords.scores(words)
        return Asked(asked, near, scores / max(float(scores.max(initial=0.0)), 1e-6), own)

    def _similar(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine of each written question, shape (questions,): of the EXACT nearest as it is, of the others nearly.

        All numbers of all questions would have to pass through the processor for every search.
        """
        similar: NDArray[np.float32] = self.rough @ (self.axes.T @ vector)
        few = np.argpartition(similar, -EXACT)[-EXACT:] if len(similar) > EXACT else np.arange(len(similar))
        similar[few] = self.vectors[few].astype(np.float32) @ vector
        return similar
