"""Where the sections of a generation lie: which source each belongs to, and the vectors of its passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import StoreError

_SMALL = ("source", "starts", "repealed", "defines")


@dataclass(frozen=True, slots=True)
class Layout:
    """`source` (sections,): number of each section's source in the order of their ids; rows of a source are neighbours.

    The passages of section row i have the vectors `vectors[starts[i]:starts[i + 1]]` (float16, of length 1).
    `repealed` (sections,): whether nothing is left of a section but the word for it; `defines`: whether its heading
    promises definitions.
    """

    source: NDArray[np.int32]
    starts: NDArray[np.int64]
    vectors: NDArray[np.float16]
    repealed: NDArray[np.bool_]
    defines: NDArray[np.bool_]

    def save(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        for name in self.__slots__:
            np.save(path / f"{name}.npy", getattr(self, name))

    @classmethod
    def open(cls, path: Path) -> Layout:
        """Maps the vectors into memory. Raises StoreError if the folder does not hold them."""
        try:
            # The vectors as a plain array: slices of numpy's memmap class cost ten times as much.
            vectors = np.asarray(np.load(path / "vectors.npy", mmap_mode="r"))
            return cls(**{name: np.load(path / f"{name}.npy") for name in _SMALL}, vectors=vectors)
        except (OSError, ValueError, EOFError) as error:
            raise StoreError(f"{path}: Die Vektoren der Abschnitte fehlen oder sind beschädigt ({error}).") from error

    def of_sources(self, numbers: Sequence[int]) -> NDArray[np.int64]:
        """The rows of these sources."""
        ends = [np.searchsorted(self.source, [number, number + 1]) for number in numbers]
        return np.concatenate([np.arange(start, end) for start, end in ends]) if ends else np.empty(0, dtype=np.int64)

    def cosines(self, rows: NDArray[np.int64], vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The cosine of `vector` and the nearest passage of each section, and the mean of the cosines of its passages,
        shape (2, len(rows))."""
        if not len(rows):
            return np.empty((2, 0), dtype=np.float32)
        counts = self.starts[rows + 1] - self.starts[rows]
        first = np.cumsum(counts) - counts
        similar = self.vectors[ranges(self.starts[rows], counts)].astype(np.float32) @ vector
        found: NDArray[np.float32] = np.stack(
            [np.maximum.reduceat(similar, first), np.add.reduceat(similar, first) / counts]
        ).astype(np.float32)
        return found


def ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of all ranges start, start + 1 … of these sizes, one after the other."""
    ends = np.cumsum(sizes)
    return np.repeat(starts - (ends - sizes), sizes) + np.arange(ends[-1] if len(ends) else 0)
