"""A fair queue before the model: who came first is served first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Turn:
    """One question in the line."""

    line: Turns

    def wait(self, seconds: float) -> int:
        """Waits for its turn, at most so long; 0: it has come, else the place among those who wait (1: next)."""
        with self.line.moved:
            self.line.moved.wait_for(lambda: self.line.place(self) == 0, seconds)
            return self.line.place(self)


class Turns:
    """At most `slots` questions at once; the others wait in the order in which they came."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.moved = threading.Condition()
        self._line: list[Turn] = []

    @contextmanager
    def join(self) -> Iterator[Turn]:
        """A place at the end of the line; given up on leaving, whether its turn had come or not."""
        turn = Turn(self)
        with self.moved:
            self._line.append(turn)
        try:
            yield turn
        finally:
            with self.moved:
                self._line.remove(turn)
                self.moved.notify_all()

    def place(self, turn: Turn) -> int:
        """See Turn.wait; the caller holds `moved`."""
        return max(0, self._line.index(turn) - self.slots + 1)
