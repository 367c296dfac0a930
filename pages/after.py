"""Handlers of a finished answer: Einfache Sprache, and what the reader thought of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr

from assistant import simplify
from assistant.errors import RecordsError
from assistant.records import Reason
from assistant.render import plain
from assistant.texts import text
from assistant.types import Answer
from pages.ask import KEEP, follow
from pages.conversation import asked, messages, said
from pages.turn import OpenTurns, Turn
from pages.view import Update, View

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class After:
    view: View
    turns: OpenTurns

    def simplify(self, index: int, history: list[Turn]) -> Iterator[Update]:
        """Streams the chosen answer in Einfacher Sprache as a turn of its own; where that fails, says why."""
        answer = history[index].answer
        before = [*messages(history), asked(text("simple.asked"))]

        def done(version: Answer) -> Update:
            if simplify.PROMPT in version.prompts:
                return self.view.ended([*history, self.turns.opened(version, simple=True)][-KEEP:])
            reason = said(plain(version.notice.removeprefix(answer.notice).strip()))
            return self.view.ended(history) | {self.view.talk.chatbot: [*before, reason]}

        with closing(simplify.stream(answer, self.view.assistant.model)) as events:
            yield from follow(self.view, events, before, done)

    def up(self, index: int, history: list[Turn]) -> Update:
        return self._voted(history[index], "up")

    def down(self, index: int, history: list[Turn]) -> Update:
        """Counts at once; the reason is asked for afterwards."""
        parts = self.view.actions
        asked_why = {parts.more: gr.update(visible=True), parts.thanks: gr.update(visible=False)}
        cleared = {parts.reason: None, parts.comment: ""}
        return self._voted(history[index], "down") | asked_why | cleared

    def because(self, reason: str | None, comment: str, index: int, history: list[Turn]) -> Update:
        return self._voted(history[index], "down", Reason(reason) if reason else None, comment or "")

    def _voted(
        self, turn: Turn, vote: Literal["up", "down"], reason: Reason | None = None, comment: str = ""
    ) -> Update:
        parts = self.view.actions
        records = self.view.assistant.records
        if records is None:
            return {}
        try:
            records.feedback(turn.answer.id, vote, reason, comment)
        except RecordsError as error:
            log.warning("feedback on answer %s was not kept: %s", turn.answer.id, error)
            return {parts.thanks: _said("failed")}
        turn.vote = vote
        return self.view.votes(turn) | {parts.more: gr.update(visible=False), parts.thanks: _said("thanks")}


def _said(name: str) -> Any:  # noqa: ANN401  Gradio has no types
    return gr.update(value=f'<p role="status" class="{name}">{text(f"feedback.{name}")}</p>', visible=True)
