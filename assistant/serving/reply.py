"""A reply of the model while it arrives: what of it may be shown, and whether it is a whole answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.errors import ModelError
from assistant.serving.servers import Piece
from assistant.texts import text

# Some servers leave the model's thinking in the text; some templates open it themselves, so that only the end shows.
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_THOUGHT_END = re.compile(r".*</think(?:ing)?>", re.DOTALL)
_LETTERS = re.compile(r"[A-Za-zÀ-ɏ]{1,3}")
_LETTERS_OR_SIGN = re.compile(r"[A-Za-zÀ-ɏ]{1,3}|[^A-Za-zÀ-ɏ\s]")

UNIT = 240
REPEATS, REPEATED = 4, 160
CHECK_EVERY = 40


def most_tokens(wording: str) -> int:
    """At most so many tokens: one for every three letters of a word or fewer, and one for every other sign.

    Common tokenisers need about 3 to 4 characters of a German statute for one, signs and spaces included.
    """
    return len(_LETTERS_OR_SIGN.findall(wording))


def fewest_tokens(wording: str) -> int:
    """No tokeniser makes do with fewer: half the tokens of the words alone."""
    return len(_LETTERS.findall(wording)) // 2


def repeats(wording: str) -> bool:
    """Whether a text ends in the same signs again and again: at least four times, and 160 characters of it."""
    tail = wording[-UNIT * REPEATS :]
    for length in range(1, len(tail) // REPEATS + 1):
        times = max(REPEATS, -(-REPEATED // length))
        if tail.endswith(tail[-length:] * times):
            return True
    return False


@dataclass
class Reply:
    """Collects the pieces of one reply."""

    raw: str = ""
    reason: str | None = None
    prompt_tokens: int | None = None
    counted: int | None = None
    pieces: int = 0
    _checked: int = 0

    def add(self, piece: Piece) -> None:
        """Raises ModelError when the model repeats itself without end."""
        self.raw += piece.text
        self.pieces += bool(piece.text)
        self.reason = piece.reason or self.reason
        self.prompt_tokens = piece.prompt_tokens or self.prompt_tokens
        self.counted = piece.tokens or self.counted
        if len(self.raw) >= self._checked + CHECK_EVERY:
            self._checked = len(self.raw)
            if repeats(self.raw):
                raise ModelError(text("model.repeats"))

    @property
    def tokens(self) -> int:
        """Tokens of the reply as the server counted them, else the pieces that arrived."""
        return self.counted or self.pieces

    @property
    def text(self) -> str:
        """What was said so far, without thinking."""
        if "think" not in self.raw:
            return self.raw
        return _THOUGHT_END.sub("", _THOUGHT.sub("", self.raw)).lstrip()

    def finish(self, prompt: str, window: int) -> None:
        """Raises ModelError unless this is a whole, readable answer to the whole prompt. `window` in tokens."""
        if self.reason == "length":
            raise ModelError(text("model.cut"))
        if self.reason != "stop":
            raise ModelError(text("model.unfinished"))
        if not self.text.strip():
            raise ModelError(text("model.empty"))
        if "\ufffd" in self.text:
            raise ModelError(text("model.garbled"))
        if self.prompt_tokens and not fewest_tokens(prompt) <= self.prompt_tokens < window:
            raise ModelError(text("model.context", seen=self.prompt_tokens, sent=fewest_tokens(prompt), window=window))
