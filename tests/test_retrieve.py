"""Finding, on a small real store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from assistant.config import Settings
from assistant.embed import built_in
from assistant.finding.filters import Filters
from assistant.retrieve import retrieve
from assistant.store import Generation
from assistant.types import Hit, Locator, Passage, Source
from tests.conftest import sealed

DOGS = Source("hundesteuer", "Hundesteuersatzung", "HStS", "bylaw", "hundesteuer.md", folder="g", digest="1")
OLD = replace(DOGS, id="hundesteuer-alt", path="hundesteuer-alt.md", short="HStS alt", valid_until="2019-12-31")
OZG = Source("ozg", "Onlinezugangsgesetz", "OZG", "law", "ozg", aliases=("Onlinezugangsgesetz",), digest="2")
AI = Source("ki", "Dienstanweisung Künstliche Intelligenz", "DA KI", "directive", "ki.md", folder="g", digest="3")

STAFF_ONLY = replace(DOGS, id="hunde-intern", path="intern.md", short="DA Hunde", kind="directive", audience=("staff",))


def _section(source: Source, section: str, heading: str, *texts: str) -> list[Passage]:
    return [
        Passage(f"{source.id}/{section[2:]}/{number}", source, Locator(section, str(number), headings=(heading,)), text)
        for number, text in enumerate(texts, 1)
    ]


TARIFF = (
    "Die Steuer beträgt für den ersten Hund 120 Euro im Jahr.",
    "Für den zweiten Hund beträgt die Steuer 150 Euro im Jahr.",
    "Für gefährliche Hunde beträgt die Steuer 600 Euro im Jahr.",
    "Hunde, für die Steuerbefreiung gewährt wird, zählen nicht mit.",
)
CORPUS: dict[Source, list[Passage]] = {
    DOGS: [
        *_section(DOGS, "§ 1", "Steuergegenstand", "Besteuert wird das Halten von Hunden im Stadtgebiet."),
        *_section(DOGS, "§ 2", "Steuersatz", *TARIFF),
        *_section(DOGS, "§ 3", "Anzeigepflicht", "Wer einen Hund hält, meldet ihn binnen zwei Wochen an."),
    ],
    OLD: _section(OLD, "§ 2", "Steuersatz", *TARIFF),
    STAFF_ONLY: _section(STAFF_ONLY, "§ 1", "Hunde im Dienst", "Hunde dürfen freitags ins Rathaus mitgebracht werden."),
    OZG: [
        *_section(
            OZG, "§ 1a", "Portalverbund für digitale Verwaltungsleistungen", "Bund und Länder bieten Leistungen an."
        ),
        *_section(
            OZG, "§ 3", "Nutzerkonten", "Der Bund stellt ein Bürgerkonto bereit.", "Es wird kostenlos bereitgestellt."
        ),
        *_section(OZG, "§ 4", "(weggefallen)", "(weggefallen)"),
    ],
    AI: _section(AI, "§ 4", "Zugelassene Anwendungen", "Generative KI darf nutzen, wer eine Schulung besucht hat."),
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    made = sealed(tmp_path_factory.mktemp("store"), CORPUS)
    yield made
    made.close()


def _ask(question: str, generation: Generation, k: int | None = None) -> list[Hit]:
    return retrieve(question, generation, built_in(), Settings(), k)


def _labels(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.label for hit in hits]


def test_the_absatz_that_answers_comes_first(generation: Generation) -> None:
    first = _ask("Wie hoch ist die Hundesteuer für den zweiten Hund?", generation)[0]
    assert first.passage.label == "§ 2 Abs. 2 HStS"
    assert "Hund" in first.matched
    assert first.evidence > 0.5


def test_one_section_does_not_fill_the_list(generation: Generation) -> None:
    hits = _ask("Wie hoch ist die Hundesteuer für den zweiten Hund?", generation, 6)
    sections = [(hit.passage.source.id, hit.passage.locator.section) for hit in hits]
    assert len(set(sections[:3])) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("Was steht in § 3 Abs. 2 OZG?", "§ 3 Abs. 2 OZG"),
        ("§1a des Onlinezugangsgesetzes", "§ 1a Abs. 1 OZG"),
        ("Was sagt § 3 HStS zur Steuer für den zweiten Hund?", "§ 3 Abs. 1 HStS"),
    ],
)
def test_a_named_norm_comes_first(generation: Generation, question: str, label: str) -> None:
    first = _ask(question, generation)[0]
    assert first.passage.label == label
    assert first.named


def test_the_words_of_the_question_are_named_as_a_reason(generation: Generation) -> None:
    first = _ask("Steuer für den zweiten Hund", generation)[0]
    assert first.parts["words"] > 0.2


def test_many_named_norms_are_all_looked_at(generation: Generation) -> None:
    many = " ".join(["§ 1 HStS, § 2 HStS, § 3 HStS, § 1a OZG, § 3 OZG"] * 20)
    found = retrieve(many, generation, built_in(), Settings(), 1)
    assert found[0].named


def test_what_is_out_of_force_stands_behind(generation: Generation) -> None:
    labels = _labels(_ask("Wie hoch ist die Hundesteuer für den zweiten Hund?", generation))
    assert labels.index("§ 2 Abs. 2 HStS") < labels.index("§ 2 Abs. 2 HStS alt")


def test_words_are_understood_without_sharing_any(generation: Generation) -> None:
    assert _labels(_ask("Wer muss sein Tier anmelden?", generation))[0] == "§ 3 Abs. 1 HStS"


def test_an_alien_question_has_little_evidence(generation: Generation) -> None:
    for question in ("Wie backe ich einen Käsekuchen?", "Wer gewann das Finale der Champions League?"):
        assert all(hit.evidence < 0.5 for hit in _ask(question, generation))


def test_who_may_not_see_a_source_does_not_find_it(generation: Generation) -> None:
    question = "Darf ich meinen Hund freitags mit ins Rathaus bringen? § 1 DA Hunde"

    def found(filters: Filters) -> list[str]:
        return _labels(retrieve(question, generation, built_in(), Settings(), 50, filters))

    assert found(Filters(groups=frozenset({"staff"})))[0] == "§ 1 Abs. 1 DA Hunde"
    for groups in (frozenset[str](), frozenset({"citizens"})):
        assert not [label for label in found(Filters(groups=groups)) if label.endswith("DA Hunde")]


def test_filters_narrow_by_kind_source_and_day(generation: Generation) -> None:
    def found(filters: Filters) -> set[str]:
        hits = retrieve("Wie hoch ist die Hundesteuer?", generation, built_in(), Settings(), 50, filters)
        return {hit.passage.source.short for hit in hits}

    assert found(Filters(kinds=frozenset({"law"}))) <= {"OZG"}
    assert found(Filters(sources=frozenset({"hundesteuer"}))) == {"HStS"}
    assert "HStS alt" not in found(Filters(on="2026-01-01"))
    assert "HStS alt" in found(Filters(on="2019-01-01"))


ODD = [
    "",
    "   ",
    "und der die das",
    "🙂🐕",
    "Собака и налог",
    "(",
    '"AND NEAR(',
    "* OR NOT -hund^2",
    "\x00",
    "Hund " * 4000,
]


@pytest.mark.parametrize("question", ODD)
def test_any_text_is_a_question(generation: Generation, question: str) -> None:
    assert len([hit for hit in _ask(question, generation, 5) if hit.role == "found"]) <= 5
