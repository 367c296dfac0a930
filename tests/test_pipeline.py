"""The path of a question: what is kept of it, and when."""

import logging
from datetime import date

import pytest

from assistant.config import Settings
from assistant.pipeline import Assistant
from assistant.records import Records
from assistant.types import Answer
from ingest.sync import sync

QUESTION = "Wie hoch ist die Hundesteuer für den zweiten Hund?"


def _kept(records: Records) -> int:
    return sum(count.number for count in records.counts(date.min, date.max) if not count.source)


@pytest.fixture
def records(settings: Settings) -> Records:
    sync(settings)
    return Records(settings)


def test_an_answer_is_kept_after_it_was_given(settings: Settings, records: Records) -> None:
    events = Assistant(settings, records=records).stream(QUESTION)
    assert isinstance(next(events), Answer)
    assert _kept(records) == 0
    assert next(events, None) is None
    assert _kept(records) == 1


def test_an_answer_whose_reader_has_left_is_kept_too(settings: Settings, records: Records) -> None:
    events = Assistant(settings, records=records).stream(QUESTION)
    next(events)
    events.close()
    assert _kept(records) == 1


def test_records_that_fail_cost_no_answer(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    sync(settings)
    table = settings.records.model_copy(update={"url": "sqlite:////gibt/es/nicht.db"})
    broken = Records(settings.model_copy(update={"records": table}))
    answer = Assistant(settings, records=broken).answer(QUESTION)
    assert answer.citations
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "Hundesteuer" not in caplog.text


def test_the_warm_up_keeps_nothing(settings: Settings, records: Records) -> None:
    Assistant(settings, records=records).warm_up()
    assert _kept(records) == 0
