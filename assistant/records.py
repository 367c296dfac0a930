"""What is kept about answers: the only place where a question is stored, always masked. docs/records.md lists it.

    answers   one row per answer; only with `mode = "full"`
    counts    how many answers a day, by status, mode and cited source; nobody and no question can be told from it

SQLite writes over what it deletes (secure_delete, no write-ahead log), so a purged question is in no file any more.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Literal

import sqlalchemy as sa

from assistant import personal
from assistant.config import Settings
from assistant.errors import RecordsError
from assistant.recording.database import Database
from assistant.recording.pseudonym import pseudonym
from assistant.types import Answer

Vote = Literal["up", "down"]

COMMENT_LENGTH = 1000
WORDING_LENGTH = 20_000
DAY_SECONDS = 24 * 60 * 60
log = logging.getLogger(__name__)

_tables = sa.MetaData()
_answers = sa.Table(
    "answers",
    _tables,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("time", sa.String(32), nullable=False, index=True),
    sa.Column("status", sa.String(32), nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    *(sa.Column(name, sa.Text) for name in ("model", "model_digest")),
    sa.Column("prompts", sa.JSON, nullable=False),
    sa.Column("generation", sa.Integer),
    sa.Column("seconds", sa.JSON, nullable=False),
    sa.Column("citations", sa.JSON, nullable=False),
    sa.Column("pseudonym", sa.String(32), index=True),
    sa.Column("vote", sa.String(8)),
    sa.Column("reason", sa.String(16)),
    *(sa.Column(name, sa.Text) for name in ("question", "text", "comment")),
)
_counts = sa.Table(
    "counts",
    _tables,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("status", sa.String(32), primary_key=True),
    sa.Column("mode", sa.String(16), primary_key=True),
    sa.Column("source", sa.String(200), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
)
_WORDING = (_answers.c.question, _answers.c.text, _answers.c.comment)


class Reason(StrEnum):
    """Why a reader was not content."""

    WRONG = "wrong"
    WRONG_SOURCE = "wrong_source"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Count:
    """How often on a day (ISO date, UTC). `source` is the id of a cited source, or "" for all answers of this kind.

    Feedback counts under the statuses "feedback_up" and "feedback_down".
    """

    day: str
    status: str
    mode: str
    source: str
    number: int


@dataclass(frozen=True, slots=True)
class Purged:
    """How many answers lost their wording, and how many are gone altogether."""

    wordings: int
    answers: int


class Records:
    """The records of an installation; usable from many threads. All methods may raise RecordsError."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings.records
        self._allowed = settings.personal.allowed
        self._folder = settings.corpus.data_dir

    @property
    def keeps_wording(self) -> bool:
        """Whether a comment would be kept at all."""
        return self.settings.mode == "full" and self.settings.question_days > 0

    def pseudonym(self, user: str) -> str:
        """What stands for a user in the records of this installation."""
        return pseudonym(user, self._folder)

    def save(self, answer: Answer, user: str | None = None) -> None:
        """Keeps what the settings allow of an answer; its `model` is a name, or "name@digest"."""
        if self.settings.mode == "off":
            return
        sources = {citation.passage.source.id for citation in answer.citations}
        keys = [(answer.status.value, answer.mode, source) for source in {"", *sources}]
        row = self._row(answer, user) if self.settings.mode == "full" else None

        def write(connection: sa.Connection) -> None:
            _count(connection, keys)
            if row:
                connection.execute(_answers.insert(), row)

        self._database.run(write)

    def feedback(self, answer_id: str, vote: Vote, reason: Reason | None = None, comment: str = "") -> bool:
        """Keeps a vote; a second one replaces the first. False where the answer is not kept: it only counts."""
        if self.settings.mode == "off":
            return False
        kept = self._masked(comment[:COMMENT_LENGTH]) if comment.strip() and self.keeps_wording else None
        values = {"vote": vote, "reason": reason.value if reason else None, "comment": kept}
        one = _answers.c.id == answer_id

        def write(connection: sa.Connection) -> bool:
            row = connection.execute(sa.select(_answers.c.vote).where(one)).one_or_none()
            before = row.vote if row else None
            if before != vote:
                _count(connection, [(f"feedback_{vote}", "", "")])
            if before and before != vote:
                _count(connection, [(f"feedback_{before}", "", "")], step=-1)
            if row is not None:
                connection.execute(_answers.update().where(one).values(values))
            return row is not None

        return self._database.run(write)

    def purge(self, today: date | None = None, keep_days: int | None = None) -> Purged:
        """Deletes what is older than the settings allow, or than `keep_days`; and what they no longer keep at all."""
        today = today or _now().date()
        keep = self.settings.keep_days if keep_days is None else keep_days
        old = _older(today, keep) if self.settings.mode == "full" else sa.true()
        stale = _older(today, self.settings.question_days)

        def write(connection: sa.Connection) -> Purged:
            answers = connection.execute(_answers.delete().where(old)).rowcount
            worded = sa.or_(*(column.is_not(None) for column in _WORDING))
            blank = _answers.update().where(stale, worded).values({column: None for column in _WORDING})
            wordings = connection.execute(blank).rowcount
            if self.settings.user == "none":
                connection.execute(_answers.update().where(_answers.c.pseudonym.is_not(None)).values(pseudonym=None))
            return Purged(wordings, answers)

        return self._database.run(write)

    def export(self, pseudonym: str) -> str:
        """Everything that is kept about a pseudonym, as JSON text."""
        query = sa.select(_answers).where(_answers.c.pseudonym == pseudonym).order_by(_answers.c.time)
        rows = self._database.run(lambda connection: [dict(row) for row in connection.execute(query).mappings()])
        return json.dumps({"pseudonym": pseudonym, "answers": rows}, ensure_ascii=False, indent=1)

    def erase(self, pseudonym: str) -> int:
        """Deletes everything that is kept about a pseudonym; how many answers that was."""
        one = _answers.delete().where(_answers.c.pseudonym == pseudonym)
        return self._database.run(lambda connection: connection.execute(one).rowcount)

    def counts(self, since: date, until: date) -> list[Count]:
        """The counts of these days, the last one included."""
        days = _counts.c.day.between(since.isoformat(), until.isoformat())
        query = sa.select(_counts).where(days, _counts.c.number > 0).order_by(*_counts.primary_key)
        return self._database.run(lambda connection: [Count(*row) for row in connection.execute(query)])

    @cached_property
    def _database(self) -> Database:
        return Database(self.settings.url, self._folder / "records.db", _tables)

    def _masked(self, text: str) -> str:
        return personal.mask(text[:WORDING_LENGTH], self._allowed)

    def _row(self, answer: Answer, user: str | None) -> dict[str, object]:
        name, _, digest = (answer.model or "").partition("@")
        return {
            "id": answer.id,
            "time": _now().isoformat(timespec="seconds"),
            "status": answer.status.value,
            "mode": answer.mode,
            "model": name or None,
            "model_digest": digest or None,
            "prompts": dict(answer.prompts),
            "generation": answer.generation,
            "seconds": dict(answer.seconds),
            "citations": [
                {"number": item.number, "passage": item.passage.id, "label": item.label, "verified": item.verified}
                for item in answer.citations
            ],
            "pseudonym": self.pseudonym(user) if user and self.settings.user == "pseudonym" else None,
            "question": self._masked(answer.question) if self.keeps_wording else None,
            "text": self._masked(answer.text) if self.keeps_wording else None,
        }


def purge_daily(records: Records) -> threading.Event:
    """Purges now and every 24 hours, in a thread of its own that ends with the process or once the event is set."""
    stop = threading.Event()

    def work() -> None:
        while True:
            try:
                records.purge()
            except RecordsError as error:
                log.warning("records were not purged: %s", error)
            if stop.wait(DAY_SECONDS):
                return

    threading.Thread(target=work, name="purge", daemon=True).start()
    return stop


def _now() -> datetime:
    return datetime.now(UTC)


def _older(today: date, days: int) -> sa.ColumnElement[bool]:
    """Rows that are at least so many days old; with 0 days all of them."""
    return _answers.c.time < (today - timedelta(days=days)).isoformat() if days else sa.true()


def _count(connection: sa.Connection, keys: Iterable[tuple[str, str, str]], step: int = 1) -> None:
    """Adds to the counts of today; in a fixed order, so that two writers cannot wait for each other."""
    day = _now().date().isoformat()
    for status, mode, source in sorted(keys):
        one = dict(zip(_counts.primary_key.columns.keys(), (day, status, mode, source), strict=True))
        where = [_counts.c[name] == value for name, value in one.items()]
        if not connection.execute(_counts.update().where(*where).values(number=_counts.c.number + step)).rowcount:
            connection.execute(_counts.insert(), one | {"number": max(step, 0)})
