"""The one path of a question, top to bottom, with early returns."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from traceback import format_tb
from typing import TYPE_CHECKING

from assistant import cite, converse, norms, personal, quotes
from assistant.checking.references import missing_in
from assistant.condense import condense
from assistant.config import Settings
from assistant.embed import Embedder
from assistant.embedders import chosen
from assistant.errors import ModelError, RecordsError
from assistant.models import ModelServer, Progress
from assistant.retrieve import retrieve
from assistant.serving.servers import Message
from assistant.store import Generation, Store
from assistant.texts import text
from assistant.types import Answer, Draft, Hit, Status
from assistant.write import Prompt, compose

if TYPE_CHECKING:
    from assistant.records import Records

MAX_QUESTION = 2000

log = logging.getLogger(__name__)


@dataclass
class _Question:
    """One question on its way: the parts of the Answer that are known so far."""

    answer: Answer
    generation: Generation
    hits: tuple[Hit, ...] = ()
    unverified: bool = False
    notices: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = round(time.perf_counter() - start, 4)

    def end(self, status: Status, wording: str, **values: object) -> Answer:
        seconds = self.seconds | {"total": round(sum(self.seconds.values()), 4)}
        notice = " ".join(self.notices)
        return replace(
            self.answer,
            text=wording,
            status=status,
            hits=self.hits,
            notice=notice,
            seconds=seconds,
            **values,  # type: ignore[arg-type]
        )


class Assistant:
    """Answers questions from the current generation of the store; what `records` allow of them is kept."""

    def __init__(self, settings: Settings, embedder: Embedder | None = None, records: Records | None = None) -> None:
        self.settings = settings
        self.records = records
        self.store = Store(settings.store)
        self.embedder = embedder or chosen(settings)
        self.model = ModelServer(settings.model)

    def answer(self, question: str, history: Sequence[Answer] = ()) -> Answer:
        """The final Answer. Raises StoreError where there is no generation yet."""
        *_, last = self.stream(question, history)
        assert isinstance(last, Answer)
        return last

    def stream(self, question: str, history: Sequence[Answer] = ()) -> Generator[Draft | Answer, None, None]:
        """Drafts while a model writes, then the final Answer. Raises StoreError where there is no generation yet.

        The answer is kept after it was given, so nobody waits for the records, and their failure costs no answer.
        """
        final: Answer | None = None
        with closing(self._guarded(question, history)) as events:
            try:
                for event in events:
                    final = event if isinstance(event, Answer) else None
                    yield event
            finally:
                if final and self.records:
                    _keep(final, self.records)

    def warm_up(self) -> None:
        """Loads what the first question would wait for. Asks no model and keeps nothing. Raises StoreError."""
        generation, question = self.store.current(self.embedder), text("talk.warm_up")
        personal.find(question)
        quotes.quote(question, retrieve(question, generation, self.embedder, self.settings), self.embedder, generation)

    def _guarded(self, question: str, history: Sequence[Answer]) -> Generator[Draft | Answer, None, None]:
        generation = self.store.current(self.embedder)
        shown = question.strip()
        blank = Answer(uuid.uuid4().hex[:12], shown, shown, "", Status.ERROR_UNEXPECTED, generation=generation.number)
        asked = _Question(blank, generation)
        try:
            yield from self._path(asked, history)
        except Exception as error:  # noqa: BLE001  the outermost door: whatever happens, the user gets a sentence
            # The message of an error may hold the question: only its kind and where it came from are logged.
            log.error(
                "question %s failed: %s\n%s", blank.id, type(error).__name__, "".join(format_tb(error.__traceback__))
            )
            yield asked.end(Status.ERROR_UNEXPECTED, text("answer.unexpected"))

    def _path(self, asked: _Question, history: Sequence[Answer]) -> Iterator[Draft | Answer]:
        if reply := converse.without_search(asked.answer.question):
            yield asked.end(Status.ANSWERED_WITHOUT_SEARCH, reply)
            return
        question = self._standalone(asked, history)
        with asked.timed("retrieve"):
            asked.hits = tuple(retrieve(question, asked.generation, self.embedder, self.settings))
        missing = _missing_norms(question, asked.generation)
        asked.notices += filter(None, [converse.decision_notice(question), *missing])
        elsewhere = missing and converse.is_about_a_norm(question) and not any(hit.named for hit in asked.hits)
        relevant = [] if elsewhere else self._relevant(asked.hits)
        if not relevant:
            yield asked.end(Status.REFUSED_NO_PASSAGE, converse.refusal(asked.hits))
            return
        wording, choices = converse.ask_back(question, relevant)
        if choices:
            yield asked.end(Status.ASKED_BACK, wording, choices=choices)
            return
        if self.model.settings.name:
            final = yield from self._written(asked, question, relevant)
            if final:
                yield final
                return
        yield self._quoted(asked, question, relevant)

    def _standalone(self, asked: _Question, history: Sequence[Answer]) -> str:
        question = asked.answer.question
        if len(question) > MAX_QUESTION:
            question = question[:MAX_QUESTION]
            asked.notices.append(text("notice.shortened", count=MAX_QUESTION))
        standalone = condense(question, history, self._complete)
        if standalone != question:
            asked.notices.append(text("notice.searched", question=standalone))
        asked.answer = replace(asked.answer, standalone=standalone)
        return standalone

    def _complete(self, prompt: str) -> str:
        """What the model writes for one prompt. Raises ModelError."""
        if problem := self.model.problem():
            raise ModelError(problem)
        with closing(self.model.stream((Message("user", prompt),))) as stream:
            written = [progress.text for progress in stream]
        return written[-1] if written else ""

    def _relevant(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits to answer from: none where even the best gives too little evidence."""
        if not hits or not any(hit.named or hit.evidence >= self.settings.search.evidence for hit in hits):
            return []
        return list(hits)

    def _written(self, asked: _Question, question: str, hits: Sequence[Hit]) -> Generator[Draft, None, Answer | None]:
        """Streams the model's draft; returns the checked Answer, or None where the quotes must take over."""
        if problem := self.model.problem():
            asked.notices.append(text("notice.model_missing", reason=problem))
            return None
        try:
            prompt = compose(question, hits, asked.generation, self.model.room)
            draft = yield from self._drafted(asked, prompt)
        except ModelError as error:
            asked.notices.append(text("notice.model_failed", reason=error))
            return None
        with asked.timed("cite"):
            absent = missing_in(asked.generation)
            checked = cite.resolve(draft, prompt.hits, self.settings.answer.unsupported, absent)
        if not any(citation.verified for citation in checked.citations):
            asked.notices.append(text("answer.unverified"))
            asked.unverified = True
            return None
        if checked.unproven:
            asked.notices.append(text("notice.unproven", count=len(checked.unproven)))
        return asked.end(
            Status.ANSWERED,
            checked.text,
            citations=checked.citations,
            mode="model",
            model=self.model.label,
            prompts=prompt.digests,
        )

    def _drafted(self, asked: _Question, prompt: Prompt) -> Generator[Draft, None, str]:
        """Streams what the model writes; returns all of it. Raises ModelError. Closing it stops the model."""
        progress = Progress()
        with asked.timed("write"), closing(self.model.stream(prompt.messages)) as stream:
            for progress in stream:
                waiting = text("model.queue", place=progress.place) if progress.place else ""
                yield Draft(progress.text, prompt.hits, waiting)
        if pace := progress.pace:
            asked.seconds |= {"queue": pace.queue, "first_token": pace.first_token, "write": pace.writing}
        if prompt.left_out:
            asked.notices.append(text("model.left_out", count=prompt.left_out))
        return progress.text

    def _quoted(self, asked: _Question, question: str, hits: Sequence[Hit]) -> Answer:
        with asked.timed("quote"):
            wording, citations = quotes.quote(question, hits, self.embedder, asked.generation)
        if not citations:
            return asked.end(Status.REFUSED_NO_PASSAGE, converse.refusal(hits))
        status = Status.REFUSED_UNVERIFIED if asked.unverified else Status.QUOTED
        return asked.end(status, wording, citations=citations)


def _keep(answer: Answer, records: Records) -> None:
    try:
        records.save(answer)
    except RecordsError as error:
        log.warning("answer %s was not kept: %s", answer.id, error)


def _missing_norms(question: str, generation: Generation) -> list[str]:
    """A sentence for every norm that the question names and the corpus does not hold."""
    sentences = []
    for norm in norms.find(question, generation.names):
        if norm.source is None and norm.law:
            sentences.append(text("notice.law_missing", norm=norm.locator.label(norm.law)))
        elif norm.source and not generation.find(norm.source.id, norm.locator.section or ""):
            sentences.append(text("notice.section_missing", norm=norm.locator.label(norm.source.short)))
    return sentences
