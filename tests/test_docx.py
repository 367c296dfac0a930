"""Word files: tracked changes and notes."""

from __future__ import annotations

import io

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from ingest.clean import clean
from ingest.readers.docx import read

_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_NOTES = (
    f'<w:footnotes {_SPACE}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    '<w:footnote w:id="2"><w:p><w:r><w:t>GV. NRW. S. 12</w:t></w:r></w:p></w:footnote></w:footnotes>'
)


def run(wording: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{wording}</w:{tag}></w:r>'


def body(*contents: str) -> list[str]:
    """The texts of a Word file with these contents of its "w:p" elements, one footnote, a header and a footer."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Kopfzeile"
    document.sections[0].footer.paragraphs[0].text = "Fußzeile"
    for content in contents:
        document.element.body.insert(-1, parse_xml(f"<w:p {_SPACE}>{content}</w:p>"))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, _NOTES.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    buffer = io.BytesIO()
    document.save(buffer)
    return [block.text for block in clean(read(buffer.getvalue(), "da.docx")).blocks]


def test_tracked_changes_are_read_as_accepted() -> None:
    found = body(
        f'{run("Die Frist beträgt ")}<w:del w:id="1">{run("zwei", "delText")}</w:del>'
        f'<w:ins w:id="2">{run("vier")}</w:ins>{run(" Wochen.")}',
        f'<w:moveFrom w:id="3">{run("Wandert. ")}</w:moveFrom>{run("Bleibt.")}',
        f'<w:pPr><w:rPr><w:del w:id="4"/></w:rPr></w:pPr>{run("Geht ")}',
        run("weiter."),
        f'<w:moveTo w:id="5">{run("Wandert.")}</w:moveTo>',
    )
    assert found == ["Die Frist beträgt vier Wochen.", "Bleibt.", "Geht weiter.", "Wandert."]


def test_a_footnote_stands_behind_its_text() -> None:
    found = body(f'{run("(1) Es gilt das Gesetz.")}<w:r><w:footnoteReference w:id="2"/></w:r>', run("(2) Ende."))
    assert found == ["(1) Es gilt das Gesetz.", "Fußnote 1: GV. NRW. S. 12", "(2) Ende."]
