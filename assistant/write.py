"""Hits and a question -> the prompt: numbered passages, fenced as data, within the model's context."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.errors import ModelError
from assistant.prompts import digests, fill
from assistant.serving.reply import most_tokens
from assistant.serving.servers import Message
from assistant.store import Generation
from assistant.texts import text
from assistant.types import Hit, Passage

PROMPTS = ("answer", "question")
# A marker has at most two digits. (A question brings at most 50 hits.)
MOST_PASSAGES = 99
# What a chat template puts around the messages, with room to spare.
TEMPLATE_TOKENS = 64
# No fence takes more tokens than digits alone.
WIDEST_FENCE = "00000000"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent. Marker [n] of the reply means `hits[n - 1]`; `left_out` hits found no room."""

    messages: tuple[Message, ...]
    hits: tuple[Hit, ...]
    left_out: int

    @property
    def digests(self) -> dict[str, str]:
        """Which wording of which prompt file was used."""
        return digests(PROMPTS)


def compose(question: str, hits: Sequence[Hit], generation: Generation, room: int) -> Prompt:
    """The prompt for these hits, at most `room` tokens long. Nothing is cut: a passage is there as a whole or not.

    Every hit comes before any section is widened; then, best first, the whole section of a hit where it fits.
    The passages of a section stand together in the order of the text. Raises ModelError where not even one hit fits.
    """
    fence = secrets.token_hex(4)
    fixed = fill("answer", fence=WIDEST_FENCE) + fill("question", passages="", question=question)
    room -= most_tokens(fixed) + TEMPLATE_TOKENS
    matched, room = _fitting(hits, room)
    if not matched:
        raise ModelError(text("model.no_room"))
    chosen = _widened(matched, generation, room)
    passages = "\n".join(_fenced(number, hit.passage, fence) for number, hit in enumerate(chosen, 1))
    asked = fill("question", passages=passages, question=question)
    messages = Message("system", fill("answer", fence=fence)), Message("user", asked)
    return Prompt(messages, tuple(chosen), len(hits) - len(matched))


def _fitting(hits: Sequence[Hit], room: int) -> tuple[list[Hit], int]:
    """The hits that fit, best first, and the tokens left."""
    matched = []
    for hit in hits:
        if (needed := _tokens(hit.passage)) <= room:
            matched.append(hit)
            room -= needed
    return matched, room


def _widened(matched: Sequence[Hit], generation: Generation, room: int) -> list[Hit]:
    """The hits, and the rest of their sections where it fits as a whole; sections in the order of their best hit."""
    rows = generation.section_rows(hit.passage.id for hit in matched)
    sections = generation.sections(rows.values())
    by_id = {hit.passage.id: hit for hit in matched}
    numbers = MOST_PASSAGES - len(matched)
    chosen: list[Hit] = []
    for row in dict.fromkeys(rows[hit.passage.id] for hit in matched):
        best = next(hit for hit in matched if rows[hit.passage.id] == row)
        rest = [_tokens(passage) for passage in sections[row] if passage.id not in by_id]
        whole = sum(rest) <= room and len(rest) <= numbers
        room, numbers = (room - sum(rest), numbers - len(rest)) if whole else (room, numbers)
        chosen += [
            by_id.get(passage.id) or replace(best, passage=passage, evidence=0.0, matched=(), named=False)
            for passage in sections[row]
            if whole or passage.id in by_id
        ]
    return chosen


def _tokens(passage: Passage) -> int:
    return most_tokens(_fenced(MOST_PASSAGES, passage, WIDEST_FENCE))


def _fenced(number: int, passage: Passage, fence: str) -> str:
    """The fence is a random word, so that no text can end it. Label and title come from documents too: also data."""
    about = "; ".join(filter(None, (passage.source.title, passage.heading)))
    title = " ".join(f"{passage.label} ({about})".split())
    return f"<<{fence} [{number}]\n{title}\n{passage.text}\n{fence}>>\n"
