"""EU law in Formex: a small act made here, and the whole DSGVO where it lies beside the project."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from assistant.errors import ReadError
from assistant.types import Locator
from ingest.readers import READERS

DSGVO = Path(__file__).parents[2] / "shared" / "eu" / "dsgvo_formex_de.xml"
ACT = """<?xml version="1.0" encoding="UTF-8"?>
<ACT><BIB.INSTANCE><DATE ISO="20260427">20260427</DATE></BIB.INSTANCE>
<TITLE><TI><P><HT TYPE="UC">Verordnung</HT> (EU) 2026/17 des Rates</P><P>vom 
   <DATE ISO="20260427">27. April 2026</DATE></P><P>über Bänke (Bank-Grundverordnung)</P>
   <P>(Text von Bedeutung für den EWR)</P></TI></TITLE>
<PREAMBLE><GR.CONSID><CONSID><NP><NO.P>(1)</NO.P><TXT>Bänke nach Artikel 8 der Charta
   <NOTE><P>ABl. C 1.</P></NOTE>, (im Folgenden 
   <QUOT.START CODE="201E"/>
Bank
   <QUOT.END CODE="201C"/>
) sind nützlich.</TXT></NP></CONSID></GR.CONSID></PREAMBLE>
<ENACTING.TERMS><DIVISION><TITLE><TI><P>KAPITEL I</P></TI><STI><P>Allgemeines</P></STI></TITLE>
<ARTICLE><TI.ART>Artikel 1</TI.ART><STI.ART>Zweck</STI.ART>
  <PARAG><NO.PARAG>(1)</NO.PARAG><ALINEA><P>Bänke dienen</P><LIST TYPE="alpha">
    <ITEM><NP><NO.P>a)</NO.P><TXT>dem Sitzen,</TXT><P><LIST>
      <ITEM><NP><NO.P>i)</NO.P><TXT>auch lange;</TXT></NP></ITEM></LIST></P></NP></ITEM>
    <ITEM><NP><NO.P>b)</NO.P><TXT>dem Liegen.</TXT></NP></ITEM></LIST></ALINEA><ALINEA>Unterabsatz 2.</ALINEA></PARAG>
  <PARAG><NO.PARAG>(1a)</NO.PARAG><ALINEA>Bis 
    <DATE ISO="20260501">1. Mai</DATE>.

  </ALINEA></PARAG></ARTICLE>
<ARTICLE><TI.ART>Artikel 2</TI.ART><ALINEA>Ohne Absatz.</ALINEA></ARTICLE></DIVISION></ENACTING.TERMS>
<ANNEX><TITLE><TI><P>ANHANG II</P></TI><STI><P>Maße</P></STI></TITLE><CONTENTS><P>Es gilt:</P>
  <TBL><CORPUS><ROW><CELL>Art</CELL><CELL><P>Länge</P></CELL></ROW>
    <ROW><CELL>Parkbank</CELL><CELL>2 m</CELL></ROW></CORPUS></TBL>
  <GR.SEQ><TITLE><TI><P>Teil A</P></TI></TITLE><P>Holz.</P></GR.SEQ></CONTENTS></ANNEX></ACT>"""


def test_places_and_wording_of_an_act() -> None:
    document = READERS[".xml"](ACT.encode(), "bank.xml")
    chapter = "Kapitel I Allgemeines"
    assert [(block.locator, block.text) for block in document.blocks] == [
        (
            Locator("Erwägungsgrund 1", headings=("Erwägungsgründe",)),
            "(1) Bänke nach Artikel 8 der Charta, (im Folgenden „Bank“) sind nützlich.",
        ),
        (
            Locator("Art. 1", "1", headings=(chapter, "Zweck")),
            "(1) Bänke dienen\na) dem Sitzen,\n   i) auch lange;\nb) dem Liegen.\nUnterabsatz 2.",
        ),
        (Locator("Art. 1", "1a", headings=(chapter, "Zweck")), "(1a) Bis 1. Mai."),
        (Locator("Art. 2", headings=(chapter,)), "Ohne Absatz."),
        (Locator("Anhang II", headings=("Maße",)), "Es gilt:\nArt | Länge\nParkbank | 2 m"),
        (Locator("Anhang II", headings=("Maße", "Teil A")), "Holz."),
    ]


def test_what_an_act_says_of_itself() -> None:
    meta = READERS[".xml"](ACT.encode(), "bank.xml").meta
    assert meta["title"] == "Bank-Grundverordnung"
    assert meta["short"] == "VO (EU) 2026/17"
    assert meta["aliases"] == "Verordnung (EU) 2026/17;(EU) 2026/17"
    assert meta["long_title"].endswith("vom 27. April 2026 über Bänke (Bank-Grundverordnung)")
    assert (meta["kind"], meta["as_of"]) == ("eu", "2026-04-27")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "leer"),
        (b"PK\x03\x04", "keine XML-Datei"),
        (ACT.encode()[:900], "unvollständig"),
        (b"<rss><channel/></rss>", "Formex"),
        (b"<ACT/>", "keinen Text"),
        (b'<!DOCTYPE ACT [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><ACT><FINAL>&b;</FINAL></ACT>', "ENTITY"),
    ],
)
def test_other_files_are_named_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=rf"^recht\.xml: .*{reason}"):
        READERS[".xml"](data, "recht.xml")


@pytest.mark.skipif(not DSGVO.is_file(), reason="../shared/eu is not there")
def test_every_article_of_the_dsgvo_once_with_its_subsections_in_order() -> None:
    document = READERS[".xml"](DSGVO.read_bytes(), "dsgvo.xml")
    assert document.meta["title"] == "Datenschutz-Grundverordnung"
    places = [block.locator for block in document.blocks if block.locator]
    sections = [section for section, _ in groupby(place.section for place in places) if section]
    assert sections == [f"Erwägungsgrund {n}" for n in range(1, 174)] + [f"Art. {n}" for n in range(1, 100)]
    for section, found in groupby(places, key=lambda place: place.section):
        numbers = [place.subsection for place in found]
        if section and numbers != [None]:
            assert numbers == [str(n) for n in range(1, len(numbers) + 1)], section
    consent = next(b.text for b in document.blocks if b.locator and b.locator.label("") == "Art. 6 Abs. 1 ")
    assert [line[:2] for line in consent.split("\n")[1:-1]] == ["a)", "b)", "c)", "d)", "e)", "f)"]
