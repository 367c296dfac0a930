"""Contrastive training of a static embedding: the vector of a text is the mean of the vectors of its tokens.

The vector of a token is a linear map of the teacher's (one map for all) plus a part of its own: what training shows
of some words moves those with it that it does not show. Loss: symmetric cross entropy over the batch's cosines,
temperature 1/12 (InfoNCE with in-batch negatives, as in sentence-transformers' MultipleNegativesRankingLoss). Pairs of
the same section, or of one group of synonyms, are not negatives of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import Module, Parameter
from torch.nn.functional import cross_entropy, embedding_bag, normalize

from training.pairs import Pair, Texts, Tokens, TokenSection, draw_pairs

SCALE, LENGTH = 12.0, 16.0
MAP_RATE, DECAY = 1e-3, 0.1


@dataclass(frozen=True, slots=True)
class Phase:
    """`questions`, `synonyms`: their share of a batch; the rest are pairs of the laws. Questions alone are learnt by
    heart sooner."""

    name: str
    rate: float
    questions: float
    synonyms: float


PHASES = (Phase("laws", 5e-3, 0.0, 0.15), Phase("questions", 1e-2, 0.68, 0.1))


class Vectors(Module):
    """`teacher` (tokens, its dim) is mapped by `map` (its dim, dim); `own` (tokens, dim) is added."""

    def __init__(self, teacher: NDArray[np.float32], dim: int) -> None:
        super().__init__()
        self.teacher = torch.from_numpy(teacher)
        self.map = Parameter(torch.linalg.svd(self.teacher, full_matrices=False).Vh[:dim].T.contiguous())
        self.own = Parameter(torch.zeros(len(teacher), dim))

    def forward(self, texts: Sequence[Tokens]) -> torch.Tensor:
        """Shape (len(texts), dim), of length 1."""
        sizes = np.fromiter(map(len, texts), dtype=np.int64)
        starts = torch.from_numpy(np.concatenate([[0], np.cumsum(sizes[:-1])]))
        tokens = torch.from_numpy(np.concatenate(texts))
        taught, own = (embedding_bag(tokens, table, starts, mode="mean") for table in (self.teacher, self.own))
        return normalize(taught @ self.map + own, dim=-1)

    def table(self) -> NDArray[np.float32]:
        """The vector of each token, shape (tokens, dim)."""
        with torch.no_grad():
            return (self.teacher @ self.map + self.own).numpy()


def train(
    texts: Texts,
    teacher: NDArray[np.float32],
    *,
    dim: int,
    steps: Sequence[int],
    batch: int,
    seed: int,
    report: Callable[[str], None],
) -> NDArray[np.float32]:
    """The vector of each token, shape (tokens, dim), after so many `steps` of each of PHASES. `teacher` (tokens, any):
    what is known of each token before."""
    rng = np.random.default_rng(seed)
    vectors = Vectors(teacher, dim)
    for phase, count in zip(PHASES, steps, strict=True):
        optimizer = torch.optim.AdamW(
            [
                {"params": [vectors.own], "lr": phase.rate, "weight_decay": DECAY},
                {"params": [vectors.map], "lr": MAP_RATE, "weight_decay": 0.0},
            ],
            fused=True,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _warm_then_linear(count))
        total = 0.0
        for step in range(1, count + 1):
            loss = _loss(vectors, draw_pairs(texts, batch, phase.questions, phase.synonyms, rng))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total += loss.item()
            if step % 50 == 0:
                report(f"{phase.name}: step {step} of {count}, loss {total / 50:.3f}")
                total = 0.0
    return vectors.table()


def lengths(sections: Sequence[TokenSection], tokens: int) -> NDArray[np.float32]:
    """How long the vector of each token is at first, shape (tokens, 1): frequent ones are shorter (a / (a + p), Arora
    et al. 2017), so that they weigh less."""
    seen = np.concatenate([text for section in sections for text in section.subsections])
    share = np.bincount(seen, minlength=tokens) / len(seen)
    return (LENGTH * 1e-3 / (1e-3 + share))[:, None].astype(np.float32)


def _loss(vectors: Vectors, pairs: Sequence[Pair]) -> torch.Tensor:
    queries, texts = (vectors([pair[side] for pair in pairs]) for side in (0, 1))
    group = torch.tensor([pair[2] for pair in pairs])
    same = (group[:, None] == group[None, :]).fill_diagonal_(False)
    logits = (SCALE * queries @ texts.T).masked_fill(same, -1e4)
    truth = torch.arange(len(pairs))
    return (cross_entropy(logits, truth) + cross_entropy(logits.T, truth)) / 2


def _warm_then_linear(steps: int) -> Callable[[int], float]:
    warm = max(steps // 10, 1)
    return lambda step: min((step + 1) / warm, (steps - step) / (steps - warm + 1))
