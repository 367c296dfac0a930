"""The components of the chat that handlers change, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from assistant.records import COMMENT_LENGTH, Reason
from assistant.texts import text

EXAMPLES = (
    "Müssen wir Verwaltungsleistungen auch elektronisch anbieten?",
    "Wer darf generative KI dienstlich nutzen?",
    "Wie hoch ist die Hundesteuer für den zweiten Hund?",
    "Was regelt § 3a VwVfG?",
)

Component = Any  # Gradio ships no types


@dataclass(frozen=True)
class Talk:
    """The conversation and the question. `history` holds the turns, `chosen` the index of the one shown beside it."""

    history: Component
    chosen: Component
    chatbot: Component
    question: Component
    send: Component
    stop: Component
    new: Component


@dataclass(frozen=True)
class Actions:
    """What can be done with the chosen answer."""

    row: Component
    copy: Component
    vermerk: Component
    simple: Component
    up: Component
    down: Component
    more: Component
    reason: Component
    comment: Component
    send: Component
    thanks: Component


@dataclass(frozen=True)
class Gate:
    """The warning of personal data before a question is sent."""

    box: Component
    warning: Component
    masked: Component
    anyway: Component
    change: Component


@dataclass(frozen=True)
class Proofs:
    """The Fundstellen of the chosen answer; `copied` holds its text for the clipboard."""

    shown: Component
    cards: Component
    copied: Component


def talk_column(wording: bool) -> tuple[Talk, Actions, Gate]:
    """The left column, top to bottom. `wording`: a comment would be kept."""
    history, chosen = gr.State([]), gr.State(None)
    chatbot = gr.Chatbot(
        elem_id="messages",
        label=text("page.talk"),
        show_label=False,
        container=False,
        height="100%",
        placeholder=text("page.empty"),
        examples=[{"text": example} for example in EXAMPLES],
        latex_delimiters=[],
        buttons=[],
        autoscroll=False,
    )
    actions, gate = _actions(wording), _gate()
    with gr.Row(elem_id="ask"):
        question = gr.Textbox(
            label=text("page.label"),
            show_label=False,
            container=False,
            placeholder=text("page.placeholder"),
            lines=1,
            max_lines=6,
            scale=8,
            autofocus=True,
            elem_id="question",
        )
        send = gr.Button(text("page.send"), variant="primary", scale=1, min_width=110, elem_id="send")
        stop = gr.Button(text("page.stop"), visible=False, scale=1, min_width=110, elem_id="stop")
    with gr.Row(elem_id="tools"):
        gr.Markdown(text("page.proof"), elem_id="proof")
        new = gr.Button(text("page.new"), size="sm", elem_id="new", min_width=140)
    return Talk(history, chosen, chatbot, question, send, stop, new), actions, gate


def proofs_column(cards: str) -> Proofs:
    """The right column; `cards` is what it shows before the first question."""
    gr.Markdown(f"## {text('page.proofs')}", elem_id="proofs-title")
    shown = gr.Dropdown([], label=text("page.choose"), visible=False, elem_id="shown", filterable=False)
    listed = gr.Markdown(cards, elem_id="cards", latex_delimiters=[])
    copied = gr.Textbox(label=text("page.copy"), visible="hidden", elem_id="copy-text", lines=5)
    return Proofs(shown, listed, copied)


def _actions(wording: bool) -> Actions:
    with gr.Row(elem_id="actions", visible=False) as row:
        copy = gr.Button(text("page.copy"), size="sm", elem_id="copy", min_width=10)
        vermerk = gr.Markdown(elem_id="vermerk", latex_delimiters=[])
        simple = gr.Button(text("simple.action"), size="sm", visible=False, elem_id="simple", min_width=10)
        with gr.Row(elem_id="votes"):
            up = gr.Button(text("feedback.up"), size="sm", elem_id="vote-up", min_width=10)
            down = gr.Button(text("feedback.down"), size="sm", elem_id="vote-down", min_width=10)
    with gr.Column(visible=False, elem_id="feedback") as more:
        reasons = [(text(f"reason.{reason.value}"), reason.value) for reason in Reason]
        reason = gr.Radio(reasons, label=text("feedback.why"), elem_id="reason")
        comment = gr.Textbox(
            label=text("feedback.comment"), max_length=COMMENT_LENGTH, lines=2, visible=wording, elem_id="comment"
        )
        send = gr.Button(text("feedback.send"), size="sm", elem_id="feedback-send")
    thanks = gr.Markdown(visible=False, elem_id="thanks")
    return Actions(row, copy, vermerk, simple, up, down, more, reason, comment, send, thanks)


def _gate() -> Gate:
    with gr.Column(visible=False, elem_id="gate") as box:
        warning = gr.Markdown(elem_id="gate-warning", latex_delimiters=[])
        with gr.Row(elem_id="gate-choice"):
            masked = gr.Button(text("personal.send_masked"), variant="primary", elem_id="gate-masked", min_width=10)
            anyway = gr.Button(text("personal.send_anyway"), elem_id="gate-anyway", min_width=10)
            change = gr.Button(text("personal.change"), elem_id="gate-change", min_width=10)
    return Gate(box, warning, masked, anyway, change)
