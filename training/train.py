"""Contrastive training of a static embedding: the vector of a text is the mean of the vectors of its tokens.

Loss: symmetric cross entropy over the batch's cosines, temperature 1/20 (InfoNCE with in-batch negatives, as in
sentence-transformers' MultipleNegativesRankingLoss). Pairs of the same section are not negatives of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import EmbeddingBag
from torch.nn.functional import cross_entropy, normalize

from training.pairs import Pair, Question, Tokens, TokenSection, draw_pairs

SCALE = 20.0
# Name, learning rate, share of questions in a batch. Questions alone are learnt by heart sooner.
PHASES = (("laws", 5e-3, 0.0), ("questions", 1e-2, 0.75))


def train(
    sections: Sequence[TokenSection],
    asked: Sequence[Question],
    start: NDArray[np.float32],
    *,
    steps: tuple[int, int],
    batch: int,
    seed: int,
    report: Callable[[str], None],
) -> NDArray[np.float32]:
    """Vectors (tokens, dim): `steps[0]` steps on pairs of the laws, then `steps[1]` mostly on questions."""
    rng = np.random.default_rng(seed)
    bag = EmbeddingBag.from_pretrained(torch.from_numpy(start), freeze=False, mode="mean")
    for (name, rate, share), count in zip(PHASES, steps, strict=True):
        optimizer = torch.optim.Adam(bag.parameters(), lr=rate, fused=True)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _warm_then_linear(count))
        total = 0.0
        for step in range(1, count + 1):
            loss = _loss(bag, draw_pairs(sections, asked, batch, share, rng))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total += loss.item()
            if step % 50 == 0:
                report(f"{name}: step {step} of {count}, loss {total / 50:.3f}")
                total = 0.0
    return bag.weight.detach().numpy()


def first_vectors(sections: Sequence[TokenSection], tokenizer: Tokenizer, dim: int, seed: int) -> NDArray[np.float32]:
    """Random vectors, shorter for frequent tokens (a / (a + p), Arora et al. 2017), so that they weigh less."""
    size = tokenizer.get_vocab_size()
    tokens = np.concatenate([text for section in sections for text in section.subsections])
    share = np.bincount(tokens, minlength=size) / len(tokens)
    random = np.random.default_rng(seed).normal(0, 1, (size, dim))
    return (random * (1e-3 / (1e-3 + share))[:, None]).astype(np.float32)


def _loss(bag: EmbeddingBag, pairs: Sequence[Pair]) -> torch.Tensor:
    queries = _embed(bag, [pair[0] for pair in pairs])
    texts = _embed(bag, [pair[1] for pair in pairs])
    group = torch.tensor([pair[2] for pair in pairs])
    same = (group[:, None] == group[None, :]).fill_diagonal_(False)
    logits = (SCALE * queries @ texts.T).masked_fill(same, -1e4)
    truth = torch.arange(len(pairs))
    return (cross_entropy(logits, truth) + cross_entropy(logits.T, truth)) / 2


def _embed(bag: EmbeddingBag, texts: Sequence[Tokens]) -> torch.Tensor:
    lengths = np.fromiter(map(len, texts), dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths[:-1])])
    return normalize(bag(torch.from_numpy(np.concatenate(texts)), torch.from_numpy(offsets)), dim=-1)


def _warm_then_linear(steps: int) -> Callable[[int], float]:
    warm = max(steps // 10, 1)
    return lambda step: min((step + 1) / warm, (steps - step) / (steps - warm + 1))
