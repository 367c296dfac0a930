"""Word list and vocabulary, both counted in federal law."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from tokenizers import Tokenizer, models, pre_tokenizers

from assistant.german import MIN_COUNT, MIN_PART, WORDS, fold, terms

_WORD = re.compile(r"[a-z]+")
SPECIAL = ("[PAD]", "[UNK]")
QUESTION_WEIGHT = 3


def write_words(texts: Iterable[str]) -> None:
    """The words that compounds may be made of, with their frequencies, where assistant.german reads them. Must be
    done before any text is analysed."""
    counts = Counter(word for text in texts for word in _WORD.findall(fold(text)) if len(word) >= MIN_PART)
    kept = sorted(word for word, count in counts.items() if count >= MIN_COUNT)
    WORDS.write_text("".join(f"{word} {counts[word]}\n" for word in kept), encoding="utf-8")


def learn_vocabulary(texts: Iterable[str], questions: Iterable[str], size: int) -> Tokenizer:
    """The `size` most frequent terms (german.py) as a tokenizer for texts that are analysed already, terms with spaces
    between. A term of a question counts as much as QUESTION_WEIGHT in a law: there are few questions, and much rests
    on their words.
    """
    counts = Counter(term for text in texts for term in terms(text))
    for question in questions:
        counts.update(dict.fromkeys(terms(question), QUESTION_WEIGHT))
    kept = [term for term, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[: size - len(SPECIAL)]]
    tokenizer = Tokenizer(
        models.WordLevel({term: number for number, term in enumerate([*SPECIAL, *kept])}, unk_token=SPECIAL[1])
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer
