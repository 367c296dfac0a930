"""Without a model: the first quote is the sentence that answers, and nothing is quoted that is not there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.asked import wanted
from assistant.cite import found
from assistant.embed import built_in
from assistant.quotes import quote
from assistant.types import Citation, Hit, Locator, Passage, Source

DOGS = Source("hunde", "Hundesteuersatzung", "HundeStS", "bylaw", "hunde.md")
GUIDE = Source("scannen", "Leitfaden Scannen", "Leitfaden Scannen", "guideline", "scannen.md")


def law(section: str, subsection: str, heading: str, text: str) -> Passage:
    place = Locator(section, subsection, headings=(heading,))
    return Passage(f"hunde/{section}/{subsection}", DOGS, place, f"({subsection}) {text}")


TAX = law(
    "§ 3", "1", "Steuersatz",
    "Die Steuer wird durch Bescheid festgesetzt. Sie beträgt für den ersten Hund 96 Euro im Jahr. Über einen Erlass "
    "entscheidet das Steueramt.",
)  # fmt: skip
DUE = law("§ 7", "1", "Fälligkeit", "Sie ist eine Jahressteuer. Die Steuer wird am 1. Juli eines Jahres fällig.")
DUTY = law("§ 9", "1", "Anzeige", "Wer einen Hund hält, hat ihn innerhalb von zwei Wochen beim Steueramt anzumelden.")
GONE = law("§ 10", "1", "Kampfhunde", "(weggefallen)")
LIST = law(
    "§ 5", "1", "Befreiung",
    "Von der Steuer befreit sind auf Antrag\n" + "".join(
        f"{number}. Hunde, die {purpose} und dafür eine anerkannte Prüfung abgelegt haben,\n"
        for number, purpose in enumerate(
            ("Herden bewachen", "blinden Menschen helfen", "im Rettungsdienst stehen", "der Polizei dienen",
             "in Tierheimen leben", "der Forschung dienen"), 1,
        )
    ) + "7. Hunde in Zwingern.",
)  # fmt: skip
PAPER = Passage(
    "scannen/aufbewahrung", GUIDE, Locator(headings=("Aufbewahrung",)),
    "Aufbewahrung\nDas Papier wird nach sechs Monaten vernichtet.",
)  # fmt: skip
ALL = (TAX, DUE, DUTY, GONE, LIST, PAPER)


def answer(question: str, passages: Sequence[Passage] = ALL) -> tuple[str, tuple[Citation, ...]]:
    return quote(question, [Hit(item, 1.0 - index / 100) for index, item in enumerate(passages)], built_in())


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Wie hoch ist die Steuer für den ersten Hund?", "96 Euro"),
        ("Wann ist die Steuer fällig?", "1. Juli"),
        ("Innerhalb welcher Frist ist ein Hund anzumelden?", "zwei Wochen"),
        ("Wer entscheidet über einen Erlass der Steuer?", "entscheidet das Steueramt"),
        ("Wann wird das Papier vernichtet?", "nach sechs Monaten"),
        ("Sind Hunde der Polizei befreit?", "Polizei"),
    ],
)
def test_the_first_quote_is_the_sentence_that_answers(question: str, first: str) -> None:
    _, citations = answer(question)
    assert first in citations[0].quote, [citation.quote for citation in citations]


@pytest.mark.parametrize("question", ["Wie hoch ist die Steuer?", "Was gilt für Kampfhunde?", "Aufbewahrung", "Hund"])
def test_nothing_is_quoted_that_is_not_there(question: str) -> None:
    text, citations = answer(question)
    for citation in citations:
        assert citation.verified
        assert found(citation.quote, citation.passage.text)
        assert not citation.quote.startswith("(")
        assert citation.quote not in citation.passage.locator.headings
        assert "weggefallen" not in citation.quote
    assert len({citation.quote for citation in citations}) == len(citations)
    assert all(f"[{citation.number}]" in text for citation in citations)


def test_a_long_list_is_cut_to_the_item_that_meets_the_question() -> None:
    _, citations = answer("Ist ein Hund befreit, der blinden Menschen hilft?", [LIST])
    assert citations[0].quote.startswith("Von der Steuer befreit sind auf Antrag […] 2. Hunde, die blinden Menschen")
    assert "Polizei" not in citations[0].quote
    assert citations[0].label == "§ 5 Abs. 1 Nr. 2 HundeStS"


def test_the_place_names_the_sentence() -> None:
    _, citations = answer("Wie hoch ist die Steuer für den ersten Hund?")
    assert citations[0].label == "§ 3 Abs. 1 Satz 2 HundeStS"


def test_without_anything_to_quote_there_is_no_answer() -> None:
    assert answer("Was gilt für Kampfhunde?", [GONE]) == ("", ())


@pytest.mark.parametrize(
    ("question", "answers", "other"),
    [
        ("Wie hoch ist die Gebühr?", "Die Gebühr beträgt 5 Euro.", "Die Gebühr wird erhoben."),
        ("Wie lange gilt der Ausweis?", "Er gilt zehn Jahre.", "Er gilt im Inland."),
        ("Wann ist zu zahlen?", "Zu zahlen ist am 1. Juli.", "Zu zahlen ist bar."),
        ("Wer ist zuständig?", "Zuständig ist die Ausländerbehörde.", "Das Nähere steht unten."),
        ("Darf ich das?", "Das ist nicht zulässig.", "Das Verfahren beginnt."),
        ("Was ist ein Verwaltungsakt?", "Verwaltungsakt ist jede Verfügung.", "Er wird begründet."),
        ("Wie viele Zeichen hat ein Passwort?", "Es hat mindestens zwölf Zeichen.", "Es ist geheim."),
    ],
)
def test_the_kind_of_answer_is_recognised(question: str, answers: str, other: str) -> None:
    kind = wanted(question)
    assert kind
    assert kind(answers) > kind(other)
