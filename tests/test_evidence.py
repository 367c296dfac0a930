"""How sure a passage is to answer: what must raise and what must lower it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.finding.evidence import Signals, coverage, evidence

HALF = Signals.of(coverage=0.6, cosine=0.5, holds=1.0, words=5)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (replace(HALF, coverage=0.9), HALF),
        (replace(HALF, cosine=0.7), HALF),
        (HALF, replace(HALF, holds=0.0)),
        (Signals.of(0.6, 0.5, 1.0, words=9), HALF),
        (Signals.of(0.6, 0.5, None, words=5), replace(HALF, holds=0.0)),
    ],
)
def test_more_of_the_question_answered_is_more_evidence(better: Signals, worse: Signals) -> None:
    assert 1 > evidence(better) > evidence(worse) > 0


def test_a_single_word_that_is_found_is_enough() -> None:
    assert evidence(Signals.of(coverage=1.0, cosine=0.5, holds=None, words=1)) > 0.5
    assert evidence(Signals.of(coverage=0.0, cosine=0.2, holds=None, words=1)) < 0.2


def test_a_compound_of_which_the_text_has_only_parts_counts_less() -> None:
    idf = {"hundesteu": 6.0, "hund": 3.0, "steu": 3.0, "hoch": 2.0}
    words = [("hundesteu", "hund", "steu"), ("hoch",)]
    assert coverage(words, idf, {"hundesteu", "hoch"}) == 1.0
    assert 0.5 < coverage(words, idf, {"hund", "steu", "hoch"}) < 1.0
    assert coverage(words, idf, set()) == coverage([], idf, set()) == 0.0
