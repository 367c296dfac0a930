"""The Vermerk, read back from both of its forms."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader
from pypdf.generic import Destination

from assistant.handing import vermerk, vermerk_pdf
from assistant.handing.vermerk_pdf import FONT_FOLDERS
from assistant.render import copy_text
from assistant.types import Answer, Status
from tests.sample_answers import ACCESS, DOGS, QUOTED, WRITTEN

DAY = date(2026, 11, 20)


def from_docx(answer: Answer) -> str:
    document = Document(io.BytesIO(vermerk.docx(answer, DAY, "Musterstadt")))
    return "\n".join(line.text for line in document.paragraphs)


def from_pdf(answer: Answer) -> str:
    reader = PdfReader(io.BytesIO(vermerk.pdf(answer, DAY, "Musterstadt")))
    return "\n".join(page.extract_text() for page in reader.pages)


FORMS = pytest.mark.parametrize("read", [from_docx, from_pdf])


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@FORMS
def test_it_says_everything_that_a_file_needs(read: Callable[[Answer], str]) -> None:
    text = squeezed(read(replace(WRITTEN, notice="Gesucht wurde mit den ersten 2000 Zeichen.")))
    for part in (
        "Vermerk vom 20. November 2026",
        "Sprachmodell: beispiel:8b",
        "Bestand Nr. 7, Antwort a2",
        "Gesucht wurde mit den ersten 2000 Zeichen.",
        WRITTEN.question,
        "Der Zugang ist barrierefrei. [1]",
        "[1] § 3 Abs. 1 Satz 2 OZG",
        squeezed(ACCESS.text),
        "zuletzt geändert durch Art. 1 G v. 19.7.2024",
        "https://www.gesetze-im-internet.de/ozg/__3.html",
        "[2] § 2 HStS, S. 3",
        "Stand: 1. September 2026",
        "Vom Assistenten nicht bestätigt",
        "KI-unterstützt erstellt, geprüft von ____",
    ):
        assert part in text


@FORMS
def test_untrusted_signs_stand_there_as_they_are(read: Callable[[Answer], str]) -> None:
    text = squeezed(read(WRITTEN))
    assert "<b>jährlich</b> & für Herrn Łukasz" in text
    assert "Hundesteuersatzung <Entwurf> & Anlagen" in text
    assert "Ein Hund kostet <i>120,00 Euro</i>. [2]" in text
    assert "\x07" not in text


@FORMS
def test_quotes_name_no_model_and_no_ai(read: Callable[[Answer], str]) -> None:
    text = squeezed(read(QUOTED))
    assert "Maschinell zusammengestellt, geprüft von ____" in text
    assert "wörtlichen Zitaten" in text
    assert "KI-unterstützt" not in text


@FORMS
def test_a_refusal_is_a_vermerk_too(read: Callable[[Answer], str]) -> None:
    refused = replace(QUOTED, status=Status.REFUSED_NO_PASSAGE, text="Dazu steht nichts.", citations=())
    assert "Keine Fundstellen." in read(replace(refused, generation=None))


NASTY = ["</para><a href='x'>", "&#0; &nbsp;", "\x00\x0b\x1b\ud800", "𝔘😀漢字ﷺ", "A" * 3000, ""]


@FORMS
@pytest.mark.parametrize("nasty", NASTY)
def test_no_text_breaks_it(read: Callable[[Answer], str], nasty: str) -> None:
    passage = replace(DOGS, text=nasty, source=replace(DOGS.source, title=nasty, url="javascript:alert(1)"))
    citations = tuple(replace(item, passage=passage, quote=nasty) for item in WRITTEN.citations)
    text = read(replace(WRITTEN, question=nasty, text=nasty, model=nasty, notice=nasty, citations=citations))
    assert "geprüft von" in text
    assert "javascript" not in text


def test_the_pdf_has_an_outline_page_numbers_german_and_only_embedded_fonts() -> None:
    many = tuple(
        replace(WRITTEN.citations[0], number=n, passage=replace(ACCESS, id=f"ozg/3/{n}", text=ACCESS.text * 9))
        for n in range(1, 9)
    )
    reader = PdfReader(io.BytesIO(vermerk.pdf(replace(WRITTEN, citations=many), DAY, "Musterstadt")))
    assert len(reader.pages) > 1
    for number, page in enumerate(reader.pages, 1):
        assert f"Seite {number} von {len(reader.pages)}" in page.extract_text()
        fonts: Any = page["/Resources"]
        assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts["/Font"].values())
    root: Any = reader.root_object
    assert root["/Lang"] == "de-DE"
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Vermerk vom 20. November 2026", "Musterstadt")
    assert [item.title for item in reader.outline if isinstance(item, Destination)] == [reader.metadata.title]


@pytest.mark.parametrize(("folders", "last"), [((), "Łukasz \ufffd 60 Euro ş"), (FONT_FOLDERS, "Łukasz → 60 Euro ş")])
def test_a_sign_that_the_font_lacks_is_replaced_and_the_page_says_so(folders: tuple[str, ...], last: str) -> None:
    if folders and not any(Path(folder, "DejaVuSans.ttf").exists() for folder in folders):
        pytest.skip("DejaVu is not installed here")
    file = vermerk_pdf.write(vermerk.content(WRITTEN, DAY), "", folders)
    text = squeezed("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages))
    assert last in text.replace("?", "\ufffd")
    assert ("Die Word-Fassung zeigt sie." in text) == (not folders)


def test_the_docx_has_real_headings_german_links_and_page_numbers() -> None:
    file = vermerk.docx(WRITTEN, DAY, "Musterstadt")
    document = Document(io.BytesIO(file))
    styles = {line.text: line.style.name for line in document.paragraphs if line.style}
    assert styles["Vermerk vom 20. November 2026"] == "Title"
    assert styles["Fundstellen im Wortlaut"] == "Heading 1"
    assert styles["[1] § 3 Abs. 1 Satz 2 OZG"] == "Heading 2"
    assert document.core_properties.title == "Vermerk vom 20. November 2026"
    assert document.core_properties.language == "de-DE"
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert 'w:lang w:val="de-DE"' in parts.read("word/styles.xml").decode()
        footer = parts.read("word/footer1.xml").decode()
        links = parts.read("word/_rels/document.xml.rels").decode()
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    assert "https://www.gesetze-im-internet.de/ozg/__3.html" in links


def test_a_passage_cited_twice_is_printed_once() -> None:
    first = WRITTEN.citations[0]
    text = from_docx(replace(WRITTEN, citations=(first, replace(first, number=2))))
    assert text.count("(1) Der Portalverbund") == 1
    assert "Wortlaut siehe [1]." in text


def test_the_copy_reads_well_in_a_mail() -> None:
    assert copy_text(QUOTED).splitlines() == [
        QUOTED.question,
        "",
        "Dazu steht in den Quellen:",
        "§ 3 Abs. 1 Satz 2 OZG [1]",
        "„Die Frist beträgt 14 Tage.“",
        "",
        "Fundstellen:",
        "[1] § 3 Abs. 1 Satz 2 OZG – Onlinezugangsgesetz, zuletzt geändert durch Art. 1 G v. 19.7.2024",
        "https://www.gesetze-im-internet.de/ozg/__3.html",
        "",
        "Zitate aus den Quellen, ohne Sprachmodell",
    ]
    links = "Siehe ![x](https://evil.example/p.png) **hier** [1].\n- [Klick](javascript:x) an [2]"
    linked = replace(WRITTEN, text=links)
    assert "Siehe x hier [1].\n– Klick an [2]" in copy_text(linked)
    assert "(nicht belegt)" in copy_text(linked)
