"""Handlers of the question: what happens from "Fragen" to the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant import personal
from assistant.errors import FundstelleError
from assistant.render import plain
from assistant.texts import text
from assistant.types import Answer, Draft
from pages.conversation import Message, asked, drafted, messages, said, searching
from pages.turn import OpenTurns, Turn
from pages.view import Update, View

# Gradio sends the whole conversation with every draft: often enough to read along, seldom enough to stay light.
DRAFT_SECONDS = 0.15
KEEP = 30


@dataclass(frozen=True)
class Ask:
    view: View
    turns: OpenTurns

    def checked(self, question: str, history: list[Turn]) -> Iterator[Update]:
        """Asks, unless the question holds personal data: then nothing is sent before the reader has chosen."""
        settings = self.view.assistant.settings.personal
        found = personal.find(question, settings.allowed) if settings.warn else []
        if found:
            kinds = dict.fromkeys(finding.kind.value for finding in found)
            yield self.view.warned(list(kinds), personal.mask(question.strip(), settings.allowed))
        else:
            yield from self.asked(question, history)

    def masked(self, question: str, history: list[Turn]) -> Iterator[Update]:
        yield from self.asked(personal.mask(question, self.view.assistant.settings.personal.allowed), history)

    def asked(self, question: str, history: list[Turn]) -> Iterator[Update]:
        """Shows the question, the drafts, and the final answer."""
        if not question.strip():
            yield {self.view.talk.question: ""}
            return
        before = [*messages(history), asked(question.strip())]
        answers = [turn.answer for turn in history if not turn.simple]
        with closing(self.view.assistant.stream(question, answers)) as events:
            yield from follow(
                self.view, events, before, lambda answer: self.view.ended([*history, self.turns.opened(answer)][-KEEP:])
            )

    def example(self, history: list[Turn], event: gr.SelectData) -> Iterator[Update]:
        yield from self.asked(str(event.value["text"]), history)

    def choice(self, history: list[Turn], event: gr.SelectData) -> Iterator[Update]:
        """One of the choices that the assistant has offered is the next question."""
        yield from self.asked(str(event.value), history)

    def stopped(self, conversation: list[dict[str, Any]], history: list[Turn]) -> Update:
        """Takes the unfinished question back into the box."""
        gr.Info(text("page.stopped"))
        pending = conversation[2 * len(history) :]
        content = pending[0]["content"] if pending else ""
        wording = content if isinstance(content, str) else "".join(item.get("text", "") for item in content)
        wording = wording.replace("\\", "")
        return self.view.ended(history) | {self.view.talk.question: "" if wording == text("simple.asked") else wording}


def follow(
    view: View, events: Iterable[Draft | Answer], before: list[Message], done: Callable[[Answer], Update]
) -> Iterator[Update]:
    """The page while an answer is made, then what `done` makes of it."""
    yield view.busy() | {view.talk.question: "", view.talk.chatbot: [*before, searching()]}
    sent = 0.0
    try:
        for event in events:
            if isinstance(event, Answer):
                yield done(event)
            elif time.monotonic() - sent > DRAFT_SECONDS:
                sent = time.monotonic()
                yield {view.talk.chatbot: [*before, drafted(event)]}
    except FundstelleError as error:
        yield view.idle() | {view.talk.chatbot: [*before, said(plain(str(error)))]}
