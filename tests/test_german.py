"""What a clerk types and what stands in the text meet in the same terms."""

from __future__ import annotations

import pytest

from assistant.german import parts, terms, words


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Gebühr", "Gebühren"),
        ("gebuehren", "Gebühr"),
        ("Häuser", "Haus"),
        ("Strasse", "Straße"),
        ("Bürger", "Bürger*innen"),
        ("Mitarbeiter", "Mitarbeiter:innen"),
        ("Akte", "E-Akte"),
        ("eAkte", "E-Akte"),
        ("Hund", "Hundesteuersatzung"),
        ("Steuer", "Hundesteuersatzung"),
        ("Zugang", "Onlinezugangsgesetz"),
        ("Genehmigung", "Baugenehmigungsverfahren"),
        ("Straßenreinigung", "Straßen\u00adreinigung"),
        ("§3a", "§ 3 a"),
        ("§§ 12 ff.", "§ 12"),
    ],
)
def test_question_and_text_share_a_term(asked: str, written: str) -> None:
    assert set(terms(asked)) & set(terms(written))


def test_stop_words_have_no_terms_and_numbers_stay() -> None:
    assert terms("Wie ist das denn mit dem und der?") == []
    assert terms("§ 3a Abs. 2 mit 150 Euro") == ["§3a", "abs", "2", "150", "euro"]


def test_words_keep_their_spelling() -> None:
    assert [word for word, found in words("Müssen wir Gebühren erheben?") if found] == ["Gebühren", "erheben"]


@pytest.mark.parametrize("word", ["verordnung", "genehmigung", "insbesondere", "zustaendigkeit", "gesellschaft"])
def test_simple_words_stay_whole(word: str) -> None:
    assert parts(word) == ()


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "🙂🙂", "-", "--", "§", "§§ ", "Привет мир", "x" * 20_000, "a-" * 9_000]
)
def test_any_text_has_terms_or_none(text: str) -> None:
    assert isinstance(terms(text), list)
