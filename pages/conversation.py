"""What the page says, as Markdown with little HTML: its head, and the conversation so far. Pure, except the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from assistant.errors import FundstelleError
from assistant.pipeline import Assistant
from assistant.render import answer_markdown, plain
from assistant.texts import text
from assistant.types import Answer, Draft
from pages.corpus import created, summary
from pages.panel import panel

Message = dict[str, str]


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
    return text("notice.model_missing", reason=problem) if problem else text("mode.model", model=name)


def cards(assistant: Assistant, answer: Answer | None) -> str:
    """The Fundstellen of an answer as HTML."""
    return panel(answer, assistant.store.current(), datetime.now().astimezone().date())


def messages(history: Sequence[Answer]) -> list[Message]:
    """The answers so far as messages of the chatbot: question, answer, question, answer …"""
    return [message for answer in history for message in (asked(answer.question), said(_answered(answer)))]


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
    seconds = f"{answer.seconds.get('total', 0):.2f}".replace(".", ",")
    notice = f'<p class="notice">{escape(answer.notice)}</p>' if answer.notice else ""
    return f'{answer_markdown(answer)}\n\n{notice}<p class="meta">{escape(spoke)} · {seconds} Sekunden</p>'
