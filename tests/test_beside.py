"""Definitions and norms referred to, beside the best passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from assistant.config import Settings
from assistant.embed import built_in
from assistant.finding.filters import EVERYONE, Filters
from assistant.render import why
from assistant.retrieve import retrieve
from assistant.store import Generation
from assistant.types import Hit, Locator, Passage, Source
from tests.conftest import sealed

OZG = Source("ozg", "Onlinezugangsgesetz", "OZG", "law", "ozg", digest="1")
RATES = Source("tarif", "Tarifordnung", "TarifO", "bylaw", "tarif.md", folder="g", digest="2", audience=("kasse",))
QUESTION = "Welche Angaben stehen im Nutzerkonto?"


def _passage(source: Source, section: str, heading: str, text: str, *refs: str) -> Passage:
    place = Locator(f"§ {section}", "1", headings=("Abschnitt 1", heading))
    return Passage(f"{source.id}/{section}/1", source, place, text, refs)


CORPUS = {
    OZG: [
        _passage(OZG, "2", "Begriffsbestimmungen", "1. „Portal“ ist eine Verknüpfung.\n2. „Nutzerkonten“ sind Konten."),
        _passage(OZG, "8", "Angaben im Nutzerkonto", "Im Konto stehen die Angaben nach § 9.", "§ 9 OZG", "§ 1 TarifO"),
        _passage(OZG, "9", "Grunddaten", "Gespeichert werden Name, Anschrift und Geburtsdatum."),
        *(_passage(OZG, str(n), f"Sonstiges {n}", f"Regel {n} über Fristen.") for n in range(20, 60)),
    ],
    RATES: [_passage(RATES, "1", "Entgelte", "Ein Auszug kostet 5 Euro.")],
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    made = sealed(tmp_path_factory.mktemp("store"), CORPUS)
    yield made
    made.close()


def _beside(hits: Sequence[Hit]) -> dict[str, str]:
    return {hit.role: hit.passage.label for hit in hits if hit.role != "found"}


def _ask(generation: Generation, filters: Filters = EVERYONE) -> list[Hit]:
    return retrieve(QUESTION, generation, built_in(), Settings(), 1, filters)


def test_the_definition_and_the_norm_referred_to_stand_behind_and_say_why(generation: Generation) -> None:
    hits = _ask(generation)
    assert [hit.passage.label for hit in hits] == ["§ 8 Abs. 1 OZG", "§ 2 Abs. 1 OZG", "§ 9 Abs. 1 OZG"]
    assert [hit.role for hit in hits] == ["found", "definition", "reference"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[1].evidence == hits[2].evidence == 0
    assert why(hits[1]) == ["Bestimmt einen Begriff der Frage; zur Stelle § 8 Abs. 1 OZG."]
    assert why(hits[2]) == ["Darauf verweist § 8 Abs. 1 OZG."]


def test_what_was_found_itself_is_not_said_twice(generation: Generation) -> None:
    hits = retrieve(QUESTION, generation, built_in(), Settings(), 10)
    assert len({hit.passage.id for hit in hits}) == len(hits)


def test_a_reference_leads_nobody_to_a_source_he_may_not_see(generation: Generation) -> None:
    assert "§ 1 Abs. 1 TarifO" not in _beside(_ask(generation)).values()
    only_rates = Filters(groups=frozenset({"kasse"}), sources=frozenset({"ozg"}))
    assert "§ 1 Abs. 1 TarifO" not in _beside(_ask(generation, only_rates)).values()


def test_a_hit_says_which_words_and_searches_speak_for_it(generation: Generation) -> None:
    hit = _ask(generation)[0]
    assert sum(hit.parts.values()) == pytest.approx(1)
    lines = why(hit)
    assert lines[0] == "Wörter der Frage in dieser Stelle: Angaben, stehen, Nutzerkonto."
    assert lines[1] == "Rang ihres Abschnitts: Stichwortsuche 1, Bedeutungssuche 1."
    assert lines[2].startswith("Dafür sprachen: die ")
