"""Footnotes and endnotes of a Word file: which text refers to which, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docx.document import Document as DocxDocument
from docx.oxml import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from ingest.readers.docx_lists import W

_KINDS = ("footnote", "endnote")


class Notes:
    """The notes of one document. `wording` gives the visible text of an element."""

    def __init__(self, document: DocxDocument, wording: Callable[[Element], str]) -> None:
        self._wording = wording
        self._texts: dict[tuple[str, str], str] = {}
        self._count = 0
        for relation in document.part.rels.values():
            kind = next((kind for kind in _KINDS if relation.reltype.endswith(f"/{kind}s")), "")
            if kind and not relation.is_external:
                self._read(kind, parse_xml(relation.target_part.blob))

    def _read(self, kind: str, root: Element) -> None:
        for note in root.findall(f"{W}{kind}"):
            if note.get(f"{W}type", "normal") == "normal":
                self._texts[kind, note.get(f"{W}id", "")] = " ".join(self._wording(note).split())

    def of(self, element: Element) -> Iterator[str]:
        """The notes an element refers to, each as "Fußnote 3: …"; numbers run on through the document."""
        for reference in element.iter(*(f"{W}{kind}Reference" for kind in _KINDS)):
            if any(up.tag in (f"{W}del", f"{W}moveFrom") for up in reference.iterancestors()):
                continue
            kind = "footnote" if reference.tag.endswith("footnoteReference") else "endnote"
            self._count += 1
            if text := self._texts.get((kind, reference.get(f"{W}id", ""))):
                yield f"Fußnote {self._count}: {text}"
