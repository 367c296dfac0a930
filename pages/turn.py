"""The answers of open conversations. They live in memory only, and only as long as their conversation does."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakValueDictionary

from assistant.types import Answer


@dataclass(eq=False)
class Turn:
    """An answer in a conversation, and what the reader thought of it.

    `simple`: it is the answer before it, in Einfacher Sprache. `key` is the part of its Vermerk's address that nobody
    can guess.
    """

    answer: Answer
    simple: bool = False
    vote: Literal["up", "down"] | None = None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))


class OpenTurns:
    """Finds a turn by its key. The conversation alone keeps a turn alive: when it ends, its keys open nothing."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[str, Turn] = WeakValueDictionary()

    def opened(self, answer: Answer, simple: bool = False) -> Turn:
        turn = Turn(answer, simple)
        self._turns[turn.key] = turn
        return turn

    def get(self, key: str) -> Turn | None:
        return self._turns.get(key)
