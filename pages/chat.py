"""The chat at "/": what stands where, and which handler each button has."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.pipeline import Assistant
from assistant.texts import text
from pages.after import After
from pages.ask import Ask
from pages.conversation import cards, head
from pages.parts import Actions, Gate, Proofs, Talk, proofs_column, talk_column
from pages.turn import OpenTurns
from pages.view import View

HEAD = (
    '<link rel="stylesheet" href="/static-fundstelle/fundstelle.css">'
    '<script src="/static-fundstelle/fundstelle.js" defer></script>'
)
FONT = ["Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "sans-serif"]
CONCURRENT = 8
# With the model's own interval the head tells within a minute that the model has gone or is back.
HEAD_SECONDS = 15

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def theme() -> Any:  # noqa: ANN401  Gradio has no types
    """Calm, system fonts only, a primary colour dark enough for white text."""
    base = gr.themes.Base(primary_hue="sky", neutral_hue="slate", font=FONT, font_mono=["Consolas", "monospace"])
    return base.set(
        button_primary_background_fill="#1f4e79",
        button_primary_background_fill_hover="#173a5b",
        button_primary_background_fill_dark="#2f6ca5",
        button_primary_background_fill_hover_dark="#27608f",
        button_primary_text_color="#ffffff",
        body_background_fill="#f4f6f8",
        body_background_fill_dark="#11161c",
    )


def chat(assistant: Assistant, turns: OpenTurns) -> Any:  # noqa: ANN401
    """The page at "/" as Gradio Blocks."""
    records = assistant.records
    with gr.Blocks(title=text("page.title", city=assistant.settings.server.city), analytics_enabled=False) as page:
        heading = gr.Markdown(lambda: head(assistant), elem_id="head", latex_delimiters=[])
        gr.Timer(HEAD_SECONDS).tick(lambda: head(assistant), None, heading, queue=False, **_QUIET)
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=6, min_width=320, elem_id="talk"):
                talk, actions, gate = talk_column(wording=bool(records and records.keeps_wording))
            with gr.Column(scale=4, min_width=320, elem_id="proofs"):
                proofs = proofs_column(cards(assistant, None))
        view = View(assistant, talk, actions, gate, proofs)
        _wire(Ask(view, turns), After(view, turns), talk, actions, gate, proofs)
    page.queue(default_concurrency_limit=CONCURRENT, api_open=False)
    return page


def _wire(ask: Ask, after: After, talk: Talk, actions: Actions, gate: Gate, proofs: Proofs) -> None:
    every = ask.view.every
    both, chosen = [talk.question, talk.history], [talk.chosen, talk.history]
    once: dict[str, Any] = {"trigger_mode": "once", **_QUIET}
    quick: dict[str, Any] = {"queue": False, **_QUIET}
    runs = [
        gr.on([talk.send.click, talk.question.submit], ask.checked, both, every, **once),
        gate.masked.click(ask.masked, both, every, **once),
        gate.anyway.click(ask.asked, both, every, **once),
        talk.chatbot.example_select(ask.example, [talk.history], every, **once),
        talk.chatbot.option_select(ask.choice, [talk.history], every, **once),
        actions.simple.click(after.simplify, chosen, every, **once),
    ]
    gate.change.click(lambda: gr.update(visible=False), None, gate.box, **quick)
    talk.stop.click(ask.stopped, [talk.chatbot, talk.history], every, cancels=runs, **quick)
    talk.new.click(lambda: ask.view.ended([]), None, every, cancels=runs, **quick)
    proofs.shown.input(ask.view.choose, [proofs.shown, talk.history], every, **_QUIET)
    talk.chatbot.select(ask.view.choose_message, [talk.history], every, **_QUIET)
    actions.up.click(after.up, chosen, every, **_QUIET)
    actions.down.click(after.down, chosen, every, **_QUIET)
    actions.send.click(after.because, [actions.reason, actions.comment, *chosen], every, **_QUIET)
