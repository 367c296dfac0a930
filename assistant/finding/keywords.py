"""Keyword search over sections: BM25 with fields, in arrays that are mapped into memory.

Weights: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009). FIELDS: how often a term counts in the
section's own heading, in the titles above it (source, file name, outer headings) and in its text. The weight of every
pair of term and section is computed when the index is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import StoreError
from assistant.finding.counting import Counted, count, merged
from assistant.german import terms
from assistant.types import Passage

K1, B = 1.2, 0.6
FIELDS = (3.0, 2.0, 1.0)
MAX_BYTES = 32


def section_terms(passages: Sequence[Passage]) -> str:
    """The analysed terms of one section, one line per field: its heading, its source, its text."""
    first = passages[0]
    own = dict.fromkeys(passage.heading for passage in passages)
    outer = dict.fromkeys(heading for passage in passages for heading in passage.locator.headings[:-1])
    name = PurePosixPath(first.source.path).stem.replace("_", " ") if first.source.folder else ""
    source = [first.source.title, first.source.short, name, *outer]
    fields = ([first.locator.section or "", *own], source, [passage.text for passage in passages])
    return "\n".join(" ".join(terms("\n".join(field))) for field in fields)


@dataclass(frozen=True, slots=True)
class KeywordIndex:
    """An inverted index whose items are section rows.

    `vocabulary` (terms,) holds the sorted terms as bytes, cut at MAX_BYTES; `idf` (terms,); the sections with
    term i are `rows[starts[i]:starts[i + 1]]`, ascending, and their BM25 weights stand in `weights` beside them.
    """

    size: int
    vocabulary: NDArray[np.bytes_]
    idf_of: NDArray[np.float32]
    starts: NDArray[np.int64]
    rows: NDArray[np.uint32]
    weights: NDArray[np.float32]

    @staticmethod
    def build(texts: Iterable[str], path: Path, fields: Sequence[float] = FIELDS) -> None:
        """Writes the index of items 0, 1, 2 … into the folder `path`; each text has one line of terms per field."""
        KeywordIndex._write(count(texts, fields, MAX_BYTES), path)

    @staticmethod
    def rebuild(old: Path, kept: NDArray[np.int64], texts: Iterable[str], path: Path) -> bool:
        """Like `build`, but item i is item `kept[i]` of the index in `old`, or, where that is -1, the next of `texts`.

        False, and nothing done, if `old` cannot be used.
        """
        counted = Counted.open(old)
        if counted is None:
            return False
        new = count(texts, FIELDS, MAX_BYTES, counted.vocabulary.tolist())
        KeywordIndex._write(merged(counted, kept, new), path)
        return True

    @staticmethod
    def _write(counted: Counted, path: Path) -> None:
        vocabulary, sizes = counted.vocabulary, counted.sizes
        order = np.argsort(vocabulary, kind="stable")
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        term = rank[counted.terms]
        rows = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
        by_term = np.argsort(term, kind="stable")
        held = np.bincount(term, minlength=len(order))
        idf = np.log(1 + (len(sizes) - held + 0.5) / (held + 0.5)).astype(np.float32)
        weights = idf[term] * _saturated(counted.counts, rows, len(sizes))
        arrays = {
            "size": np.array(len(sizes)),
            "vocabulary": vocabulary[order],
            "idf_of": idf,
            "starts": np.concatenate([[0], np.cumsum(held)]),
            "rows": rows[by_term],
            "weights": weights[by_term].astype(np.float32),
        }
        path.mkdir(parents=True, exist_ok=True)
        counted.save(path)
        for name, values in arrays.items():
            np.save(path / f"{name}.npy", values)

    @classmethod
    def open(cls, path: Path) -> KeywordIndex:
        """Maps the arrays into memory. Raises StoreError if the folder does not hold a whole index."""
        try:
            # As plain arrays: slices of numpy's memmap class cost ten times as much.
            files = {name: path / f"{name}.npy" for name in cls.__slots__}
            arrays: dict[str, Any] = {name: np.asarray(np.load(files[name], mmap_mode="r")) for name in files}
        except (OSError, ValueError, EOFError) as error:
            raise StoreError(f"{path}: Der Stichwortindex fehlt oder ist beschädigt ({error}).") from error
        return cls(**arrays | {"size": int(arrays["size"])})

    def match(self, words: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """BM25 of every section, and which part of the terms it has, weighted by how rare they are, shape (size,).

        A term counts once, however often it is asked; one of no section counts as the rarest.
        """
        bm25, shares = np.zeros(self.size, dtype=np.float32), np.zeros(self.size, dtype=np.float32)
        unique = list(dict.fromkeys(words))
        known = self._numbers(unique)
        for number in known.values():
            span = slice(self.starts[number], self.starts[number + 1])
            rows = self.rows[span]
            bm25[rows] += self.weights[span]
            shares[rows] += self.idf_of[number]
        return bm25, shares / max(float(self._idf(unique, known).sum()), 1e-6)

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """BM25 of every section, shape (size,)."""
        return self.match(words)[0]

    def idf(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Inverse document frequency of each term, shape (len(words),); a term of no section has the largest."""
        return self._idf(words, self._numbers(words))

    def _idf(self, words: Sequence[str], known: Mapping[str, int]) -> NDArray[np.float32]:
        unseen = float(np.log(1 + (self.size + 0.5) / 0.5))
        return np.array([self.idf_of[known[word]] if word in known else unseen for word in words], dtype=np.float32)

    def holds(self, words: Sequence[str], rows: Sequence[int]) -> NDArray[np.bool_]:
        """Whether each section (row) has each term, shape (len(words), len(rows))."""
        known, asked = self._numbers(words), np.asarray(rows, dtype=np.uint32)
        held = [self._held(known.get(word), asked) for word in words]
        return np.array(held, dtype=bool).reshape(len(words), len(rows))

    def _held(self, number: int | None, asked: NDArray[np.uint32]) -> NDArray[np.bool_]:
        if number is None:
            return np.zeros(len(asked), dtype=bool)
        rows = self.rows[self.starts[number] : self.starts[number + 1]]
        held: NDArray[np.bool_] = rows[np.minimum(np.searchsorted(rows, asked), len(rows) - 1)] == asked
        return held

    def _numbers(self, words: Sequence[str]) -> dict[str, int]:
        """Term -> its place in the vocabulary; terms that are not there are left out."""
        unique = list(dict.fromkeys(words))
        if not unique or not len(self.vocabulary):
            return {}
        wanted = np.array([word.encode()[:MAX_BYTES] for word in unique], dtype=self.vocabulary.dtype)
        places = np.minimum(np.searchsorted(self.vocabulary, wanted), len(self.vocabulary) - 1)
        there = self.vocabulary[places] == wanted
        return {word: int(place) for word, place, found in zip(unique, places, there, strict=True) if found}


def _saturated(counts: NDArray[np.float32], rows: NDArray[np.uint32], size: int) -> NDArray[np.float64]:
    """BM25's factor for term frequency and section length, one per (term, section) pair."""
    lengths = np.bincount(rows, weights=counts, minlength=size)
    norm = K1 * (1 - B + B * lengths / max(lengths.mean() if size else 0.0, 1.0))
    return counts * (K1 + 1) / (counts + norm[rows])
