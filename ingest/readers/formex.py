"""EU law in Formex 4 (the XML of the Official Journal): recitals, articles with their Absätze, annexes.

`ACT` holds TITLE, PREAMBLE, ENACTING.TERMS and FINAL; an `ARTICLE` holds `PARAG`s with `NO.PARAG` and `ALINEA`s, or
bare `ALINEA`s; a `LIST` holds `ITEM`s of `NP` with `NO.P` and `TXT`. Consolidated texts (`CONS.ACT`) and annexes
(`ANNEX`, `CONS.ANNEX`) are made of the same. Source: Formex schema 05.55 of the Publications Office.

Read: all wording, points as lines, table rows as lines with " | " between the cells. Left out: footnotes, images.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from assistant.errors import ReadError
from assistant.types import Locator
from ingest.document import Block, Document
from ingest.readers.package import parse

ROOTS = frozenset({"ACT", "CONS.ACT", "ANNEX", "GENERAL", "AGR"})

_SKIP = frozenset(
    {"NOTE", "GR.NOTES", "INCL.ELEMENT", "BIB.INSTANCE", "BIB.INSTANCE.CONS", "INFO.CONSLEG", "TOC", "TITLE"}
)
_LINES = frozenset({"P", "ALINEA", "ITEM", "NP", "LIST", "ROW", "TBL", "VISA", "TI", "STI", "SIGNATORY", "PL.DATE"})
_FRAME = {
    "PREAMBLE.INIT": "Präambel",
    "VISA": "Präambel",
    "GR.CONSID.INIT": "Präambel",
    "PREAMBLE.FINAL": "Präambel",
    "FINAL": "Schlussformel",
}
_NUMBERS = frozenset({"NO.P", "NO.PARAG"})
_QUOTES = {"QUOT.START": "„", "QUOT.END": "“"}
_SOFT = re.compile(r"(?<=[\w.,;:)“])\n+(?=[\w„(])")
_ALIAS = re.compile(r"(?P<kind>\w+) (?P<number>\((?:EU|EG|EWG|Euratom)[^)]*\)(?: Nr\.)? \d+/\d+|\d+/\d+/(?:EU|EG|EWG))")
_NAMED = re.compile(r"\(([^()]+)\)")
_KINDS = {"Verordnung": "VO", "Richtlinie": "RL"}


def read(data: bytes, name: str) -> Document:
    """An act from the bytes of its Formex file: one block per Absatz, recital and part of an annex, with Locators.

    `meta` has title, long_title, short ("VO (EU) 2016/679"), aliases (";" between them), kind ("eu") and as_of (ISO
    date of the act). Raises ReadError: empty, other XML, damaged, no text.
    """
    if not data.strip():
        raise ReadError(f"{name}: Die Datei ist leer. Bitte die Datei prüfen oder aus dem Ordner nehmen.")
    if not data.lstrip(b"\xef\xbb\xbf \r\n\t\xff\xfe\0").startswith(b"<"):
        raise ReadError(f"{name}: Das ist keine XML-Datei, auch wenn der Name so endet.")
    root = parse(data, name)
    if root.tag not in ROOTS:
        raise ReadError(f"{name}: Diese Art von XML („{root.tag}“) wird nicht gelesen, nur EU-Recht im Format Formex.")
    writer = _Writer()
    writer.walk(root, ())
    if not writer.blocks:
        raise ReadError(f"{name}: Der Rechtsakt enthält keinen Text.")
    return Document(tuple(writer.blocks), _meta(root))


def _meta(root: etree._Element) -> dict[str, str]:
    lines = _lines(root.find(".//TITLE/TI"))
    long = " ".join(line for line in lines if not line.startswith("(Text von Bedeutung"))
    match = _ALIAS.match(long)
    named = [text for text in _NAMED.findall(long) if not match or text not in match[0]]
    names = [text for text in named if not re.match(r"Neufassung|[Kk]odifi|EU|EG|EWG|\d|ABl", text)]
    date = root.find(".//BIB.INSTANCE/DATE")
    iso = (date.get("ISO", "") if date is not None else "").replace("-", "")
    number = match["number"] if match else ""
    meta = {
        "title": names[-1] if names else long,
        "long_title": long,
        "short": f"{_KINDS.get(match['kind'], match['kind'])} {number}" if match else "",
        "aliases": f"{match[0]};{number}" if match else "",
        "kind": "eu",
        "as_of": f"{iso[:4]}-{iso[4:6]}-{iso[6:]}" if re.fullmatch(r"\d{8}", iso) else "",
    }
    return {key: value for key, value in meta.items() if value}


@dataclass
class _Writer:
    """Collects the blocks of an act; `headings` are those of the place, outermost first."""

    blocks: list[Block] = field(default_factory=list)

    def walk(self, parent: etree._Element, headings: tuple[str, ...]) -> None:
        for element in parent:
            match element.tag:
                case "CONSID":
                    self._recital(element)
                case "ARTICLE":
                    self._article(element, headings)
                case "DIVISION":
                    self.walk(element, (*headings, *_title(element)))
                case "ANNEX" | "CONS.ANNEX":
                    self._annex(element)
                case "CONTENTS":
                    self._part(element, None, headings)
                case tag if tag in _FRAME:
                    self._add(_lines(element), Locator(headings=(_FRAME[tag],)))
                case tag if tag not in _SKIP:
                    self.walk(element, headings)
        if parent.tag == "ANNEX" and not self.blocks:
            self._annex(parent)

    def _add(self, lines: Sequence[str], locator: Locator) -> None:
        if not lines:
            return
        text = "\n".join(lines)
        if self.blocks and self.blocks[-1].locator == locator:
            text = f"{self.blocks.pop().text}\n{text}"
        self.blocks.append(Block(text=text, locator=locator))

    def _recital(self, element: etree._Element) -> None:
        number = re.search(r"\d+[a-z]?", _inline(element.find(".//NO.P")))
        section = f"Erwägungsgrund {number[0]}" if number else None
        self._add(_lines(element), Locator(section=section, headings=("Erwägungsgründe",)))

    def _article(self, element: etree._Element, headings: tuple[str, ...]) -> None:
        number = re.sub(r"^Artikel\s+", "", _inline(element.find("TI.ART")))
        title = _inline(element.find("STI.ART"))
        base = Locator(section=f"Art. {number}" if number else None, headings=headings + ((title,) if title else ()))
        before = len(self.blocks)
        for child in element:
            if child.tag == "PARAG":
                found = re.search(r"\d+[a-z]*", _inline(child.find("NO.PARAG")))
                locator = Locator(base.section, found[0] if found else None, headings=base.headings)
                self._add(_lines(child), locator)
            elif child.tag not in ("TI.ART", "STI.ART"):
                last = self.blocks[-1].locator if len(self.blocks) > before else base
                self._add(_lines(child), last or base)
        if len(self.blocks) == before and title:
            self._add([title], base)

    def _annex(self, element: etree._Element) -> None:
        label, *titles = _title(element, joined=False) or ("Anhang",)
        found = re.match(r"(?i:anhang|anlage)(?:\s+\w+)?", label)
        section = found[0].capitalize() if found and " " not in found[0] else found and f"Anhang {found[0].split()[1]}"
        headings = tuple(titles) if found else (label, *titles)
        for child in element:
            if child.tag not in _SKIP:
                self._part(child, section or None, headings)

    def _part(self, element: etree._Element, section: str | None, headings: tuple[str, ...]) -> None:
        """A part of an annex: groups with a title of their own (GR.SEQ) are headings, the rest is text."""
        if element.find(".//GR.SEQ") is None and element.tag != "GR.SEQ":
            self._add(_lines(element), Locator(section=section, headings=headings))
            return
        inner = (*headings, *_title(element)) if element.tag == "GR.SEQ" else headings
        for child in element:
            if child.tag not in _SKIP:
                self._part(child, section, inner)


def _title(element: etree._Element, *, joined: bool = True) -> tuple[str, ...]:
    """The title of a division: "Kapitel I Allgemeine Bestimmungen", or its lines one by one."""
    title = element.find("TITLE")
    lines = [line.title() if line.isupper() and len(line) < 8 and " " not in line else line for line in _lines(title)]
    lines = [re.sub(r"^[A-ZÄÖÜ]{4,}(?= )", lambda word: word[0].capitalize(), line) for line in lines]
    return ((" ".join(lines),) if joined else tuple(lines)) if lines else ()


def _inline(element: etree._Element | None) -> str:
    return " ".join(_lines(element))


def _lines(element: etree._Element | None) -> list[str]:
    """The text of an element: what stands in a P, ALINEA, point or table row starts a line."""
    if element is None:
        return []
    writer = _Lines()
    writer.children(element, 0)
    texts = [(depth, " ".join(_SOFT.sub(" ", text).replace("\n", "").split())) for depth, text in writer.lines]
    return ["   " * depth + text for depth, text in texts if text]


@dataclass
class _Lines:
    """Writes text as lines, each with its depth; "\n" in them is where the file was only wrapped."""

    lines: list[tuple[int, str]] = field(default_factory=lambda: [(0, "")])
    _number: bool = False  # a number was written: what follows stands on its line
    _cell: bool = False

    def walk(self, element: etree._Element, depth: int) -> None:
        if element.tag in _SKIP:
            return
        starts = element.tag in _LINES and not self._cell
        if starts and not self._number:
            self.lines.append((max(depth - 1, 0), ""))
        self._add(_quote(element))
        self.children(element, depth)
        if element.tag in _NUMBERS:
            self._add(" ")
            self._number = True
        elif starts:
            self.lines.append((max(depth - 1, 0), ""))

    def children(self, element: etree._Element, depth: int) -> None:
        self._add(_wrapped(element.text))
        for child in element:
            if child.tag == "CELL":
                self._add(" | " if child.getprevious() is not None else "")
                self._cell = True
            self.walk(child, depth + (element.tag == "LIST"))
            self._cell = self._cell and child.tag != "CELL"
            self._add(_wrapped(child.tail))

    def _add(self, text: str) -> None:
        depth, line = self.lines[-1]
        self.lines[-1] = (depth, line + text)
        self._number = self._number and not text.strip()


def _quote(element: etree._Element) -> str:
    if element.tag not in _QUOTES:
        return ""
    code = element.get("CODE", "")
    return chr(int(code, 16)) if re.fullmatch(r"20[0-9A-F]{2}|00[AB]B", code) else _QUOTES[element.tag]


def _wrapped(text: str | None) -> str:
    """Line breaks next to a tag are those of the file's layout, within a text they are spaces."""
    if not text:
        return ""
    if not text.strip():
        return "\n" if "\n" in text else " "
    text = re.sub(r"\n\s*$", "\n", re.sub(r"^\n+", "\n", text))
    middle = re.sub(r"\s*\n\s*(?=\S)", " ", text[1:-1])
    return text[0] + middle + text[-1] if len(text) > 1 else text
