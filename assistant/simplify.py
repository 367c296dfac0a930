"""Einfache Sprache: a second pass of the model over an answer. What the pass may not do is checked without a model."""

from __future__ import annotations

import secrets
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import groupby

from assistant import cite
from assistant.checking.draft import Unit, lines
from assistant.checking.figures import figures
from assistant.errors import ModelError
from assistant.models import ModelServer
from assistant.prompts import digest, fill
from assistant.serving.servers import Message
from assistant.texts import text
from assistant.types import Answer, Draft, Hit, Status

PROMPT = "simple"


def simplify(answer: Answer, model: ModelServer) -> Answer:
    """The answer in Einfacher Sprache with the same citations; where that fails, the same answer with a notice."""
    *_, last = stream(answer, model)
    assert isinstance(last, Answer)
    return last


def stream(answer: Answer, model: ModelServer) -> Generator[Draft | Answer, None, None]:
    """Drafts while the model writes (marker [n] is the answer's citation n), then the final Answer.

    Closing it stops the model. Only an answer with citations is sent to it.
    """
    if not answer.citations:
        yield _unchanged(answer, text("simple.nothing"))
        return
    if problem := model.problem():
        yield _unchanged(answer, text("simple.no_model", reason=problem))
        return
    start, written, hits = time.perf_counter(), "", _hits(answer)
    try:
        with closing(model.stream(_messages(answer))) as progressing:
            for progress in progressing:
                written = progress.text
                waiting = text("model.queue", place=progress.place) if progress.place else ""
                yield Draft(written, hits, waiting)
    except ModelError as error:
        yield _unchanged(answer, text("simple.failed", reason=error))
        return
    if broken := problem_of(answer, written):
        yield _unchanged(answer, text("simple.failed", reason=broken))
        return
    yield replace(
        answer,
        text=_shown(written),
        status=Status.ANSWERED,
        mode="model",
        model=model.label,
        notice=text("simple.notice"),
        prompts={**answer.prompts, PROMPT: digest(PROMPT)},
        seconds={**answer.seconds, "simplify": round(time.perf_counter() - start, 4)},
    )


def problem_of(answer: Answer, written: str) -> str:
    """Why this text must not stand for the answer, as a German sentence; "" where it may.

    Its markers are those of the answer in the same order (one claim may become several sentences), every sentence
    that states something has one and passes the same check as the answer did, and no amount, date or period is gone.
    """
    if _order(answer.text) != _order(written):
        return text("simple.lost_citations")
    checked = cite.resolve(written, _hits(answer))
    doubtful = {citation.passage.id for citation in answer.citations if not citation.verified}
    weak = [citation for citation in checked.citations if not citation.verified]
    bare = [unit for unit in _units(written) if unit.states and not unit.numbers]
    if bare or any(citation.passage.id not in doubtful for citation in weak):
        return text("simple.unproven")
    if _values(answer.text) - _values(written):
        return text("simple.figures")
    return ""


def _messages(answer: Answer) -> tuple[Message, Message]:
    fence = secrets.token_hex(4)
    fenced = f"<<{fence}\n{answer.text}\n{fence}>>"
    return Message("system", fill(PROMPT, fence=fence)), Message("user", fenced)


def _hits(answer: Answer) -> tuple[Hit, ...]:
    return tuple(Hit(citation.passage, 1.0) for citation in sorted(answer.citations, key=lambda item: item.number))


def _units(written: str) -> Iterator[Unit]:
    return (unit for line in lines(written) for unit in line)


def _order(written: str) -> list[int]:
    """The markers of a text; the same one several times in a row counts once."""
    return [number for number, _ in groupby(number for unit in _units(written) for number in unit.numbers)]


def _values(written: str) -> set[tuple[str, str]]:
    return {(figure.kind, figure.value) for figure in figures(written) if figure.kind != "number"}


def _shown(written: str) -> str:
    return "\n".join("".join(map(_sentence, line)).rstrip() for line in lines(written)).strip()


def _sentence(unit: Unit) -> str:
    return unit.lead + unit.text.rstrip() + _markers(unit.numbers) + unit.tail


def _markers(numbers: Iterable[int]) -> str:
    return "".join(f" [{number}]" for number in numbers)


def _unchanged(answer: Answer, notice: str) -> Answer:
    return replace(answer, notice=" ".join(part for part in (answer.notice, notice) if part))
