"""Word list and WordPiece vocabulary, both counted in federal law."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from assistant.german import MIN_COUNT, MIN_PART, fold

_WORD = re.compile(r"[a-z]+")
_SPELLING = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("\u00ad", ""))


def write_words(texts: Iterable[str], path: Path) -> None:
    """The words that compounds may be made of, with their frequencies; read by assistant.german."""
    counts = Counter(word for text in texts for word in _WORD.findall(fold(text)) if len(word) >= MIN_PART)
    kept = sorted(word for word, count in counts.items() if count >= MIN_COUNT)
    path.write_text("".join(f"{word} {counts[word]}\n" for word in kept), encoding="utf-8")


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """A WordPiece tokenizer of `size` tokens; lower case, ä as ae, so that "Gebuehr" and "Gebühr" are one."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    spelling = [normalizers.Replace(old, new) for old, new in _SPELLING]
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), *spelling])
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=["[PAD]", "[UNK]"], limit_alphabet=200, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
