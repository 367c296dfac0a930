"""Sections compared with a question word by word, by meaning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.embed import built_in
from assistant.errors import StoreError
from assistant.finding.keywords import MAX_BYTES, KeywordIndex
from assistant.finding.likeness import Likeness
from assistant.german import terms

SECTIONS = (
    "Wer ein Fahrzeug auf öffentlichen Straßen führt, bedarf der Fahrerlaubnis.",
    "Die Steuer für das Halten eines Hundes beträgt 120 Euro im Jahr.",
    "",
    "Der Markt in Xqwzhausen findet am Sonnabend statt.",
    "Leistungen nach dem Bundesausbildungsförderungsgesetz bleiben unberührt.",
)


@pytest.fixture
def likeness(tmp_path: Path) -> Likeness:
    KeywordIndex.build([f"\n\n{' '.join(terms(text))}" for text in SECTIONS], tmp_path)
    return Likeness.open(tmp_path, KeywordIndex.open(tmp_path), built_in())


def _of(question: str, likeness: Likeness) -> list[float]:
    found: list[float] = likeness.of(terms(question), np.arange(len(SECTIONS))).tolist()
    return found


def test_words_of_like_meaning_count(likeness: Likeness) -> None:
    car, dog, empty, market, _ = _of("Ohne Führerschein gefahren", likeness)
    assert car > 2 * max(dog, market)
    assert empty == 0


def test_the_same_words_count_most(likeness: Likeness) -> None:
    assert _of("Steuer Hund Euro Jahr", likeness)[1] == pytest.approx(1.0, abs=1e-3)


def test_a_word_that_the_model_does_not_know_counts_where_it_stands(likeness: Likeness) -> None:
    assert "xqwzhaus" not in " ".join(built_in().numbers)
    *others, market, last = _of("Xqwzhausen", likeness)
    assert market == pytest.approx(1.0)
    assert max(*others, last) == 0


def test_a_word_longer_than_the_index_keeps_is_found(likeness: Likeness) -> None:
    long = "Das Bundesausbildungsförderungsgesetz"
    assert any(len(term) > MAX_BYTES and term in built_in().numbers for term in terms(long))
    assert _of(long, likeness)[4] == pytest.approx(1.0, abs=1e-3)


def test_no_known_word_is_like_nothing(likeness: Likeness) -> None:
    assert _of("und oder", likeness) == [0] * len(SECTIONS)
    assert not len(likeness.of(["hund"], np.empty(0, dtype=np.int64)))


def test_a_folder_without_words_is_named(tmp_path: Path) -> None:
    KeywordIndex.build(["\n\nhund"], tmp_path)
    (tmp_path / "counted-terms.npy").unlink()
    with pytest.raises(StoreError, match="Wörter der Abschnitte"):
        Likeness.open(tmp_path, KeywordIndex.open(tmp_path), built_in())
