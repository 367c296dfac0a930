"""Law XML as the official site serves it, with a small fictional law of our own."""

import io
import zipfile
from pathlib import Path

import pytest

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.readers.gii import read

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
