"""The keyword index on real folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import StoreError
from assistant.finding.keywords import KeywordIndex, section_terms
from assistant.german import terms
from assistant.types import Locator, Passage, Source

DOGS = Source("hunde", "Hundesteuersatzung", "HStS", "bylaw", "hunde.md")
FEES = Source("gebuehren", "Verwaltungsgebührensatzung", "VGebS", "bylaw", "gebuehren.md")


def _passage(source: Source, section: str, heading: str, text: str) -> Passage:
    return Passage(f"{source.id}/{section}", source, Locator(section, headings=(heading,)), text)


SECTIONS = [
    [_passage(DOGS, "§ 1", "Steuergegenstand", "Besteuert wird das Halten von Hunden im Stadtgebiet.")],
    [
        _passage(DOGS, "§ 2", "Steuersatz", "(1) Die Steuer beträgt für den ersten Hund 120 Euro."),
        _passage(DOGS, "§ 2", "Steuersatz", "(2) Für gefährliche Hunde beträgt sie 600 Euro."),
    ],
    [_passage(FEES, "§ 1", "Gebührenpflicht", "Für Amtshandlungen werden Gebühren erhoben, auch bei Hunden.")],
]


@pytest.fixture
def index(tmp_path: Path) -> KeywordIndex:
    KeywordIndex.build(map(section_terms, SECTIONS), tmp_path)
    return KeywordIndex.open(tmp_path)


def test_the_section_that_says_it_comes_first(index: KeywordIndex) -> None:
    assert int(np.argmax(index.scores(terms("Was kostet ein gefährlicher Hund?")))) == 1
    assert int(np.argmax(index.scores(terms("Gebührenpflicht für Amtshandlungen")))) == 2


def test_a_word_in_the_heading_weighs_more(index: KeywordIndex) -> None:
    assert int(np.argmax(index.scores(terms("Steuergegenstand")))) == 0
    assert int(np.argmax(index.scores(terms("Steuersatz")))) == 1


def test_words_that_are_not_there_score_nothing_and_are_rarest(index: KeywordIndex) -> None:
    assert index.scores(["quark", "zzz"]).tolist() == [0.0, 0.0, 0.0]
    assert index.scores([]).shape == (3,)
    quark, dog = index.idf(["quark", "hund"])
    assert quark > dog > 0


def test_holds_names_the_terms_of_a_section(index: KeywordIndex) -> None:
    assert index.holds(["600", "amtshandl", "quark"], [1, 2]).tolist() == [
        [True, False],
        [False, True],
        [False, False],
    ]
    assert index.holds([], [1]).shape == (0, 1)


def test_an_empty_corpus_can_be_searched(tmp_path: Path) -> None:
    KeywordIndex.build([], tmp_path)
    index = KeywordIndex.open(tmp_path)
    assert index.scores(["hund"]).shape == (0,)
    assert index.idf(["hund"]).shape == (1,)


def test_a_damaged_index_is_named(tmp_path: Path) -> None:
    KeywordIndex.build(map(section_terms, SECTIONS), tmp_path)
    (tmp_path / "rows.npy").write_bytes(b"")
    with pytest.raises(StoreError, match="Stichwortindex"):
        KeywordIndex.open(tmp_path)
