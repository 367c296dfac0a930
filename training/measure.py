"""How often the vectors alone find the section of a question that training has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.pairs import Question, TokenSection

BATCH = 200


def recall(
    vectors: NDArray[np.float32], sections: Sequence[TokenSection], asked: Sequence[Question], k: int = 10
) -> float:
    """The share of questions whose section is among the `k` with the nearest Absatz, of all `sections`."""
    texts = [
        np.concatenate([section.law, section.outer, section.heading, text])
        for section in sections
        for text in section.subsections
    ]
    known = np.stack([vectors[text].sum(axis=0) for text in texts])
    known /= np.maximum(np.linalg.norm(known, axis=1, keepdims=True), 1e-9)
    starts = np.cumsum([0, *(len(section.subsections) for section in sections)])[:-1]
    place = {section.group: number for number, section in enumerate(sections)}
    found = 0
    for start in range(0, len(asked), BATCH):
        part = asked[start : start + BATCH]
        similar = known @ np.stack([vectors[question.text].sum(axis=0) for question in part]).T
        best = np.maximum.reduceat(similar, starts, axis=0)
        own = best[[place[question.section.group] for question in part], np.arange(len(part))]
        found += int(((best > own).sum(axis=0) < k).sum())
    return found / len(asked)
