"""What is kept, for how long, and that nothing else is."""

import json
import logging
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from assistant.__main__ import main
from assistant.config import Corpus, Settings
from assistant.config import Personal as PersonalSettings
from assistant.config import Records as RecordSettings
from assistant.errors import RecordsError
from assistant.records import Reason, Records, purge_daily
from tests.sample_answers import QUOTED, WRITTEN


def today() -> date:
    """Asked anew by each test: a run may go past midnight."""
    return datetime.now(UTC).date()


WORD = "Regenbogenforelle"
ASKED = replace(QUOTED, question=f"Was gilt für die {WORD}?", text=f"Zur {WORD} steht in den Quellen nichts.")


def settings(folder: Path, **values: object) -> Settings:
    table = RecordSettings.model_validate(values)
    return Settings(corpus=Corpus(data_dir=folder), records=table, personal=PersonalSettings())


def rows(folder: Path) -> list[dict[str, object]]:
    with sqlite3.connect(folder / "records.db") as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute("SELECT * FROM answers ORDER BY id")]
    connection.close()
    return found


def files_with(folder: Path, word: str) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and word.encode() in file.read_bytes()]


def test_an_answer_is_kept_with_its_proof_and_without_its_user(tmp_path: Path) -> None:
    records = Records(settings(tmp_path))
    records.save(replace(WRITTEN, model="beispiel:8b@0123456789ab"), user="mmuster")
    (row,) = rows(tmp_path)
    assert row["question"] == "Wie hoch ist die Hundesteuer von Herrn [Name]?"
    assert row["pseudonym"] is None
    assert (row["model"], row["model_digest"], row["generation"]) == ("beispiel:8b", "0123456789ab", 7)
    assert json.loads(str(row["citations"]))[1] == {
        "number": 2,
        "passage": "hundesteuer/2",
        "label": "§ 2 HStS, S. 3",
        "verified": False,
    }
    assert not (tmp_path / "pseudonym.key").exists()
    assert oct((tmp_path / "records.db").stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("values", [{"mode": "counts"}, {"mode": "off"}, {"question_days": 0}, {"question_days": 30}])
def test_no_file_and_no_log_line_holds_the_question(
    tmp_path: Path, values: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """In works-council mode at once, by default once the question is purged."""
    caplog.set_level(logging.DEBUG)
    records = Records(settings(tmp_path, **values))
    for number in range(20):
        records.save(replace(ASKED, id=str(number)), user=WORD)
    records.feedback("3", "down", Reason.WRONG, f"Die {WORD} fehlt.")
    if values == {"question_days": 30}:
        assert files_with(tmp_path, WORD)
        assert records.purge(today() + timedelta(days=31)).wordings == 20
    assert files_with(tmp_path, WORD) == []
    assert WORD not in caplog.text


def test_a_locked_database_or_a_bad_address_is_told_without_the_question(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.recording.database.LOCKED_SECONDS", 0.1)
    Records(settings(tmp_path)).purge()
    lock = sqlite3.connect(tmp_path / "records.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    with pytest.raises(RecordsError, match="gesperrt") as caught:
        Records(settings(tmp_path)).save(ASKED)
    lock.close()
    with pytest.raises(RecordsError, match="keine Adresse") as wrong:
        Records(settings(tmp_path, url="gibt es nicht")).save(ASKED)
    with pytest.raises(RecordsError, match=r"\*\*\*") as absent:
        Records(settings(tmp_path, url="postgresql+psycopg://a:geheim@127.0.0.1:1/x")).save(ASKED)
    told = f"{caught.value}{wrong.value}{absent.value}{caplog.text}"
    assert WORD not in told
    assert "geheim" not in told


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    records = Records(settings(tmp_path))
    records.purge()
    with records._database._engine.begin() as connection:  # SQLite's own way to say that nothing more fits
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(RecordsError, match="voll"):
        records.save(replace(ASKED, text="ein Wort " * 2000))


def test_only_counts_are_kept_for_the_works_council(tmp_path: Path) -> None:
    records = Records(settings(tmp_path, mode="counts", user="pseudonym"))
    records.save(QUOTED, user="mmuster")
    records.save(WRITTEN)
    assert records.feedback("a2", "up") is False
    assert rows(tmp_path) == []
    counted = {(item.status, item.mode, item.source): item.number for item in records.counts(today(), today())}
    assert counted == {
        ("answered", "model", ""): 1,
        ("answered", "model", "hundesteuer"): 1,
        ("answered", "model", "ozg"): 1,
        ("quoted", "quote", ""): 1,
        ("quoted", "quote", "ozg"): 1,
        ("feedback_up", "", ""): 1,
    }


def test_going_over_to_counts_deletes_what_was_kept_before(tmp_path: Path) -> None:
    Records(settings(tmp_path)).save(ASKED)
    assert Records(settings(tmp_path, mode="counts")).purge().answers == 1
    assert files_with(tmp_path, WORD) == []


def test_wording_goes_first_and_the_whole_row_later(tmp_path: Path) -> None:
    records = Records(settings(tmp_path, question_days=30, keep_days=365))
    records.save(QUOTED)
    assert records.purge(today() + timedelta(days=29)).wordings == 0
    assert records.purge(today() + timedelta(days=31)).wordings == 1
    (row,) = rows(tmp_path)
    assert (row["question"], row["text"], row["status"]) == (None, None, "quoted")
    assert records.purge(today() + timedelta(days=366)).answers == 1
    assert [item.number for item in records.counts(date(2020, 1, 1), today())] == [1, 1]


def test_a_vote_can_be_changed_and_its_comment_is_masked(tmp_path: Path) -> None:
    records = Records(settings(tmp_path))
    records.save(QUOTED)
    assert records.feedback("a1", "up")
    assert records.feedback("a1", "down", Reason.OUTDATED, "Frau Özdemir fragt nach der Fassung von 2026.")
    (row,) = rows(tmp_path)
    assert (row["vote"], row["reason"]) == ("down", "outdated")
    assert row["comment"] == "Frau [Name] fragt nach der Fassung von 2026."
    votes = {
        item.status: item.number for item in records.counts(today(), today()) if item.status.startswith("feedback")
    }
    assert votes == {"feedback_down": 1}
    assert not records.feedback("unknown", "up")


def test_a_person_gets_what_is_kept_and_has_it_erased(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.toml"
    file.write_text('data_dir = "var"\n[records]\nuser = "pseudonym"\n', encoding="utf-8")
    records = Records(settings(tmp_path / "var", user="pseudonym"))
    for name in ("mmuster", "MMuster ", "other"):
        records.save(replace(QUOTED, id=name), user=name)
    pseudonym = records.pseudonym("mmuster")
    assert pseudonym not in records.pseudonym("other")
    assert main(["export", pseudonym, "--config", str(file)]) == 0
    assert {row["id"] for row in json.loads(capsys.readouterr().out)["answers"]} == {"mmuster", "MMuster "}
    assert main(["erase", "--user", "mmuster", "--config", str(file)]) == 0
    assert capsys.readouterr().out == f"Zu {pseudonym} gelöscht: 2 Antworten.\n"
    assert [row["id"] for row in rows(tmp_path / "var")] == ["other"]
    assert main(["purge", "--days", "0", "--config", str(file)]) == 0
    assert capsys.readouterr().out.startswith("Gelöscht: 1 Antworten ganz")
    assert main(["purge", "--days", "-1", "--config", str(file)]) == 1


def test_pseudonyms_go_when_they_are_switched_off(tmp_path: Path) -> None:
    Records(settings(tmp_path, user="pseudonym")).save(QUOTED, user="mmuster")
    Records(settings(tmp_path)).purge()
    assert rows(tmp_path)[0]["pseudonym"] is None


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    several = [Records(settings(tmp_path)) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: several[n % 4].save(replace(WRITTEN, id=str(n))), range(80)))
    counted = Counter({item.source: item.number for item in several[0].counts(today(), today())})
    assert counted == {"": 80, "ozg": 80, "hundesteuer": 80}
    assert len(rows(tmp_path)) == 80


def test_the_daily_purge_begins_at_once(tmp_path: Path) -> None:
    Records(settings(tmp_path)).save(ASKED)
    records = Records(settings(tmp_path, mode="off"))
    stop = purge_daily(records)
    for _ in range(50):
        if not files_with(tmp_path, WORD):
            break
        stop.wait(0.1)
    stop.set()
    assert files_with(tmp_path, WORD) == []
