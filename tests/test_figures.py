"""The same value is the same however it is written; another value never is."""

from __future__ import annotations

import pytest

from assistant.checking.figures import figures, unsupported

SAME = [
    ("zwei Wochen", "14 Tage"),
    ("2 Wochen", "vierzehntägige Frist"),
    ("Zweiwochenfrist", "innerhalb von zwei Wochen"),
    ("14-tägig", "14 Tagen"),
    ("einen Monat", "eines Monats"),
    ("1 Monat", "binnen Monatsfrist"),
    ("12 Monate", "ein Jahr"),
    ("ein halbes Jahr", "sechs Monate"),
    ("eineinhalb Jahre", "18 Monaten"),
    ("dreimonatig", "drei Monate"),
    ("16 Jahre", "das sechzehnte Lebensjahr"),
    ("16 Jahre", "das 16. Lebensjahr"),
    ("1. Januar 2026", "01.01.2026"),
    ("1. Januar 2026", "2026-01-01"),
    ("1. Januar", "1. Januar 2026"),
    ("2026", "am 1. Januar 2026"),
    ("96 Euro", "96,00 €"),
    ("96 Euro", "EUR 96"),
    ("96,- €", "sechsundneunzig Euro"),
    ("1.000", "eintausend"),
    ("1000 Euro", "1 000 Euro"),
    ("50.000 Euro", "fünfzigtausend Euro"),
    ("2 Mio. Euro", "2.000.000 Euro"),
    ("3,5 %", "3,5 vom Hundert"),
    ("14.30 Uhr", "14:30 Uhr"),
    ("3 Tage", "3 bis 5 Tage"),
    ("zwei Drittel", "2 Drittel"),
    ("132 Euro", "Hund | Steuer in Euro\nzweiter | 132,00"),
    ("drei Voraussetzungen", "1. a\n2. b\n3. c"),
]
OTHER = [
    ("zwei Wochen", "zwei Monate"),
    ("14 Tage", "14 Werktage"),
    ("30 Tage", "ein Monat"),
    ("zehn Jahre", "zwei Jahre"),
    ("96 Euro", "69 Euro"),
    ("96 Euro", "96 Tage"),
    ("96 Euro", "96,50 Euro"),
    ("1.000 Euro", "1.000.000 Euro"),
    ("5 %", "5 Euro"),
    ("1. Januar 2026", "1. Januar 2025"),
    ("1. Februar", "1. Januar 2026"),
    ("96 Euro monatlich", "96 Euro im Kalenderjahr"),
    ("14:30 Uhr", "15:30 Uhr"),
    ("zwei Drittel", "zwei Viertel"),
]


@pytest.mark.parametrize(("claim", "wording"), SAME)
def test_another_writing_of_a_value_is_that_value(claim: str, wording: str) -> None:
    assert unsupported(claim, wording) == []


@pytest.mark.parametrize(("claim", "wording"), OTHER)
def test_another_value_is_not_supported(claim: str, wording: str) -> None:
    assert unsupported(claim, wording)


@pytest.mark.parametrize(
    "text", ["ein Bescheid", "eine Frist", "erste Hilfe", "einen Tagesordnungspunkt", "1. schriftlich", "an Dritte"]
)
def test_words_that_only_look_like_numbers(text: str) -> None:
    assert figures(text) == ()
