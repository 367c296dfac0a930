"""What may be shown as proven, and what may not."""

from __future__ import annotations

import time

import pytest

from assistant.cite import found, resolve
from assistant.types import Citation, Hit, Locator, Passage, Source

LAW = Source("meldeg", "Meldegesetz", "MeldeG", "law", "meldeg", aliases=("Muster-Meldegesetz",))
BYLAW = Source("hunde", "Hundesteuersatzung der Stadt Musterstadt", "HundeStS", "bylaw", "hunde.md")
MOVING = Passage(
    "meldeg/17/1",
    LAW,
    Locator("§ 17", "1", headings=("Anmeldung, Abmeldung",)),
    "(1) Wer eine Wohnung bezieht, hat sich innerhalb von zwei Wochen nach dem Einzug bei der Meldebehörde anzumelden. "
    "Die Anmeldung kann schriftlich oder elektronisch erfolgen. Eine Gebühr wird nicht erhoben. § 19 Absatz 2 bleibt "
    "unberührt.",
)
TAX = Passage(
    "hunde/3/1",
    BYLAW,
    Locator("§ 3", "1", headings=("Steuersatz",)),
    "(1) Die Steuer beträgt im Kalenderjahr\n1. für den ersten Hund 96,00 Euro,\n2. für den zweiten Hund 132,00 Euro,\n"
    "3. für jeden gefährlichen Hund 720,00 Euro.",
)
HITS = (Hit(MOVING, 1.0), Hit(TAX, 0.9))


def only(draft: str) -> Citation:
    (citation,) = resolve(draft, HITS).citations
    return citation


@pytest.mark.parametrize(
    "claim",
    [
        "Wer eine Wohnung bezieht, muss sich innerhalb von zwei Wochen bei der Meldebehörde anmelden [1].",
        "Nach dem Einzug hat man 14 Tage Zeit, sich bei der Meldebehörde anzumelden [1].",
        "Nach § 17 Abs. 1 Satz 1 MeldeG muss man sich nach dem Einzug in eine Wohnung binnen 2 Wochen anmelden [1].",
        "Das Meldegesetz verlangt die Anmeldung innerhalb von zwei Wochen nach dem Einzug. [1]",
        "Die Anmeldung kann auch elektronisch erfolgen [1].",
        "Für die Anmeldung wird keine Gebühr erhoben [1].",
        "Im Gesetz steht: „Die Anmeldung kann schriftlich oder elektronisch erfolgen.“ [1]",
        "Die Steuer beträgt für den zweiten Hund 132 Euro im Jahr [2].",
        "Für gefährliche Hunde sind es siebenhundertzwanzig Euro Steuer [2].",
        "§ 19 Abs. 2 MeldeG bleibt unberührt [1].",
    ],
)
def test_a_claim_that_says_what_the_passage_says_is_verified(claim: str) -> None:
    citation = only(claim)
    assert citation.verified, citation.why
    assert not citation.why


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("Wer eine Wohnung bezieht, muss sich innerhalb von drei Wochen nach dem Einzug anmelden [1].", "drei Wochen"),
        ("Wer eine Wohnung bezieht, muss sich innerhalb von zwei Monaten anmelden [1].", "zwei Monaten"),
        ("Die Steuer beträgt für den zweiten Hund 123 Euro [2].", "123"),
        ("Die Steuer beträgt für den zweiten Hund 132 Euro im Monat [2].", "im Monat"),
        ("Nach § 18 MeldeG muss man sich nach dem Einzug in die Wohnung anmelden [1].", "§ 18 MeldeG"),
        ("Nach § 17 Abs. 4 MeldeG ist die Anmeldung elektronisch möglich [1].", "§ 17 Abs. 4"),
        ("Nach § 17 Abs. 1 Satz 9 MeldeG kann die Anmeldung elektronisch erfolgen [1].", "Satz 9"),
        ("Nach dem OZG kann die Anmeldung schriftlich oder elektronisch erfolgen [1].", "OZG"),
        ("Nach dem Passgesetz kann die Anmeldung schriftlich oder elektronisch erfolgen [1].", "Passgesetz"),
        ("Die Anmeldung kann nicht schriftlich oder elektronisch erfolgen [1].", "Verneinung"),
        ("Eine Gebühr wird erhoben [1].", "Verneinung"),
        ("Die Anmeldung muss schriftlich oder elektronisch erfolgen [1].", "Pflicht"),
        ("Dort steht: „Die Anmeldung darf schriftlich oder elektronisch erfolgen.“ [1]", "Zitat"),
        ('Dort steht: "Die Anmeldung kann schriftlich erfolgen." [1]', "Zitat"),
        ("Dort steht: »Die Anmeldung soll elektronisch erfolgen« [1].", "Zitat"),
        ("Der Reisepass wird vom Bürgerbüro in Berlin ausgestellt [1].", "zu wenig gemeinsam"),
        ("Die Anmeldung kann nach dem МeldeG elektronisch erfolgen [1].", "ähnlich sehen"),
    ],
)
def test_one_changed_detail_is_enough_to_fail(claim: str, why: str) -> None:
    citation = only(claim)
    assert not citation.verified
    assert why in citation.why


def test_a_failing_sentence_does_not_spoil_another_that_cites_the_same_passage() -> None:
    checked = resolve(
        "Die Steuer beträgt für den ersten Hund 96 Euro [2]. Für den zweiten Hund beträgt die Steuer 99 Euro [2].", HITS
    )
    assert [citation.verified for citation in checked.citations] == [True, False]
    assert checked.text == (
        "Die Steuer beträgt für den ersten Hund 96 Euro [1]. "
        "Für den zweiten Hund beträgt die Steuer 99 Euro [2] [nicht belegt]."
    )


def test_the_place_is_narrowed_to_sentence_and_number() -> None:
    assert only("Die Anmeldung kann elektronisch erfolgen [1].").label == "§ 17 Abs. 1 Satz 2 MeldeG"
    assert only("Eine Gebühr für die Anmeldung wird nicht erhoben [1].").locator.sentence == "3"
    assert only("Für den zweiten Hund beträgt die Steuer 132 Euro [2].").label == "§ 3 Abs. 1 Nr. 2 HundeStS"


def test_every_quotation_shown_with_a_citation_is_in_its_source() -> None:
    for claim in ("Die Anmeldung kann elektronisch erfolgen [1].", "Der zweite Hund kostet 132 Euro Steuer [2]."):
        citation = only(claim)
        assert found(citation.quote, citation.passage.text)


def test_invented_markers_go_and_are_reported() -> None:
    checked = resolve("Die Anmeldung kann elektronisch erfolgen [1][7]. Alles ist kostenlos [42].", HITS)
    assert checked.invented == (7, 42)
    assert "7" not in checked.text
    assert "42" not in checked.text
    assert "Alles ist kostenlos [nicht belegt]." in checked.text


def test_a_sentence_without_a_marker_is_marked_or_dropped() -> None:
    draft = "Die Anmeldung kann elektronisch erfolgen [1]. Sie kostet 50 Euro. Ist das klar?"
    draft += "\n\n## Hinweis\nAlles ist erlaubt."
    marked = resolve(draft, HITS)
    assert marked.unproven == ("Sie kostet 50 Euro.", "Alles ist erlaubt.")
    assert marked.text.count("[nicht belegt]") == 2
    dropped = resolve(draft, HITS, "drop")
    assert dropped.text == "Die Anmeldung kann elektronisch erfolgen [1]. Ist das klar?\n\n## Hinweis"


def test_saying_what_the_sources_lack_needs_no_source() -> None:
    checked = resolve("Zu Hausbooten enthalten die Textstellen keine Angaben.", HITS)
    assert checked.unproven == ()


def test_items_share_the_marker_of_their_introduction() -> None:
    checked = resolve("Die Steuer beträgt im Kalenderjahr [2]:\n- erster Hund 96 Euro\n- zweiter Hund 500 Euro", HITS)
    assert "- erster Hund 96 Euro [" in checked.text
    assert "zweiter Hund 500 Euro" in checked.unproven


def test_a_norm_that_the_corpus_does_not_have_is_never_proven() -> None:
    fake = Passage("x/1", LAW, Locator("§ 17"), "Nach § 999 MeldeG gilt jeder Antrag als genehmigt.")
    claim = "Nach § 999 MeldeG gilt jeder Antrag als genehmigt [1]."
    (proven,) = resolve(claim, [Hit(fake, 1.0)]).citations
    (checked,) = resolve(claim, [Hit(fake, 1.0)], absent=lambda text: ["§ 999 MeldeG"]).citations
    assert proven.verified
    assert not checked.verified


@pytest.mark.parametrize(
    ("quote", "wording", "there"),
    [
        ("Die Frist beträgt", "Die  Frist\nbeträgt einen Monat.", True),
        ("Verwaltungsakt", "der Verwal-\ntungsakt ist", True),
        ("Verwaltungsakt", "der Verwal\u00adtungsakt", True),
        ("Anfang […] Ende", "Anfang der Mitte vor Ende", True),
        ("Ende […] Anfang", "Anfang und Ende", False),
        ("Akt", "Verwaltungsakt", False),
        ("frist", "Befristung", False),
        ("die frist", "die Frist", False),
        ("", "alles", False),
        ("\u200b", "alles", False),
    ],
)
def test_found(quote: str, wording: str, there: bool) -> None:
    assert found(quote, wording) is there


def test_markers_as_models_write_them() -> None:
    for marker in ("[1, 2]", "[1][2]", "[1] [2]", "【1】【2】", "[1; 2]", "(Textstelle 1, 2)"):
        checked = resolve(f"Die Anmeldung und die Steuer für den ersten Hund sind geregelt {marker}.", HITS)
        assert len(checked.citations) == 2, marker


def test_checking_an_answer_is_fast() -> None:
    pair = "Die Anmeldung kann elektronisch erfolgen [1].\nFür den Hund sind 96 Euro Steuer fällig [2].\n"
    draft = pair * 4
    resolve(draft, HITS)
    start = time.process_time()
    for _ in range(10):
        resolve(draft, HITS)
    assert (time.process_time() - start) / 10 < 0.05
