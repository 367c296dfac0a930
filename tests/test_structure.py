"""Places found in texts of any format."""

from __future__ import annotations

import pytest

from ingest.document import Block, Document
from ingest.headings import parse
from ingest.structure import locate


def places(*texts: str | tuple[int, str]) -> list[tuple[str | None, str | None, tuple[str, ...], str]]:
    """(section, subsection, headings, text) of each block; a heading is given as (level, text)."""
    blocks = [Block(text=item) if isinstance(item, str) else Block(text=item[1], level=item[0]) for item in texts]
    located = locate(Document(tuple(blocks), {"title": "Satzung"}))
    return [(b.locator.section, b.locator.subsection, b.locator.headings, b.text) for b in located if b.locator]


def test_sections_and_subsections_of_a_bylaw() -> None:
    found = places(
        (1, "Satzung"),
        (2, "Erster Abschnitt"),
        (3, "§ 4 Steuersätze"),
        "(1) Erster Hund.",
        "Noch ein Satz.",
        "(2) Zweiter Hund.",
    )
    assert [(section, subsection) for section, subsection, _, _ in found] == [("§ 4", "1"), ("§ 4", "1"), ("§ 4", "2")]
    assert found[0][2] == ("Erster Abschnitt", "Steuersätze")


def test_a_text_without_marked_headings() -> None:
    found = places("§ 1 Zweck", "(1) Eins.\n(2) Zwei.", "§ 2", "Geltung", "Drei.", "Anlage 1 Muster", "Vier.")
    assert [(s, a, h[-1]) for s, a, h, _ in found] == [
        ("§ 1", "1", "Zweck"),
        ("§ 1", "2", "Zweck"),
        ("§ 2", None, "Geltung"),
        ("Anlage 1", None, "Muster"),
    ]


def test_decimal_numbers_name_sections_of_a_guideline() -> None:
    found = places(
        (2, "4 Schutzbedarf"), "Vorspann.", (3, "4.2 Feststellung"), "Text.", "4.2.1 Die Leitung entscheidet.", "Mehr."
    )
    assert [section for section, *_ in found] == ["Nr. 4", "Nr. 4.2", "Nr. 4.2.1", "Nr. 4.2.1"]
    assert found[1][2] == ("Schutzbedarf", "Feststellung")


@pytest.mark.parametrize(
    "text",
    [
        "§ 4 gilt entsprechend.",
        "§ 5 Abs. 2",
        "§ 48 Abs. 4 gilt entsprechend.",
        "§ 3 OZG",
        "Art. 6 DSGVO",
        "Artikel 1 Nummer 1 tritt am 1. Mai 2024 in Kraft.",
        "§§ 3, 7 und 8 gelten sinngemäß",
        "Anlage 2 ist auszufüllen.",
        "3.1 Beglaubigung 12,00 Euro",
        "1. Januar 2024 bis auf Weiteres",
    ],
)
def test_a_reference_is_no_section(text: str) -> None:
    assert parse(text, styled=False) is None
    assert places((2, "§ 1 Zweck"), text)[-1][0] == "§ 1"


def test_a_heading_about_another_law_is_no_section() -> None:
    assert places((2, "3 Einzelne Pflichten"), (3, "§ 2 EGovG Elektronischer Zugang"), "Text.")[0][0] == "Nr. 3"


def test_the_table_of_contents_makes_no_sections() -> None:
    found = places("Inhalt", "§ 1 Zweck ..... 2", "§ 2 Geltung ..... 3", "§ 1 Zweck", "Eins.", "§ 2 Geltung", "Zwei.")
    assert [section for section, *_ in found] == [None, None, None, "§ 1", "§ 2"]


def test_an_annex_keeps_its_own_numbers() -> None:
    found = places(
        (2, "§ 1 Zweck"),
        "Eins.",
        (2, "Anlage 1 Mustervertrag"),
        (3, "§ 1 Gegenstand"),
        "Zwei.",
        (2, "§ 2 Ende"),
        "Drei.",
    )
    assert [section for section, *_ in found] == ["§ 1", "Anlage 1", "§ 2"]


def test_a_repealed_section_stays() -> None:
    found = places((2, "§ 1 Zweck"), "Eins.", (2, "§ 2 (weggefallen)"), (2, "§ 3 Ende"), "Drei.")
    assert found[1] == ("§ 2", None, (), "(weggefallen)")


def test_rows_of_a_table_carry_its_heads() -> None:
    rows = (
        ("Tarif-Nr.", "Gegenstand", "Gebühr"),
        ("3", "Kopien", ""),
        ("3.1", "A4", "0,50 Euro"),
        ("", "farbig", "1,00 Euro"),
    )
    located = locate(Document((Block(text="Anlage 1 Tarif", level=2), Block(rows=rows, page=7))))
    assert [block.text for block in located] == [
        "Tarif-Nr.: 3 | Gegenstand: Kopien\nTarif-Nr.: 3.1 | Gegenstand: A4 | Gebühr: 0,50 Euro\n"
        "Gegenstand: farbig | Gebühr: 1,00 Euro"
    ]
    locator = located[0].locator
    assert locator is not None
    assert locator.label("GebS") == "Anlage 1 Nr. 3.1 GebS, S. 7"
    assert locator.headings == ("Tarif", "Kopien")


def test_rows_with_letters_belong_to_the_number_above() -> None:
    rows = (
        ("Nr.", "Nutzung", "Gebühr"),
        ("1.", "Werbung", ""),
        ("a)", "Säulen", "5 Euro"),
        ("b)", "frei", ""),
        ("2.", "Märkte", "3 Euro"),
    )
    located = locate(Document((Block(text="Anlage", level=2), Block(rows=rows))))
    assert [block.locator.number for block in located if block.locator] == ["1 Buchst. a", "1 Buchst. b", "2"]
    assert located[0].text == "Nr.: 1. | Nutzung: Werbung\nNr.: a) | Nutzung: Säulen | Gebühr: 5 Euro"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("9 Änderungen", "Nr. 9"),
        ("9.2 Änderungen", "Nr. 9.2"),
        ("§ 3 a - Elektronische Kommunikation", "§ 3a"),
        ("§ 3 a", "§ 3a"),
        ("Artikel 12b Wahl", "Art. 12b"),
    ],
)
def test_headings_with_a_number(text: str, label: str) -> None:
    head = parse(text, styled=True)
    assert head is not None
    assert head.label == label


@pytest.mark.parametrize("text", ["2. Abschnitt", "1. Änderung der Satzung", "3. Mai 2026", "1.5.2026 Stand"])
def test_ordinals_and_dates_are_no_numbers_of_sections(text: str) -> None:
    assert parse(text, styled=True) is None


def test_annexes_without_a_number_are_told_apart_by_their_titles() -> None:
    found = places(
        (2, "1 Weg"), "Eins.", (2, "Anlage: Muster Auftrag"), "Zwei.", (2, "Anlage: Muster Bericht"), "Drei."
    )
    assert [section for section, *_ in found] == ["Nr. 1", "Anlage „Muster Auftrag“", "Anlage „Muster Bericht“"]
    assert places((2, "Anlage: Muster"), "Eins.")[0][0] == "Anlage"


def test_a_division_and_its_title_are_one_heading() -> None:
    assert places((2, "Erstes Kapitel"), (2, "Pflichten"), (3, "§ 2 Grund"), "Text.")[0][2] == (
        "Erstes Kapitel Pflichten",
        "Grund",
    )


def test_a_table_of_contents_ends_with_its_page() -> None:
    blocks = [Block("Inhaltsverzeichnis", level=2, page=1), Block("Kapitel I", page=1), Block("Frage?", page=2)]
    assert [b.locator.headings for b in locate(Document((Block("Katalog", level=1), *blocks))) if b.locator] == [
        ("Inhaltsverzeichnis",),
        (),
    ]
