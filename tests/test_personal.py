"""The gate on sentences of our own and, where they are at hand, on questions that staff asked."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import personal
from assistant.personal import Kind
from assistant.personal.numbers import health_number, id_card_number, pension_number

LINES = Path(__file__).with_name("personal_sentences.txt").read_text(encoding="utf-8").splitlines()
POSITIVE = [line[2:] for line in LINES if line.startswith("+ ")]
NEGATIVE = [line[2:] for line in LINES if line.startswith("- ")]
DEV = Path(__file__).parents[2] / "shared" / "questions" / "dev.jsonl"


def _marked(line: str) -> tuple[str, list[str]]:
    return re.sub(r"[{}]", "", line), re.findall(r"\{([^}]*)\}", line)


def missed(line: str) -> list[str]:
    """The words of the personal parts that are still readable once the sentence is masked."""
    text, parts = _marked(line)
    left = personal.mask(text)
    return [part for part in parts if set(re.findall(r"\w{2,}", part)) & set(re.findall(r"\w{2,}", left)) - {"Dr"}]


def test_recall_and_precision_on_our_sentences() -> None:
    parts = [part for line in POSITIVE for part in _marked(line)[1]]
    lost = [part for line in POSITIVE for part in missed(line)]
    wrong = [personal.mask(line) for line in NEGATIVE if personal.find(line)]
    assert len(POSITIVE) >= 120
    assert len(NEGATIVE) >= 200
    assert len(lost) <= 0.02 * len(parts), lost
    assert len(wrong) <= 1, wrong


@pytest.mark.skipif(not DEV.exists(), reason="../shared/questions is not here")
def test_questions_of_staff_are_hardly_ever_flagged() -> None:
    entries = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]
    questions = [entry[kind] for entry in entries for kind in ("staff", "everyday")]
    flagged = [personal.mask(question) for question in questions if personal.find(question)]
    assert len(flagged) <= 0.002 * len(questions), flagged


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "Herr Max Mustermann, Musterstr. 5, 12345 Musterstadt, geb. 3.4.1980",
            "Herr [Name], [Anschrift], geb. [Geburtsdatum]",
        ),
        ("Frau Özdemir Elterngeld: Hat Özdemir Anspruch?", "Frau [Name] Elterngeld: Hat [Name] Anspruch?"),
        ("IBAN DE89 3704 0044 0532 0130 00, bitte prüfen", "IBAN [IBAN], bitte prüfen"),
        ("Az. 32-51.10/2024-117 nach § 3 Abs. 2 BGB", "Az. [Aktenzeichen] nach § 3 Abs. 2 BGB"),
        ("Das Kind, geb. 3.9.2019, soll zur Schule", "Das Kind, geb. [Geburtsdatum], soll zur Schule"),
        ("Mail an a.b@example.org. Danke", "Mail an [E-Mail]. Danke"),
        ("BGH, Urteil vom 3.4.2020, Az. 4 StR 12/20", "BGH, Urteil vom 3.4.2020, Az. 4 StR 12/20"),
        ("Vor dem 1.1.1964 geborene Personen", "Vor dem 1.1.1964 geborene Personen"),
    ],
)
def test_a_mask_keeps_the_question_readable(text: str, masked: str) -> None:
    assert personal.mask(text) == masked


def test_check_digits_agree_with_published_examples() -> None:
    assert pension_number("65170839J003")
    assert not pension_number("65170839J004")
    assert health_number("A123456780")
    assert not health_number("A123456781")
    assert id_card_number("T220001293")
    assert not id_card_number("T220001294")


def test_contacts_of_the_city_itself_may_be_allowed() -> None:
    text = "Geht das an Info@musterstadt.example oder an 0201 123456?"
    assert [finding.kind for finding in personal.find(text, ("info@musterstadt.example",))] == [Kind.PHONE]


@given(st.text(alphabet="Herr Frau Müller 0123456789 §/.-@:,DEgebAz\n", max_size=80))
def test_any_text_can_be_masked_and_masking_again_changes_nothing_that_is_masked(text: str) -> None:
    masked = personal.mask(text)
    for finding in personal.find(masked):
        assert not re.search(r"\[[A-Z]", masked[finding.start : finding.end])
