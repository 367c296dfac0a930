"""History and a follow-up question -> a question that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.german import terms
from assistant.types import Answer

_FOLLOW_UP = re.compile(
    r"^(und|aber|oder|auch|gilt das|was ist mit|wie ist das|warum|wieso|wann|wo|wer|und wenn)\b|"
    r"\b(das|dies|davon|dazu|dafür|dabei|darüber|darauf|dort|dann|diese[rmns]?|er|sie|es|ihn|ihm)\b",
    re.IGNORECASE,
)
SHORT = 3


def condense(question: str, history: Sequence[Answer]) -> str:
    """The question itself, or with the topic of the one before where it cannot stand alone.

    A question is taken for a follow-up when it points back ("Und wie ist das bei …?") and has few words of its own.
    """
    if not history or len(terms(question)) > 2 * SHORT or not _FOLLOW_UP.search(question):
        return question
    return f"{question} ({history[-1].standalone})"
