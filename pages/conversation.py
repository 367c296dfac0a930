"""What the page says, as Markdown with little HTML: its head, and the conversation so far. Pure, except the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from assistant.errors import FundstelleError
from assistant.pipeline import Assistant
from assistant.render import answer_markdown, plain
from assistant.texts import text
from assistant.types import Answer, Draft
from pages.corpus import created, summary
from pages.panel import panel
from pages.turn import Turn

Message = dict[str, Any]


def head(assistant: Assistant) -> str:
    """The head of the page as one line of HTML: who, which mode speaks, and what is in the corpus."""
    try:
        generation = assistant.store.current()
    except FundstelleError as error:
        return f"<p>{escape(str(error))}</p>"
    missing = generation.manifest.missing
    warning = text("notice.laws_missing", count=len(missing)) if missing else ""
    parts = [
        f'<h1>Fundstelle <span class="city">{escape(assistant.settings.server.city)}</span></h1>',
        f'<p class="mode">{escape(mode(assistant))}</p>',
        f'<p class="corpus"><a href="/bestand" target="_blank" rel="noopener">{escape(summary(generation))}</a>'
        f"<span>{escape(created(generation))}</span></p>",
        f'<p class="warning">{escape(warning)}</p>' if warning else "",
    ]
    return f'<div class="head">{"".join(parts)}</div>'


def mode(assistant: Assistant) -> str:
    """Which of the two speaks, and why the model does not where one is configured."""
    name = assistant.settings.model.name
    if not name:
        return text("mode.quote")
    problem = assistant.model.problem()
    return text("notice.model_missing", reason=problem) if problem else text("mode.model", model=assistant.model.label)


def cards(assistant: Assistant, answer: Answer | None) -> str:
    """The Fundstellen of an answer as HTML."""
    return panel(answer, assistant.store.current(), datetime.now().astimezone().date())


def messages(turns: Sequence[Turn]) -> list[Message]:
    """The turns so far as messages of the chatbot: question, answer, question, answer …"""
    shown = []
    for turn in turns:
        question = text("simple.asked") if turn.simple else turn.answer.question
        shown += [asked(question), said(_answered(turn.answer))]
    if turns and turns[-1].answer.choices:
        shown[-1] = _to_choose(turns[-1].answer)
    return shown


def asked(question: str) -> Message:
    return {"role": "user", "content": plain(question)}


def said(markdown: str) -> Message:
    return {"role": "assistant", "content": markdown}


def searching() -> Message:
    return said(f'<p class="draft">{escape(text("page.searching"))}</p>')


def drafted(draft: Draft) -> Message:
    return said(f'<p class="draft">{escape(draft.notice or text("page.draft"))}</p>\n\n{plain(draft.text)}')


def _answered(answer: Answer) -> str:
    spoke = text("mode.quote") if answer.mode == "quote" else text("mode.model", model=answer.model)
    spent = answer.seconds.get("simplify", answer.seconds.get("total", 0))
    seconds = f"{spent:.2f}".replace(".", ",")
    notice = f'<p class="notice">{escape(answer.notice)}</p>' if answer.notice else ""
    return f'{answer_markdown(answer)}\n\n{notice}<p class="meta">{escape(spoke)} · {seconds} Sekunden</p>'


def _to_choose(answer: Answer) -> Message:
    """A question back with its choices as buttons instead of a list."""
    notice = f'\n\n<p class="notice">{escape(answer.notice)}</p>' if answer.notice else ""
    options = [{"value": choice} for choice in answer.choices]
    return said(plain(answer.text.split("\n\n")[0]) + notice) | {"options": options}
