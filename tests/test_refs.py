"""References within and out of a text, as labels that need no corpus."""

from __future__ import annotations

import pytest

from assistant import norms
from assistant.types import Locator, Passage, Source
from ingest.refs import refs

LAW = Source("muvg", "Musterverfahrensgesetz", "MuVG", "law", "muvg")
ORDINANCE = Source("muv", "Musterverordnung", "MuV", "ordinance", "muv")


def _refs(text: str, source: Source = LAW) -> list[str]:
    return list(refs(Passage("muvg/4/1", source, Locator("§ 4", "1"), text)))


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Nach Absatz 2 Satz 1 gilt das nicht.", ["§ 4 Abs. 2 Satz 1 MuVG"]),
        ("Die Absätze 2 und 3 gelten.", ["§ 4 Abs. 2 MuVG", "§ 4 Abs. 3 MuVG"]),
        ("§ 5 bleibt unberührt.", ["§ 5 MuVG"]),
        ("Im Sinne des § 6 Absatz 2 dieses Gesetzes.", ["§ 6 Abs. 2 MuVG"]),
        ("Nach § 35 des Zehnten Buches Sozialgesetzbuch.", ["§ 35 SGB X"]),
        ("Nach § 35 SGB X und § 3a Abs. 2 VwVfG.", ["§ 35 SGB X", "§ 3a Abs. 2 VwVfG"]),
        ("§ 823 Abs. 1 des Bürgerlichen Gesetzbuchs", ["§ 823 Abs. 1 Bürgerliches Gesetzbuch"]),
        ("§ 17 des Gesetzes über Ordnungswidrigkeiten bleibt.", ["§ 17 Gesetz über Ordnungswidrigkeiten"]),
        ("§§ 3 und 4 der Gewerbeordnung", ["§ 3 Gewerbeordnung", "§ 4 Gewerbeordnung"]),
        ("Artikel 6 Absatz 1 DSGVO", ["Art. 6 Abs. 1 DSGVO"]),
        ("§ 84 Absatz 1, den §§ 85, 86 und § 87 StGB", ["§ 84 Abs. 1 StGB", "§ 85 StGB", "§ 86 StGB", "§ 87 StGB"]),
        ("nach § 7b des Vierten Buches", ["§ 7b SGB IV"]),
        ("§ 5. § 7 BGB", ["§ 5 MuVG", "§ 7 BGB"]),
        ("§ 5 Absatz 1 und 3 Buchstabe b der Gewerbeordnung", ["§ 5 Abs. 1 Gewerbeordnung"]),
        ("Artikel 9 Absatz 1 der Verordnung (EU) 2016/679", ["Art. 9 Abs. 1 Verordnung (EU) 2016/679"]),
        ("nach Artikel 3 der Richtlinie 98/26/EG", ["Art. 3 Richtlinie 98/26/EG"]),
        ("Artikel 6 gilt.", []),  # a law of §§ has none
        ("Absatz 1 gilt.", []),  # the passage itself
        ("Ohne Verweis, Art und Weise frei.", []),
    ],
)
def test_labels_follow_from_the_wording(text: str, labels: list[str]) -> None:
    assert _refs(text) == labels


def test_the_law_behind_an_ordinance_is_not_guessed() -> None:
    assert _refs("Anzeigen nach § 23 des Gesetzes; § 5 der Verordnung.", ORDINANCE) == ["§ 5 MuV"]


def test_a_label_finds_its_source_by_every_name() -> None:
    bgb = Source("bgb", "Bürgerliches Gesetzbuch", "BGB", "law", "bgb")
    [label] = _refs("§ 823 Abs. 1 des Bürgerlichen Gesetzbuches")
    [norm] = norms.find(label, norms.Names({"bgb": bgb}))
    assert (norm.source, norm.locator.section) == (bgb, "§ 823")
