"""Sentences as lawyers count them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.items import number_at
from assistant.sentences import numbers, spans


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Nach § 35 Abs. 2 S. 1 Nr. 3 i. V. m. § 4 VwVfG gilt das, z. B. für Art. 6 Abs. 1 Buchst. c DSGVO.",
        "Die Satzung vom 1. Januar 2024 (BGBl. I S. 12) gilt ggf. bzw. u. a. für den 2. Bauabschnitt.",
        "Der Antrag ist gem. § 3 Abs. 1 bis spätestens 31. März bei der zust. Stelle zu stellen.",
        "Zuständig ist das 3. Dezernat, vgl. Rn. 12 ff. der Dienstanweisung.",
        "Die Gebühr beträgt 1.250,50 Euro, d. h. ca. 10 v. H. des Werts.",
    ],
)
def test_abbreviations_dates_and_ordinals_end_no_sentence(sentence: str) -> None:
    assert cut(f"{sentence} Das gilt auch hier.") == [sentence, "Das gilt auch hier."]


def test_a_reference_at_the_end_ends_the_sentence() -> None:
    assert cut("Es gilt Absatz 2. Die Frist beginnt 2023. Danach gilt § 4.") == [
        "Es gilt Absatz 2.",
        "Die Frist beginnt 2023.",
        "Danach gilt § 4.",
    ]


def test_the_number_of_the_absatz_is_no_part_of_its_first_sentence() -> None:
    assert cut("(1a) Hunde sind anzumelden. Die Frist beträgt zwei Wochen.")[0] == "Hunde sind anzumelden."


def test_a_list_belongs_to_the_sentence_that_introduces_it() -> None:
    text = (
        "(2) Voraussetzung ist, dass\n1. ein Antrag vorliegt. Er ist da,\n2. a) er\nb) vollständig ist.\nSonst nicht."
    )
    assert cut(text) == [text[4 : text.index("\nSonst")], "Sonst nicht."]


def test_text_after_the_list_can_end_the_sentence() -> None:
    assert cut("Wer\n1. einen Hund hält oder\n2. führt,\nist steuerpflichtig. Das gilt sofort.") == [
        "Wer\n1. einen Hund hält oder\n2. führt,\nist steuerpflichtig.",
        "Das gilt sofort.",
    ]


def test_items_without_an_introduction_count_for_themselves() -> None:
    assert len(cut("Es gilt Folgendes.\n1. Anträge sind zu prüfen.\n2. Bescheide sind zu zeichnen.")) == 3


def test_the_numbers_the_law_gives_its_sentences_decide() -> None:
    text = "(1) ¹Für Werte gilt:\n1. Grund z. B. Boden. ²Er zählt. Auch hier.\n2. Rest.\n²Nummer 1 gilt nicht. ³Ende."
    assert numbers(text) == [1, 2, 3]
    assert cut(text)[1:] == ["²Nummer 1 gilt nicht.", "³Ende."]


def test_a_list_whose_items_have_no_wording_of_their_own_stays_one_sentence() -> None:
    text = "Steuerfrei sind\n1.\n   a) Leistungen. ²Auch das.\n   b) Renten;\n2. Bezüge,\n2a. Geld.\nDas gilt immer."
    assert numbers(text) == [1, 2]


def test_rows_items_and_quotations_have_no_number() -> None:
    assert numbers("(1) Die Steuer beträgt:\nHund: erster | Steuer: 90 Euro\nSteuer: 1 |\nSie ist fällig.") == [
        1,
        None,
        None,
        2,
    ]
    assert numbers("Es gilt Folgendes.\n1. Anträge sind zu prüfen.\n2. Bescheide sind zu zeichnen.\nEnde.") == [
        1,
        None,
        None,
        2,
    ]
    assert numbers("Es wird angefügt:\n„Das gilt. Auch hier.“\nEnde.") == [1, None, 2]


def test_the_item_a_word_stands_in() -> None:
    text = "Wer\n1. einen Hund hält,\n2.\n   a) führt oder\n   b) füttert,\nzahlt."
    assert [number_at(text, text.index(word)) for word in ("Wer", "Hund", "füttert", "zahlt")] == [
        None,
        "1",
        "2 Buchst. b",
        None,
    ]
    assert number_at("   c) schlägt,\n3. sucht,", 6, "2 Buchst. c") == "2 Buchst. c"


@given(st.text(alphabet="aA .:;\n1(§)-ß", max_size=80))
def test_every_letter_lies_in_one_sentence(text: str) -> None:
    found = spans(text)
    assert all(left[1] <= right[0] for left, right in zip(found, found[1:], strict=False))
    inside = "".join("".join(text[start:end].split()) for start, end in found)
    assert "".join(text.split()).endswith(inside)
    assert inside.count("A") + inside.count("a") == text.count("A") + text.count("a")
