"""Follow-ups carry what they lack; a question that stands alone is left as it is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.condense import condense
from assistant.errors import ModelError
from assistant.types import Answer, Citation, Hit, Locator, Passage, Source, Status

VWVFG = Source("vwvfg", "Verwaltungsverfahrensgesetz", "VwVfG", "law", "vwvfg")
PAUSWG = Source("pauswg", "Personalausweisgesetz", "PAuswG", "law", "pauswg")
FORM = Passage("vwvfg/3a/2", VWVFG, Locator("§ 3a", "2"), "(2) Eine Schriftform kann ersetzt werden.")
CARD = Passage("pauswg/9/1", PAUSWG, Locator("§ 9", "1"), "(1) Ausweise werden auf Antrag ausgestellt.")


def turn(question: str, *passages: Passage, standalone: str = "", status: Status = Status.QUOTED) -> Answer:
    citations = tuple(
        Citation(number, item, item.text, item.locator, True) for number, item in enumerate(passages, 1)
    )
    hits = tuple(Hit(item, 1.0) for item in passages)
    return Answer("1", question, standalone or question, "", status, citations=citations, hits=hits)


FORM_TURN = [turn("Was regelt § 3a VwVfG zur Schriftform?", FORM)]
CARD_TURN = [turn("Wer muss einen Personalausweis beantragen?", CARD)]

FOLLOW_UPS = [
    ("Und wie ist das bei Minderjährigen?", CARD_TURN, ("Minderjährigen", "Personalausweis", "beantragen", "PAuswG")),
    ("Und bei Obdachlosen?", CARD_TURN, ("Obdachlosen", "Personalausweis", "PAuswG")),
    ("Was ist mit Ausländern?", CARD_TURN, ("Ausländern", "Personalausweis")),
    ("Wie lange?", CARD_TURN, ("Personalausweis", "PAuswG")),
    ("Gilt das auch für Kinder?", CARD_TURN, ("Kinder", "Personalausweis")),
    ("Was kostet das?", CARD_TURN, ("kostet", "Personalausweis")),
    ("Wo steht das?", CARD_TURN, ("Personalausweis", "PAuswG")),
    ("Warum?", CARD_TURN, ("Personalausweis",)),
    ("Und wenn er gestohlen wurde?", CARD_TURN, ("gestohlen", "Personalausweis")),
    ("Wer ist dafür zuständig?", CARD_TURN, ("zuständig", "Personalausweis")),
    ("Welche Unterlagen braucht man dazu?", CARD_TURN, ("Unterlagen", "Personalausweis")),
    ("Was steht in Absatz 2 davon?", FORM_TURN, ("§ 3a Absatz 2 VwVfG",)),
    ("Und Satz 3?", FORM_TURN, ("§ 3a Satz 3 VwVfG",)),
    ("Und § 4?", FORM_TURN, ("§ 4 VwVfG",)),
    ("Und was sagt das OZG dazu?", FORM_TURN, ("OZG", "Schriftform")),
    ("Gibt es Ausnahmen davon?", FORM_TURN, ("Ausnahmen", "§ 3a VwVfG", "Schriftform")),
    ("Darf man das ablehnen?", FORM_TURN, ("ablehnen", "§ 3a VwVfG")),
]
ALONE = [
    "Wie lange ist ein Reisepass gültig?",
    "Was regelt § 28 VwVfG?",
    "Welche Frist gilt für den Widerspruch gegen einen Bescheid?",
    "Muss die Behörde den Antrag bearbeiten, wenn er unvollständig ist?",
    "Gibt es eine Frist für Widersprüche?",
    "Wer darf Akten einsehen?",
    "Können Sie mir die Hundesteuer erklären?",
    "Wie hoch ist die Hundesteuer für den zweiten Hund?",
    "Unter welchen Voraussetzungen ist das neue Verfahren zulässig?",
    "Wann ist eine Anhörung entbehrlich?",
    "Was ist ein Verwaltungsakt?",
    "Handelt es sich bei einer Auskunft um einen Verwaltungsakt?",
    "Darf die Stadt Gebühren für Kopien verlangen?",
    "Wie ist das Melderegister aufgebaut?",
    "Was passiert, wenn jemand seine Hundesteuer nicht bezahlt?",
    "Mein Chef hat mich rausgeschmissen, weil ich schwanger bin. Darf der das?",
]


@pytest.mark.parametrize(("question", "history", "wanted"), FOLLOW_UPS, ids=[item[0] for item in FOLLOW_UPS])
def test_a_follow_up_gets_what_it_lacks(question: str, history: Sequence[Answer], wanted: Sequence[str]) -> None:
    standalone = condense(question, history)
    assert all(word in standalone for word in wanted), standalone
    assert len(standalone) < len(question) + 120


@pytest.mark.parametrize("question", ALONE)
def test_a_question_that_stands_alone_is_left_untouched(question: str) -> None:
    assert condense(question, CARD_TURN) == question
    assert condense(question, FORM_TURN) == question


def test_without_history_nothing_is_added() -> None:
    assert condense("Und bei Kindern?", []) == "Und bei Kindern?"
    assert condense("Und bei Kindern?", [turn("Hallo", status=Status.ANSWERED_WITHOUT_SEARCH)]) == "Und bei Kindern?"


def test_topics_do_not_pile_up_over_many_turns() -> None:
    history = list(CARD_TURN)
    for group in ("Kindern", "Rentnern", "Soldaten", "Seeleuten", "Häftlingen", "Studenten", "Touristen"):
        asked = f"Und bei {group}?"
        history.append(turn(asked, CARD, standalone=condense(asked, history)))
    assert "Touristen" in history[-1].standalone
    assert "Personalausweis" in history[-1].standalone
    assert len(history[-1].standalone) < 120


def test_a_choice_answers_what_was_asked_back() -> None:
    choices = ("Hundesteuersatzung: Steuersatz", "Verwaltungsgebührensatzung: Gebührenhöhe")
    asked = turn("Wie hoch ist die Gebühr?", CARD, status=Status.ASKED_BACK)
    asked = Answer("1", asked.question, asked.standalone, "", Status.ASKED_BACK, choices=choices)
    for reply in (choices[1], "Verwaltungsgebührensatzung", "die Gebührenhöhe"):
        assert condense(reply, [asked]) == f"Wie hoch ist die Gebühr? ({choices[1]})"


@pytest.mark.parametrize(
    "written",
    [
        "Wie lange ist ein Personalausweis bei 17 Jahren gültig?",
        "Das weiß ich nicht.",
        "Wie lange ist er gültig? Und was kostet er?",
        "Was regelt § 99 PAuswG?",
        "Gern!\nWie lange ist ein Personalausweis ab 16 Jahren gültig?",
        "Wie lange " + "sehr " * 80 + "ist ein Ausweis ab 16 Jahren gültig?",
        "",
    ],
)
def test_what_the_model_writes_is_checked(written: str) -> None:
    question = "Und ab 16 Jahren?"
    assert condense(question, CARD_TURN, lambda prompt: written) == condense(question, CARD_TURN)


def test_a_good_question_of_the_model_is_taken() -> None:
    written = "Wer muss ab 16 Jahren einen Personalausweis beantragen?"
    assert condense("Und ab 16 Jahren?", CARD_TURN, lambda prompt: f"„{written}“\n") == written


def test_the_rules_take_over_when_the_model_fails() -> None:
    def broken(prompt: str) -> str:
        raise ModelError("weg")

    assert "Personalausweis" in condense("Und ab 16 Jahren?", CARD_TURN, broken)
