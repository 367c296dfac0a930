"""Word list and vocabulary, both counted in federal law; and how the words of the vocabulary are written."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tokenizers import Tokenizer, models, pre_tokenizers

from assistant.german import MIN_COUNT, MIN_PART, WORDS, fold, words

_WORD = re.compile(r"[a-z]+")
SPECIAL = ("[PAD]", "[UNK]")
QUESTION_WEIGHT, FORMS = 3, 2


def write_words(texts: Iterable[str]) -> None:
    """The words that compounds may be made of, with their frequencies, where assistant.german reads them. Must be
    done before any text is analysed."""
    counts = Counter(word for text in texts for word in _WORD.findall(fold(text)) if len(word) >= MIN_PART)
    kept = sorted(word for word, count in counts.items() if count >= MIN_COUNT)
    WORDS.write_text("".join(f"{word} {counts[word]}\n" for word in kept), encoding="utf-8")


def count_words(texts: Iterable[str], questions: Iterable[str]) -> Counter[str]:
    """The words as they stand. One of a question counts as much as QUESTION_WEIGHT in a law: there are few questions,
    and much rests on their words."""
    counts = Counter(word for text in texts for word, _ in words(text))
    for question in questions:
        counts.update(dict.fromkeys((word for word, _ in words(question)), QUESTION_WEIGHT))
    return counts


def frequent(counts: Mapping[str, int], size: int) -> list[str]:
    """The `size` most frequent terms (german.py) of words that were counted, and SPECIAL in front of them."""
    found: Counter[str] = Counter()
    for word, count in counts.items():
        for _, own in words(word):
            found.update(dict.fromkeys(own, count))
    best = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [*SPECIAL, *(term for term, _ in best[: size - len(SPECIAL)])]


def forms(terms: Sequence[str], counts: Mapping[str, int]) -> list[tuple[str, ...]]:
    """How each term is written most often: FORMS words at most, or the term itself."""
    seen: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for word, count in counts.items():
        if len(found := words(word)) == 1 and found[0][1]:
            seen[found[0][1][0]].append((-count, word))
    return [tuple(word for _, word in sorted(seen[term])[:FORMS]) or (term,) for term in terms]


def tokenizer_of(terms: Sequence[str]) -> Tokenizer:
    """For texts that are analysed already, with spaces between their terms."""
    tokenizer = Tokenizer(models.WordLevel({term: number for number, term in enumerate(terms)}, unk_token=SPECIAL[1]))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer
