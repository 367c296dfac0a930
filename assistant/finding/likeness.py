"""How near the words of a section come to those of a question, word by word.

For each word of the question the nearest one of the section counts (MaxSim: Khattab and Zaharia, ColBERT, 2020), here
by the vectors that the built-in model has for single terms. A mean of vectors blurs a long section; this does not. A
term that the model does not know, a name mostly, is near to itself alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.embed import StaticEmbedder
from assistant.errors import StoreError
from assistant.finding.counting import Counted
from assistant.finding.keywords import MAX_BYTES, KeywordIndex
from assistant.storing.layout import ranges

# An unknown term weighs as much as one that is heavier than so many of the known ones.
RARE = 0.9


@dataclass(frozen=True, slots=True)
class Likeness:
    """`model` has a vector for each term that it knows, the longer, the more the term says. Section row i has the terms
    `terms[starts[i]:starts[i + 1]]`; `numbers` (keyword vocabulary,) are their rows in the model's table, or 0, whose
    vector is nothing. `lengths` (model's terms,): what each of its terms weighs; `unknown`: what any other does."""

    model: StaticEmbedder
    keywords: KeywordIndex
    lengths: NDArray[np.float32]
    unknown: float
    numbers: NDArray[np.int32]
    terms: NDArray[np.uint32]
    starts: NDArray[np.int64]

    @classmethod
    def open(cls, path: Path, keywords: KeywordIndex, model: StaticEmbedder) -> Likeness:
        """Of the sections in the keyword index of this folder. Raises StoreError if it cannot be read."""
        counted = Counted.open(path)
        if counted is None:
            raise StoreError(
                f"{path}: Die Wörter der Abschnitte fehlen oder sind beschädigt. "
                "Bitte „python -m ingest sync“ ausführen."
            )
        known = {term.encode()[:MAX_BYTES]: number for term, number in model.numbers.items()}
        numbers = np.array([known.get(term, 0) for term in counted.vocabulary.tolist()], dtype=np.int32)
        starts = np.concatenate([[0], np.cumsum(counted.sizes)])
        lengths = np.linalg.norm(model.vectors, axis=1)
        unknown = float(np.quantile(lengths, RARE))
        return cls(model, keywords, lengths, unknown, numbers, np.asarray(counted.terms), starts)

    def of(self, asked: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """For each section row the mean over the terms `asked` of the cosine of the nearest of its terms, weighted by
        the length of their vectors, shape (len(rows),)."""
        numbers = [self.model.numbers.get(term, 0) for term in asked]
        known = [number for number in numbers if number]
        strange = [term for term, number in zip(asked, numbers, strict=True) if not number]
        held = self.keywords.holds(strange, rows.tolist()).sum(axis=0)
        total = self.unknown * len(strange) + float(self.lengths[known].sum())
        found: NDArray[np.float32] = (self.unknown * held + self._known(known, rows)) / max(total, 1e-9)
        return found.astype(np.float32)

    def _known(self, asked: Sequence[int], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The sum of the weighted cosines, for terms of the model."""
        found = np.zeros(len(rows), dtype=np.float32)
        sizes = self.starts[rows + 1] - self.starts[rows]
        there = np.flatnonzero(sizes)
        if not asked or not len(there):
            return found
        starts, sizes = self.starts[rows[there]], sizes[there]
        different, place = np.unique(self.numbers[self.terms[ranges(starts, sizes)]], return_inverse=True)
        vectors, lengths = self.model.vectors[different], np.maximum(self.lengths[different], 1e-9)
        near = (vectors @ self.model.vectors[asked].T / lengths[:, None])[place]
        found[there] = np.maximum.reduceat(near, np.cumsum(sizes) - sizes, axis=0).sum(axis=1)
        return found
