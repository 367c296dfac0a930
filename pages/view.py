"""What the page shows of a conversation, as updates of its components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr

from assistant.pipeline import Assistant
from assistant.render import copy_text
from assistant.texts import text
from assistant.types import Status
from pages.conversation import cards, messages
from pages.parts import Actions, Gate, Proofs, Talk
from pages.turn import Turn

Update = dict[Any, Any]


@dataclass(frozen=True)
class View:
    assistant: Assistant
    talk: Talk
    actions: Actions
    gate: Gate
    proofs: Proofs

    @property
    def every(self) -> list[Any]:
        """All components, as outputs of a handler that changes some of them."""
        return [part for group in (self.talk, self.actions, self.gate, self.proofs) for part in vars(group).values()]

    def busy(self) -> Update:
        """While an answer is being made."""
        hidden = (self.talk.send, self.actions.row, self.actions.more, self.actions.thanks, self.gate.box)
        return {self.talk.stop: gr.update(visible=True)} | {part: gr.update(visible=False) for part in hidden}

    def idle(self) -> Update:
        return {self.talk.send: gr.update(visible=True), self.talk.stop: gr.update(visible=False)}

    def warned(self, kinds: Sequence[str], masked: str) -> Update:
        """The warning of personal data instead of an answer. It is shown only."""
        said = (text("personal.warning", kinds=", ".join(kinds)), text("personal.masked", masked=masked))
        warning = "".join(f"<p>{escape(sentence)}</p>" for sentence in said)
        return {
            self.gate.box: gr.update(visible=True),
            self.gate.warning: f'<div role="alert">{warning.replace(chr(10), " ")}</div>',
        }

    def ended(self, history: Sequence[Turn]) -> Update:
        """The page after an answer: the newest one's Fundstellen, ready for the next question."""
        choices = [(f"{number}. {_title(turn)}", number - 1) for number, turn in enumerate(history, 1)]
        last = len(history) - 1 if history else None
        page = {
            self.talk.history: list(history),
            self.talk.chatbot: messages(history),
            self.gate.box: gr.update(visible=False),
            self.proofs.shown: gr.update(choices=choices, value=last, visible=len(history) > 1),
        }
        return self.idle() | page | self.of(last, history)

    def choose(self, index: int, history: Sequence[Turn]) -> Update:
        """The Fundstellen of another answer of the conversation, and what can be done with it."""
        return self.of(index, history) if 0 <= index < len(history) else {}

    def choose_message(self, history: list[Turn], event: gr.SelectData) -> Update:
        """A click on a message chooses its answer."""
        index = int(event.index) // 2
        return {self.proofs.shown: index} | self.choose(index, history) if index < len(history) else {}

    def of(self, index: int | None, history: Sequence[Turn]) -> Update:
        turn = None if index is None else history[index]
        answer = turn.answer if turn else None
        return {
            self.talk.chosen: index,
            self.proofs.cards: cards(self.assistant, answer),
            self.proofs.copied: copy_text(answer) if answer else "",
            **self.offered(turn),
        }

    def offered(self, turn: Turn | None) -> Update:
        """What can be done with a turn; nothing with a greeting, a question back or an error."""
        if turn is None or turn.answer.status.group not in {"answered", "quoted", "refused"}:
            return self._hidden()
        if turn.answer.status is Status.ANSWERED_WITHOUT_SEARCH:
            return self._hidden()
        parts, cited = self.actions, bool(turn.answer.citations)
        simple = cited and not turn.simple and bool(self.assistant.settings.model.name)
        return self._hidden() | self.votes(turn) | {
            parts.row: gr.update(visible=True),
            parts.vermerk: gr.update(value=_vermerk(turn), visible=cited),
            parts.simple: gr.update(visible=simple and not self.assistant.model.problem()),
        }

    def votes(self, turn: Turn) -> Update:
        """The two buttons, the chosen one marked; none where no vote would be kept or the version has none."""
        records = self.assistant.records
        visible = bool(records and records.settings.mode != "off" and not turn.simple)
        updates = {}
        for vote, button in (("up", self.actions.up), ("down", self.actions.down)):
            words = text(f"feedback.{vote}")
            given = turn.vote == vote
            label = text("feedback.given", vote=words) if given else words
            updates[button] = gr.update(value=label, visible=visible, elem_classes=["given"] if given else [])
        return updates

    def _hidden(self) -> Update:
        parts = self.actions
        return {part: gr.update(visible=False) for part in (parts.row, parts.more, parts.thanks)}


def _title(turn: Turn) -> str:
    question = turn.answer.question
    return text("simple.of", question=question) if turn.simple else question


def _vermerk(turn: Turn) -> str:
    links = ((f"/vermerk/{turn.key}.{suffix}", name) for suffix, name in (("docx", "Word"), ("pdf", "PDF")))
    return " ".join(f'<a href="{address}" download>Vermerk ({name})</a>' for address, name in links)
