import pytest

from assistant.norms import find
from assistant.types import Source


def _source(id: str, short: str, *aliases: str) -> Source:
    return Source(id=id, title=id, short=short, kind="law", path=id, aliases=aliases)


SOURCES = {
    source.id: source
    for source in (
        _source("vwvfg", "VwVfG", "Verwaltungsverfahrensgesetz"),
        _source("dsgvo", "DSGVO", "DS-GVO", "Datenschutz-Grundverordnung"),
        _source("ozg", "OZG", "Onlinezugangsgesetz"),
        _source("sgb_10", "SGB X", "SGB 10"),
        _source("sgb_2", "SGB II", "SGB 2"),
        _source("gg", "GG", "Grundgesetz"),
    )
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Was sagt § 3a VwVfG?", ["§ 3a VwVfG"]),
        ("§3a vwvfg", ["§ 3a VwVfG"]),
        ("§ 35 S. 1 VwVfG", ["§ 35 Satz 1 VwVfG"]),
        ("nach § 3a Abs. 2 Satz 1 VwVfG zulässig", ["§ 3a Abs. 2 Satz 1 VwVfG"]),
        ("Art 6 I lit. c DSGVO", ["Art. 6 Abs. 1 Buchst. c DSGVO"]),
        ("Artikel 6 Absatz 1 Buchstabe c der DS-GVO", ["Art. 6 Abs. 1 Buchst. c DSGVO"]),
        ("§§ 3 und 4 OZG", ["§ 3 OZG", "§ 4 OZG"]),
        ("§§ 3, 4 und 7 OZG", ["§ 3 OZG", "§ 4 OZG", "§ 7 OZG"]),
        ("§§ 3 bis 6 OZG", ["§ 3 OZG", "§ 4 OZG", "§ 5 OZG", "§ 6 OZG"]),
        ("§§ 45 ff. SGB X", ["§ 45 SGB X", "§ 46 SGB X", "§ 47 SGB X"]),
        ("§ 45 sgb 10", ["§ 45 SGB X"]),
        ("§ 28 Abs. 1 des Verwaltungsverfahrensgesetzes", ["§ 28 Abs. 1 VwVfG"]),
        ("Was steht im OZG in § 3?", ["§ 3 OZG"]),
        ("ozg §3 abs.2 konto", ["§ 3 Abs. 2 OZG"]),
        ("Art. 20 Abs. 3 Grundgesetz", ["Art. 20 Abs. 3 GG"]),
        ("§ 22 Abs. 1 S. 2 SGB II und § 3 OZG", ["§ 22 Abs. 1 Satz 2 SGB II", "§ 3 OZG"]),
        ("Welche Art von Ausweis?", []),
        ("Der Artikel ist gut.", []),
    ],
)
def test_references_as_staff_write_them(text: str, expected: list[str]) -> None:
    found = [norm.locator.label(norm.source.short if norm.source else "?") for norm in find(text, SOURCES)]
    assert found == expected


def test_a_law_that_is_not_in_the_corpus_is_named() -> None:
    (norm,) = find("Was regelt § 12 BauO NRW?", SOURCES)
    assert norm.source is None
    assert norm.law == "BauO"


def test_books_of_a_law_that_is_not_in_the_corpus_are_told_apart() -> None:
    (norm,) = find("Nach § 7 SGB VIII gilt das.", SOURCES)
    assert (norm.source, norm.law) == (None, "SGB VIII")


def test_several_laws_in_a_question_are_not_guessed() -> None:
    (norm,) = find("Gilt § 3 im OZG oder im VwVfG?", SOURCES)
    assert norm.source == SOURCES["ozg"] or norm.source is None
