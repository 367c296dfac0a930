"""What needs no search, what is asked back, and what the assistant must not decide."""

from __future__ import annotations

import pytest

from assistant.converse import ask_back, decision_notice, is_about_a_norm, refusal, without_search
from assistant.types import Hit, Locator, Passage, Source

FEES = Source("gebuehren", "Verwaltungsgebührensatzung", "VwGebS", "bylaw", "g.md", author="Stadt X, Amt 20")
DOGS = Source("hunde", "Hundesteuersatzung", "HundeStS", "bylaw", "h.md", author="anna.beispiel")


def hit(source: Source, heading: str, score: float, *, named: bool = False) -> Hit:
    place = Locator("§ 3", headings=(heading,))
    return Hit(Passage(f"{source.id}/{heading}", source, place, "Die Gebühr beträgt 5 Euro."), score, 0.9, named=named)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("Hallo", "Guten Tag"),
        ("Guten Morgen!", "Guten Tag"),
        ("Hallo zusammen 👋", "Guten Tag"),
        ("Danke", "Gern"),
        ("Vielen Dank, das hilft mir sehr!", "Gern"),
        ("Tschüss", "Auf Wiedersehen"),
        ("Wer bist du?", "Fundstelle"),
        ("Hallo, wer bist du eigentlich?", "Fundstelle"),
        ("Bist du ein Mensch?", "kein Mensch"),
        ("Was kannst du?", "Ich beantworte"),
        ("Was können Sie alles?", "Ich beantworte"),
        ("Hilfe", "Ich beantworte"),
        ("", "Bitte geben Sie eine Frage ein."),
        ("  ?! ", "Bitte geben Sie eine Frage ein."),
        ("🙂", "Bitte geben Sie eine Frage ein."),
    ],
)
def test_small_talk_is_answered_without_search(question: str, part: str) -> None:
    assert part in without_search(question)


@pytest.mark.parametrize(
    "question",
    [
        "Hallo, wie lange ist ein Ausweis gültig?",
        "Danke, und bei Minderjährigen?",
        "Wer ist zuständig?",
        "Hilfe zum Lebensunterhalt",
        "Was kann die Stadt verlangen?",
        "Danke für die Hundesteuer, wie hoch ist sie?",
        "Guten Tag Herr Müller möchte Akteneinsicht, darf er das?",
        "§ 3",
        "Dank",
    ],
)
def test_a_question_is_never_taken_for_small_talk(question: str) -> None:
    assert not without_search(question) or question == "Dank"


@pytest.mark.parametrize(
    "question",
    [
        "Soll ich Frau Müller den Antrag ablehnen?",
        "Soll ich dem Antragsteller Wohngeld bewilligen?",
        "Welchen Bewerber soll ich einstellen?",
        "Wen würdest du einstellen?",
        "Muss ich den Mitarbeiter abmahnen?",
        "Bewerte diese Bewerbung: Abitur, zwei Jahre Erfahrung.",
        "Welche Note bekommt die Auszubildende?",
        "Ist der Bewerber geeignet?",
        "Darf ich meiner Kollegin kündigen?",
        "Sollten wir den Antrag bewilligen?",
        "Kann ich Herrn Schmidt die Leistungen kürzen?",
        "Hat Frau Weber Anspruch auf Wohngeld?",
    ],
)
def test_a_decision_about_a_person_gets_a_notice(question: str) -> None:
    assert "entscheidet ein Mensch" in decision_notice(question)


@pytest.mark.parametrize(
    "question",
    [
        "Unter welchen Voraussetzungen kann ein Antrag abgelehnt werden?",
        "Wer entscheidet über die Freigabe eines KI-Systems?",
        "Wie hoch ist die Gebühr für einen Personalausweis?",
        "Muss die Behörde den Antrag begründen?",
        "Welche Frist gilt für den Widerspruch?",
        "Darf ich von zu Hause arbeiten?",
        "Muss man sich nach dem Umzug anmelden?",
        "Wann ist ein Bewerber zu einem Vorstellungsgespräch einzuladen?",
        "Was regelt die Dienstanweisung zur Beurteilung?",
    ],
)
def test_a_question_about_rules_gets_none(question: str) -> None:
    assert not decision_notice(question)


def test_a_vague_question_is_asked_back_with_choices_from_the_hits() -> None:
    hits = [hit(FEES, "Beglaubigung", 1.0), hit(FEES, "Kopien", 0.95), hit(DOGS, "Steuermarke", 0.9)]
    hits.append(hit(DOGS, "Fälligkeit", 0.4))
    wording, choices = ask_back("Wie hoch ist die Gebühr?", hits)
    assert choices == (
        "Verwaltungsgebührensatzung: Beglaubigung",
        "Verwaltungsgebührensatzung: Kopien",
        "Hundesteuersatzung: Steuermarke",
    )
    assert "„Gebühr“" in wording
    assert all(choice in wording for choice in choices)


@pytest.mark.parametrize(
    "question",
    ["Wie hoch ist die Gebühr für eine Beglaubigung?", "Wie hoch ist die Hundesteuer?", "Was ist ein Verwaltungsakt?",
     "Welche Frist gilt nach § 70 VwGO?", "Gebühr", "Wie lange ist ein Personalausweis gültig?"],
)  # fmt: skip
def test_a_clear_question_is_not_asked_back(question: str) -> None:
    assert ask_back(question, [hit(FEES, "Beglaubigung", 1.0), hit(DOGS, "Steuermarke", 0.99)]) == ("", ())


@pytest.mark.parametrize(
    ("question", "about"),
    [("Was regelt § 999 OZG?", True), ("§ 12 BauO", True), ("Was steht in Art. 6 Abs. 1 DSGVO?", True),
     ("Wie hoch ist die Hundesteuer nach § 3 KAG für zwei Hunde?", False), ("Was regelt die Satzung?", False)],
)  # fmt: skip
def test_a_question_for_a_norm_alone_is_recognised(question: str, about: bool) -> None:
    assert is_about_a_norm(question) is about


def test_one_good_place_is_an_answer_not_a_choice() -> None:
    clear = [hit(FEES, "Gebühr", 1.0), hit(DOGS, "Steuermarke", 0.4)]
    assert ask_back("Wie hoch ist die Gebühr?", clear) == ("", ())
    named = [hit(FEES, "Gebühr", 1.0, named=True), hit(DOGS, "Steuermarke", 1.0)]
    assert ask_back("Wie hoch ist die Gebühr?", named) == ("", ())
    assert ask_back("Wie hoch ist die Gebühr?", []) == ("", ())


def test_a_refusal_names_places_and_offices_and_invents_none() -> None:
    told = refusal([hit(FEES, "Beglaubigung", 0.3), hit(DOGS, "Steuermarke", 0.2)])
    assert "Beglaubigung" in told
    assert "Stadt X, Amt 20 (Verwaltungsgebührensatzung)" in told
    assert "anna" not in told
    assert "Mehr weiß" not in refusal([hit(DOGS, "Steuermarke", 0.2)])
    assert "Wörtern" in refusal([])
