"""The chat: what stands where, and what each button does. The only thing kept is the list of answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.errors import FundstelleError
from assistant.pipeline import Assistant
from assistant.render import copy_text, plain
from assistant.texts import text
from assistant.types import Answer
from pages.conversation import asked, cards, drafted, head, messages, said, searching

EXAMPLES = (
    "Müssen wir Verwaltungsleistungen auch elektronisch anbieten?",
    "Wer darf generative KI dienstlich nutzen?",
    "Wie hoch ist die Hundesteuer für den zweiten Hund?",
    "Was regelt § 3a VwVfG?",
)
HEAD = (
    '<link rel="stylesheet" href="/static-fundstelle/fundstelle.css">'
    '<script src="/static-fundstelle/fundstelle.js" defer></script>'
)
FONT = ["Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "sans-serif"]
# Gradio sends the whole conversation with every draft: often enough to read along, seldom enough to stay light.
DRAFT_SECONDS = 0.15
KEEP = 30
CONCURRENT = 8

Update = dict[Any, Any]
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def theme() -> Any:  # noqa: ANN401  Gradio has no types
    """Calm, system fonts only, a primary colour dark enough for white text."""
    base = gr.themes.Base(primary_hue="sky", neutral_hue="slate", font=FONT, font_mono=["Consolas", "monospace"])
    return base.set(
        button_primary_background_fill="#1f4e79",
        button_primary_background_fill_hover="#173a5b",
        button_primary_background_fill_dark="#2f6ca5",
        button_primary_background_fill_hover_dark="#3a7dbb",
        button_primary_text_color="#ffffff",
        body_background_fill="#f4f6f8",
        body_background_fill_dark="#11161c",
    )


def chat(assistant: Assistant) -> Any:  # noqa: ANN401
    """The page at "/" as Gradio Blocks."""
    title = text("page.title", city=assistant.settings.server.city)
    with gr.Blocks(title=title, analytics_enabled=False) as page:
        gr.Markdown(lambda: head(assistant), elem_id="head", latex_delimiters=[])
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=6, min_width=320, elem_id="talk"):
                talk = _talk()
            with gr.Column(scale=4, min_width=320, elem_id="proofs"):
                parts = _Parts(*talk, *_proofs(assistant))
        _Handlers(assistant, parts).wire()
    page.queue(default_concurrency_limit=CONCURRENT, api_open=False)
    return page


@dataclass(frozen=True)
class _Parts:
    """The components that handlers change."""

    history: Any
    chatbot: Any
    copy: Any
    new: Any
    question: Any
    send: Any
    stop: Any
    shown: Any
    cards: Any
    copied: Any


def _talk() -> tuple[Any, ...]:
    history = gr.State([])
    chatbot = gr.Chatbot(
        elem_id="messages",
        label="Gespräch",
        show_label=False,
        container=False,
        height="100%",
        placeholder=text("page.empty"),
        examples=[{"text": example} for example in EXAMPLES],
        latex_delimiters=[],
        buttons=[],
        autoscroll=False,
    )
    with gr.Row(elem_id="ask"):
        question = gr.Textbox(
            label="Ihre Frage",
            show_label=False,
            container=False,
            placeholder=text("page.placeholder"),
            lines=1,
            max_lines=6,
            scale=8,
            autofocus=True,
            elem_id="question",
        )
        send = gr.Button("Fragen", variant="primary", scale=1, min_width=110, elem_id="send")
        stop = gr.Button("Abbrechen", visible=False, scale=1, min_width=110, elem_id="stop")
    with gr.Row(elem_id="tools"):
        gr.Markdown(text("page.proof"), elem_id="proof")
        copy = gr.Button("Kopieren mit Fundstellen", size="sm", elem_id="copy", interactive=False, min_width=200)
        new = gr.Button("Neues Gespräch", size="sm", elem_id="new", min_width=140)
    return history, chatbot, copy, new, question, send, stop


def _proofs(assistant: Assistant) -> tuple[Any, ...]:
    gr.Markdown("## Fundstellen", elem_id="proofs-title")
    shown = gr.Dropdown([], label="Zu welcher Frage?", visible=False, elem_id="shown", filterable=False)
    listed = gr.Markdown(cards(assistant, None), elem_id="cards", latex_delimiters=[])
    copied = gr.Textbox(label="Text zum Kopieren", visible="hidden", elem_id="copy-text", lines=5)
    return shown, listed, copied


@dataclass(frozen=True)
class _Handlers:
    assistant: Assistant
    parts: _Parts

    def wire(self) -> None:
        """Connects the components with the methods below."""
        parts = self.parts
        every = list(vars(parts).values())
        both = [parts.question, parts.history]
        runs = [
            gr.on([parts.send.click, parts.question.submit], self.ask, both, every, trigger_mode="once", **_QUIET),
            parts.chatbot.example_select(self.ask_example, [parts.history], every, trigger_mode="once", **_QUIET),
        ]
        parts.stop.click(self.stopped, [parts.chatbot, parts.history], every, cancels=runs, queue=False, **_QUIET)
        parts.new.click(lambda: self.ended([]), None, every, cancels=runs, queue=False, **_QUIET)
        parts.shown.input(self.choose, [parts.shown, parts.history], every, **_QUIET)
        parts.chatbot.select(self.choose_message, [parts.history], every, **_QUIET)

    def ask(self, question: str, history: list[Answer]) -> Iterator[Update]:
        """Shows the question, the drafts, and the final answer."""
        if not question.strip():
            yield {self.parts.question: ""}
            return
        parts, before = self.parts, [*messages(history), asked(question.strip())]
        yield {
            parts.question: "",
            parts.chatbot: [*before, searching()],
            parts.send: gr.update(visible=False),
            parts.stop: gr.update(visible=True),
        }
        sent = 0.0
        try:
            for event in self.assistant.stream(question, history):
                if isinstance(event, Answer):
                    yield self.ended([*history, event][-KEEP:])
                elif time.monotonic() - sent > DRAFT_SECONDS:
                    sent = time.monotonic()
                    yield {parts.chatbot: [*before, drafted(event)]}
        except FundstelleError as error:
            yield self.idle() | {parts.chatbot: [*before, said(plain(str(error)))]}

    def ask_example(self, history: list[Answer], event: gr.SelectData) -> Iterator[Update]:
        yield from self.ask(str(event.value["text"]), history)

    def stopped(self, conversation: list[dict[str, Any]], history: list[Answer]) -> Update:
        """Takes the unfinished question back into the box."""
        gr.Info(text("page.stopped"))
        pending = conversation[2 * len(history) :]
        content = pending[0]["content"] if pending else ""
        wording = content if isinstance(content, str) else "".join(item.get("text", "") for item in content)
        return self.ended(history) | {self.parts.question: wording.replace("\\", "")}

    def ended(self, history: list[Answer]) -> Update:
        """The page after an answer: the newest one's Fundstellen, ready for the next question."""
        parts = self.parts
        choices = [(f"{number}. {answer.question}", number - 1) for number, answer in enumerate(history, 1)]
        chosen = gr.update(choices=choices, value=len(history) - 1 if history else None, visible=len(history) > 1)
        page = {parts.history: history, parts.chatbot: messages(history), parts.shown: chosen}
        return self.idle() | page | self.proofs(history[-1] if history else None)

    def idle(self) -> Update:
        return {self.parts.send: gr.update(visible=True), self.parts.stop: gr.update(visible=False)}

    def proofs(self, answer: Answer | None) -> Update:
        """The Fundstellen of one answer, and its text to copy."""
        parts = self.parts
        return {
            parts.cards: cards(self.assistant, answer),
            parts.copied: copy_text(answer) if answer else "",
            parts.copy: gr.update(interactive=answer is not None),
        }

    def choose(self, index: int, history: list[Answer]) -> Update:
        return self.proofs(history[index]) if 0 <= index < len(history) else {}

    def choose_message(self, history: list[Answer], event: gr.SelectData) -> Update:
        """A click on a message shows the Fundstellen of its answer."""
        index = int(event.index) // 2
        return {self.parts.shown: index} | self.choose(index, history) if index < len(history) else {}
