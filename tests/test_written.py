"""Written questions, everyday words and the layout of sections."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.embed import built_in
from assistant.errors import ConfigError, StoreError
from assistant.finding.everyday import official
from assistant.finding.written import EXACT, Written, read
from assistant.german import terms
from assistant.storing.layout import Layout

ASKED = [
    (0, 0, "Was kostet mein zweiter Hund im Jahr?"),
    (0, 0, "Hundesteuer Höhe"),
    (4, 1, "Wie lange gilt mein Reisepass?"),
]


def test_a_question_in_other_words_finds_the_section_and_its_source(tmp_path: Path) -> None:
    Written.build(ASKED, 3, built_in(), tmp_path)
    new = "Wie teuer ist ein weiterer Hund?"
    found = Written.open(tmp_path).compare(terms(new), built_in().query(new), 6)
    assert int(np.argmax(found.own)) == 0
    assert found.asked.tolist() == [True, True, False]
    assert found.near[0] > found.near[1]
    assert found.words[0] == pytest.approx(1.0)


def test_many_questions_are_compared_nearly_and_the_nearest_exactly(tmp_path: Path) -> None:
    topics = [line.removesuffix(".") for line in Path(__file__).read_text(encoding="utf-8").split() if len(line) > 5]
    kinds = ("Gebühr", "Frist", "Antrag", "Steuer", "Wohnung", "Hund", "Bauantrag", "Reisepass", "Schule", "Rente")
    asked = [(row, 0, f"{kind} {kinds[row % 7]} {topic}") for row, topic in enumerate(topics) for kind in kinds]
    assert len(asked) > EXACT
    Written.build(sorted(asked), 1, built_in(), tmp_path)
    index, vector = Written.open(tmp_path), built_in().query("Wie lange ist die Frist für den Bauantrag?")
    exact = index.vectors.astype(np.float32) @ vector
    found = index.compare([], vector, len(topics)).own
    best = np.maximum.reduceat(exact, np.flatnonzero(np.diff(index.rows, prepend=-1)))
    assert found.max() == pytest.approx(best.max(), abs=1e-5)
    assert np.abs(found[np.unique(index.rows)] - best).mean() < 0.1


def test_no_questions_at_all_say_nothing(tmp_path: Path) -> None:
    Written.build([], 2, built_in(), tmp_path)
    found = Written.open(tmp_path).compare(["hund"], built_in().query("Hund"), 3)
    assert not found.own.any()
    assert not found.asked.any()


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    text = '{"slug": "ozg", "section": "§ 3", "eigene": "Wer?"}\n[]\n'
    (tmp_path / "eigene.jsonl").write_text(text, encoding="utf-8")
    lines = read(tmp_path)
    assert next(lines).questions == ("Wer?",)
    with pytest.raises(ConfigError, match=r"eigene\.jsonl, Zeile 2"):
        next(lines)


def test_everyday_words_bring_the_official_ones(tmp_path: Path) -> None:
    assert official("Mein Perso ist weg") == ["Personalausweis"]
    assert official("Mein Personalausweis ist weg") == []
    own = tmp_path / "words.toml"
    own.write_text('[words]\n"Grünschnittplatz" = "Kompostieranlage"\n', encoding="utf-8")
    assert official("Wann hat der Grünschnittplatz offen?", own) == ["Kompostieranlage"]
    broken = tmp_path / "broken.toml"
    broken.write_text("[words]\nÄpfel\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="Alltagswörter"):
        official("Äpfel", broken)


def test_the_nearest_passage_stands_for_its_section(tmp_path: Path) -> None:
    vectors = np.eye(4, dtype=np.float16)
    flags = np.zeros(3, dtype=bool)
    Layout(np.array([0, 0, 1], dtype=np.int32), np.array([0, 2, 3, 4]), vectors, flags, flags).save(tmp_path)
    layout = Layout.open(tmp_path)
    best, mean = layout.cosines(np.array([0, 2]), np.array([0, 1, 0, 0.5], dtype=np.float32))
    assert best.tolist() == [1.0, 0.5]
    assert mean.tolist() == [0.5, 0.5]
    assert layout.of_sources([1, 0]).tolist() == [2, 0, 1]
    (tmp_path / "vectors.npy").unlink()
    with pytest.raises(StoreError, match="Vektoren"):
        Layout.open(tmp_path)
