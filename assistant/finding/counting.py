"""Counts the terms of many texts at once, in arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BATCH = 4000


@dataclass(frozen=True, slots=True)
class Counted:
    """`vocabulary` (terms,): the terms as bytes, in order of appearance. For each pair of text and term that occurs,
    text after text: `terms` (pairs,) numbers the term, `counts` (pairs,) its weighted count. `sizes` (texts,): pairs
    of each text."""

    vocabulary: NDArray[np.bytes_]
    terms: NDArray[np.uint32]
    counts: NDArray[np.float32]
    sizes: NDArray[np.int64]

    def save(self, path: Path) -> None:
        for name in self.__slots__:
            np.save(path / f"counted-{name}.npy", getattr(self, name))

    @classmethod
    def open(cls, path: Path) -> Counted | None:
        """What was saved in the folder; None if it is not there or damaged."""
        try:
            return cls(*(np.load(path / f"counted-{name}.npy", mmap_mode="r") for name in cls.__slots__))
        except (OSError, ValueError, EOFError):
            return None


def count(texts: Iterable[str], fields: Sequence[float], width: int, known: Sequence[bytes] = ()) -> Counted:
    """Counts texts of one line per field (terms with spaces between), a term of field i counting `fields[i]` times.

    Terms are cut at `width` bytes; those in `known` get the first numbers. Raises ValueError for a text with another
    number of lines.
    """
    numbers = _Numbers(width, known)
    parts = [_count(batch, fields, numbers) for batch in _batches(texts)]
    terms, counts, sizes = zip(*parts, strict=True) if parts else ((), (), ())
    return Counted(
        np.array(list(numbers.of_bytes), dtype=f"S{width}"),
        np.concatenate([np.empty(0, dtype=np.uint32), *terms]),
        np.concatenate([np.empty(0, dtype=np.float32), *counts]),
        np.concatenate([np.empty(0, dtype=np.int64), *sizes]),
    )


def merged(old: Counted, kept: NDArray[np.int64], new: Counted) -> Counted:
    """One Counted of texts that were counted before and new ones: text i is text `kept[i]` of `old`, or, where that is
    -1, the next one of `new`, whose vocabulary begins with that of `old`."""
    place = kept.copy()
    place[kept < 0] = len(old.sizes) + np.arange(np.count_nonzero(kept < 0))
    sizes = np.concatenate([old.sizes, new.sizes])
    starts = np.concatenate([[0], np.cumsum(sizes)])[place]
    sizes = sizes[place]
    pairs = np.repeat(starts - np.concatenate([[0], np.cumsum(sizes)[:-1]])[: len(sizes)], sizes) + np.arange(
        sizes.sum()
    )
    terms, counts = np.concatenate([old.terms, new.terms]), np.concatenate([old.counts, new.counts])
    return Counted(new.vocabulary, terms[pairs], counts[pairs], sizes)


class _Numbers(dict[str, int]):
    """Term -> number; a new term gets the next one. `of_bytes` is the same for the terms as bytes, cut."""

    def __init__(self, width: int, known: Sequence[bytes]) -> None:
        super().__init__()
        self.of_bytes: dict[bytes, int] = {term: number for number, term in enumerate(known)}
        self._width = width

    def __missing__(self, term: str) -> int:
        number = self.of_bytes.setdefault(term.encode()[: self._width], len(self.of_bytes))
        self[term] = number
        return number


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(texts)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _count(
    texts: Sequence[str], fields: Sequence[float], numbers: _Numbers
) -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.int64]]:
    found, lengths = array("I"), array("I")
    for text in texts:
        for _, line in zip(fields, text.split("\n"), strict=True):
            words = line.split()
            found.extend(map(numbers.__getitem__, words))
            lengths.append(len(words))
    rows = np.repeat(np.repeat(np.arange(len(texts)), len(fields)), lengths)
    weights = np.repeat(np.tile(np.asarray(fields, dtype=np.float32), len(texts)), lengths)
    pairs, place = np.unique((rows << 32) | np.frombuffer(found, dtype=np.uint32), return_inverse=True)
    counts = np.bincount(place, weights=weights, minlength=len(pairs)).astype(np.float32)
    sizes = np.bincount(pairs >> 32, minlength=len(texts)).astype(np.int64)
    return (pairs & 0xFFFFFFFF).astype(np.uint32), counts, sizes
