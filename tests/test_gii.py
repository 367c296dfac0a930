"""Law XML as the official site serves it, with a small fictional law of our own."""

import io
import re
import unicodedata
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from assistant.errors import ReadError
from assistant.types import Passage
from ingest.chunk import passages
from ingest.clean import clean
from ingest.document import Block, Document
from ingest.metadata import Law, law_source
from ingest.readers.gii import read
from ingest.structure import locate

SHARED = Path(__file__).parents[2] / "shared" / "gii"

HEAD = (
    "<norm><metadaten><jurabk>MuVG 2020</jurabk><amtabk>MuVG</amtabk><kurzue>Musterverfahrensgesetz</kurzue>"
    "<langue>Gesetz über das Musterverfahren</langue>"
    "<standangabe><standtyp>Neuf</standtyp><standkommentar>Neugefasst durch Bek. v. 1.2.2020</standkommentar>"
    "</standangabe><standangabe><standtyp>Stand</standtyp>"
    "<standkommentar>Zuletzt geändert durch Art. 1 G v. 3.4.2025;</standkommentar></standangabe></metadaten></norm>"
)
UNIT = (
    "<norm><metadaten><gliederungseinheit><gliederungskennzahl>{0}</gliederungskennzahl>"
    "<gliederungsbez>{1}</gliederungsbez><gliederungstitel>{2}</gliederungstitel></gliederungseinheit>"
    "</metadaten></norm>"
)
SECTION = (
    "<norm><metadaten><enbez>{0}</enbez><titel>{1}</titel></metadaten>"
    "<textdaten><text><Content>{2}</Content></text><fussnoten><Content><P>Fußnote</P></Content></fussnoten>"
    "</textdaten></norm>"
)
LIST = (
    "<P>(1) Anträge sind<DL><DT>1.</DT><DD><LA>schriftlich,</LA></DD><DT>2.</DT><DD><LA>elektronisch"
    "<DL><DT>a)</DT><DD><LA>mit Konto,</LA></DD><DT>b)</DT><DD><LA>ohne Konto</LA></DD></DL></LA></DD></DL>"
    "zu stellen.</P><P>(2) Es gelten 25 m<SUP>2</SUP>.</P>"
)


def law(*norms: str) -> bytes:
    """A law as bytes of its xml.zip."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("BJNR1.xml", f"<?xml version='1.0'?><dokumente>{HEAD}{''.join(norms)}</dokumente>")
    return archive.getvalue()


def _only(document: Document, section: str) -> list[Block]:
    return [block for block in document.blocks if block.locator and block.locator.section == section]


def test_every_subsection_is_a_block_with_its_place_and_nested_lists() -> None:
    document = read(law(UNIT.format("010", "Teil 1", "Anträge"), SECTION.format("§ 3a", "Form", LIST)), "muvg")
    first, second = _only(document, "§ 3a")
    assert first.locator
    assert (first.locator.subsection, first.locator.headings) == ("1", ("Teil 1 Anträge", "Form"))
    assert first.text == (
        "(1) Anträge sind\n1. schriftlich,\n2. elektronisch\n   a) mit Konto,\n   b) ohne Konto\nzu stellen."
    )
    assert second.text == "(2) Es gelten 25 m²."


def test_the_law_says_its_names_and_its_stand() -> None:
    meta = read(law(SECTION.format("§ 1", "Zweck", "<P>Text.</P>")), "muvg").meta
    assert meta["short"] == "MuVG"
    assert meta["title"] == "Musterverfahrensgesetz"
    assert meta["as_of"] == "zuletzt geändert durch Art. 1 G v. 3.4.2025"
    assert "MuVG 2020" in meta["aliases"].split(";")


def test_repealed_sections_stay_as_such() -> None:
    document = read(law(SECTION.format("(XXXX) §§ 4 bis 6", "(weggefallen)", "<P>-</P>")), "muvg")
    (gone,) = _only(document, "§§ 4 bis 6")
    assert gone.text == "(weggefallen)"


def test_a_section_inside_an_article_carries_both() -> None:
    document = read(law(UNIT.format("010", "Art 229", ""), SECTION.format("§ 5", "Übergang", "<P>Text.</P>")), "muvg")
    assert _only(document, "Art. 229 § 5")


def test_table_rows_are_lines_and_footnotes_are_left_out() -> None:
    table = "<table><tgroup><tbody><row><entry>Nr.</entry><entry>Gebühr</entry></row></tbody></tgroup></table>"
    (annex,) = _only(read(law(SECTION.format("Anlage 1", "Gebühren", table)), "muvg"), "Anlage 1")
    assert annex.text == "Nr. | Gebühr"


def test_a_table_keeps_its_title_and_a_table_within_a_cell_is_read_once() -> None:
    inner = "<table><tgroup><tbody><row><entry>A</entry><entry>B</entry></row></tbody></tgroup></table>"
    table = (
        "<table><Title>Tabelle 1</Title><tgroup><tbody><row><entry>Nr.</entry>"
        f"<entry>{inner}</entry></row></tbody></tgroup></table>"
    )
    (annex,) = _only(read(law(SECTION.format("Anlage 1", "Gebühren", table)), "muvg"), "Anlage 1")
    assert annex.text == "Tabelle 1\nNr. | A | B"


def test_xml_entities_are_not_expanded() -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'boom'><!ENTITY b '&a;&a;&a;'>]>"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        body = SECTION.format("§ 1", "Titel", "<P>vorher &b; nachher</P>")
        file.writestr("x.xml", f"{bomb}<dokumente>{HEAD}{body}</dokumente>")
    assert "boom" not in str(read(archive.getvalue(), "muvg").blocks)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "beschädigt"),
        (b"<html>Wartungsarbeiten</html>", "beschädigt"),
        (law(SECTION.format("§ 1", "T", "<P>x</P>"))[:-40], "beschädigt"),
    ],
)
def test_what_is_no_law_is_refused_with_file_and_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=f"muvg.*{reason}"):
        read(data, "muvg")


@pytest.mark.skipif(not SHARED.exists(), reason="needs the law mirror ../shared/gii")
def test_the_real_ozg() -> None:
    document = read((SHARED / "ozg" / "xml.zip").read_bytes(), "ozg")
    assert "Verwaltungsportale" in _only(document, "§ 1a")[0].text
    assert [block.locator.subsection for block in _only(document, "§ 1a") if block.locator] == ["1", "2", "3", "4"]


_LEFT_OUT = {"fussnoten", "Footnotes", "FnR", "FnArea", "TOC", "kommentar", "IMG", "FILE", "colspec"}
_CONTENTS = {"Inhaltsübersicht", "Inhaltsverzeichnis", "Inhalt"}


def _letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum())


def _text(element: Any) -> str:  # noqa: ANN401 - lxml has no types
    inner = [_text(child) if isinstance(child.tag, str) and child.tag not in _LEFT_OUT else "" for child in element]
    tails = [child.tail or "" for child in element]
    return (element.text or "") + "".join(text + tail for text, tail in zip(inner, tails, strict=True))


def _wording(xml: bytes) -> tuple[str, set[str], Counter[str]]:
    """Letters of all norms of a law, the titles of those without any, and how often each section is there."""
    wording, empty, sections = "", {"weggefallen"}, Counter[str]()
    for norm in etree.fromstring(xml).findall("norm"):
        name = " ".join("".join(norm.xpath("metadaten/enbez//text()")).split())
        if name in _CONTENTS:
            continue
        texts = [part for text in norm.iterfind("textdaten/text") for part in text.iterchildren("*")]
        letters = _letters("".join(_text(part) for part in texts if part.tag not in _LEFT_OUT))
        wording += letters
        if not letters and (title := norm.find("metadaten/titel")) is not None:
            empty.add(_letters(_text(title)))
        sections[re.sub(r"^\(XXXX\)\s*", "", name)] += 1
    return wording, empty, sections


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="needs the law mirror ../shared/gii")
def test_of_all_laws_no_letter_is_lost_and_every_section_is_there() -> None:
    disordered: list[str] = []
    for file in sorted(SHARED.glob("*/xml.zip")):
        with zipfile.ZipFile(file) as archive:
            [name] = [name for name in archive.namelist() if name.endswith(".xml")]
            wording, empty, sections = _wording(archive.read(name))
        law = Law(file.parent.name)
        document = clean(read(file.read_bytes(), law.slug))
        made = passages(law_source(law, document, ""), locate(document))
        said = "".join(_letters(p.text) for p in made if _letters(p.text) not in empty)
        assert not wording or said.replace("weggefallen", "") == wording.replace("weggefallen", ""), law.slug
        named = {p.locator.section for p in made if p.locator.section and "§" in p.locator.section}
        assert len([name for name in sections if name.startswith("§")]) <= len(named), law.slug
        disordered += [f"{section} {law.slug}" for section in named if not _in_order(made, section)]
    assert len(disordered) < 10, disordered  # the official texts number a few wrongly


def _in_order(made: list[Passage], section: str) -> bool:
    """Do the numbers of the Absätze of a section ascend? One that comes twice (§ 1 of two parts) begins anew."""
    found = [p.locator.subsection for p in made if p.locator.section == section and p.locator.subsection]
    numbers = [re.match(r"(\d+)([a-z]*)", text) for text in found]
    keys = [(int(number[1]), number[2]) for number in numbers if number]
    return all(before <= after or after[0] == 1 for before, after in pairwise(keys))
