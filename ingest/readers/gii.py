"""Federal law as gesetze-im-internet.de serves it: a zip with one XML file per law.

A file is a flat list of `norm` elements. The first describes the law (`jurabk`, `langue`, `standangabe`).
Each other one is a § or Artikel (`enbez`, `titel`, `text`), or opens a level of the Gliederung
(`gliederungseinheit`; its `gliederungskennzahl` has three digits per level), or both. Within `text`, an
Absatz is a `P` that starts with "(1)"; lists are `DL` with `DT` (number) and `DD` (text), nested at will.

Read: all wording, lists as lines, tables with title and rows as lines, " | " between cells, superscript digits.
Left out: footnotes, tables of contents, editorial comments (Fundstelle) and images.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from assistant.errors import ReadError
from assistant.types import Locator
from ingest.document import Block, Document

MAX_XML_BYTES = 200_000_000

_SKIP = {"fussnoten", "Footnotes", "FnR", "FnArea", "TOC", "kommentar", "IMG", "FILE", "colspec"}
_BLOCK = {"P", "Title", "Subtitle", "Ident", "Citation", "Revision"}
_SUPERSCRIPT = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
_SUBSECTION = re.compile(r"\((\d+[a-z]{0,2})\)(?:\s*(?:bis|und|,)\s*\((\d+[a-z]{0,2})\))?(?:\s|(?=[¹²³]))")
_PLACEHOLDER = re.compile(r"\(XXXX\)\s*")
_REPEALED = re.compile(r"(weggefallen|aufgehoben|gegenstandslos)", re.IGNORECASE)


def read(data: bytes, name: str) -> Document:
    """A law from the bytes of its xml.zip: one block per Absatz, each with its Locator.

    `meta` has title, long_title, short (official or juris abbreviation), aliases (";" between them), as_of (the
    Standangabe) and pending (changes not yet worked in). Raises ReadError.
    """
    root = _parse(_unzip(data, name), name)
    norms = root.findall("norm")
    if root.tag != "dokumente" or not norms:
        raise ReadError(f"{name}: Die Datei ist kein Gesetzestext von gesetze-im-internet.de (kein Element „norm“).")
    outline = _Outline()
    blocks = [block for norm in norms for block in _norm(norm, outline)]
    meta = _meta(norms[0])
    if not blocks and not meta.get("long_title"):
        raise ReadError(f"{name}: Das Gesetz enthält keinen Text.")
    return Document(tuple(blocks) or (Block(text=meta["long_title"], locator=Locator()),), meta)


def _unzip(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.endswith(".xml")]
            if len(entries) != 1:
                raise ReadError(f"{name}: Im Archiv liegt nicht genau eine XML-Datei, sondern {len(entries)}.")
            if entries[0].file_size > MAX_XML_BYTES:
                raise ReadError(f"{name}: Die XML-Datei ist entpackt größer als {MAX_XML_BYTES // 10**6} MB.")
            return archive.read(entries[0])
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ReadError(f"{name}: Das Archiv ist beschädigt oder unvollständig ({error}).") from error


def _parse(xml: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"{name}: Das XML ist fehlerhaft ({error.msg}).") from error


def _meta(head: etree._Element) -> dict[str, str]:
    data = head.find("metadaten")
    tags = ("jurabk", "amtabk", "kurzue", "langue")
    names = {tag: _inline(data.find(tag)) for tag in tags} if data is not None else {}
    remarks: dict[str, list[str]] = {}
    for remark in head.iterfind("metadaten/standangabe"):
        text = _inline(remark.find("standkommentar")).strip(" ;")
        remarks.setdefault(remark.findtext("standtyp", ""), []).append(text)
    as_of = remarks.get("Stand") or remarks.get("Neuf") or []
    short = names.get("amtabk") or names.get("jurabk", "")
    aliases = [value for tag, value in names.items() if value and value != short and tag != "langue"]
    meta = {
        "title": names.get("kurzue") or names.get("langue", ""),
        "long_title": names.get("langue", ""),
        "short": short,
        "aliases": ";".join(dict.fromkeys(aliases)),
        "as_of": "; ".join(text[:1].lower() + text[1:] for text in as_of),
        "pending": "; ".join(remarks.get("Hinweis", [])),
    }
    return {key: value for key, value in meta.items() if value}


@dataclass
class _Outline:
    """The levels of the Gliederung that are open: code of the level -> (designation, title)."""

    levels: dict[str, tuple[str, str]] = field(default_factory=dict)

    def open(self, unit: etree._Element) -> None:
        code = unit.findtext("gliederungskennzahl", "").strip()
        entry = (_inline(unit.find("gliederungsbez")), _inline(unit.find("gliederungstitel")))
        self.levels = {key: value for key, value in self.levels.items() if code.startswith(key) and key != code}
        self.levels[code] = entry

    def headings(self) -> tuple[str, ...]:
        return tuple(text for pair in self.levels.values() if (text := " ".join(part for part in pair if part)))

    def article(self) -> str | None:
        """The Artikel a § stands in, as in EGBGB ("Art. 229 § 1")."""
        last = next(reversed(self.levels.values()), ("", ""))[0]
        return _section(last) if re.match(r"Art(ikel)?\.? ", last) else None


def _norm(norm: etree._Element, outline: _Outline) -> Iterator[Block]:
    data = norm.find("metadaten")
    for unit in data.iterfind("gliederungseinheit") if data is not None else ():
        outline.open(unit)
    designation = _PLACEHOLDER.sub("", _inline(data.find("enbez"))) if data is not None else ""
    title = _inline(data.find("titel")) if data is not None else ""
    if designation in {"Inhaltsübersicht", "Inhaltsverzeichnis", "Inhalt"}:
        return
    section = _section(designation) if designation else None
    if section and section.startswith("§") and (article := outline.article()):
        section = f"{article} {section}"
    headings = outline.headings() + ((title,) if title else ())
    base = Locator(section=section, headings=headings)
    yielded = False
    for subsection, text in _subsections(norm):
        if text.strip(" -–\n") or not section:
            yielded = True
            yield Block(text=text, locator=Locator(section=section, subsection=subsection, headings=headings))
    if section and not yielded:
        gone = _REPEALED.search(title) or not title or norm.find("textdaten/text/Content") is not None
        yield Block(text="(weggefallen)" if gone and not _REPEALED.search(title) else title, locator=base)


def _section(designation: str) -> str:
    return re.sub(r"^(§§?)\s*", r"\1 ", re.sub(r"^(Artikel|Art\.?)\s+", "Art. ", designation))


def _subsections(norm: etree._Element) -> Iterator[tuple[str | None, str]]:
    """(Absatz number or None, its text) in order; what follows without a number belongs to the Absatz before it."""
    number: str | None = None
    lines: list[str] = []
    for text in norm.iterfind("textdaten/text"):
        for line in _blocks(text):
            if match := _SUBSECTION.match(line + " "):
                if lines:
                    yield number, "\n".join(lines)
                number, lines = " bis ".join(part for part in match.groups() if part), []
            lines.append(line)
    if lines:
        yield number, "\n".join(lines)


def _blocks(element: etree._Element) -> Iterator[str]:
    """The text blocks of `Content` and the like, each with its list items on lines of their own."""
    writer = _Writer()
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SKIP:
            continue
        writer.walk(child, 0)
        if child.tag in _BLOCK or child.tag in ("table", "DL"):
            yield from writer.take()
        elif child.tag == "Content":
            writer.lines.clear()
            yield from _blocks(child)
    yield from writer.take()


@dataclass
class _Writer:
    """Writes an element's text as lines."""

    lines: list[str] = field(default_factory=lambda: [""])

    def take(self) -> list[str]:
        text = "\n".join(line for raw in self.lines if (line := _squeeze(raw)).strip())
        self.lines = [""]
        return [text] if text else []

    def add(self, text: str | None) -> None:
        if not self.lines:
            self.lines.append("")
        self.lines[-1] += (text or "").replace("\n", " ").replace("\t", " ")

    def walk(self, element: etree._Element, depth: int) -> None:
        match element.tag:
            case "BR":
                self.lines.append("")
            case "DL":
                self.items(element, depth)
                self.lines.append("")
            case "table":
                self.table(element)
                self.lines.append("")
            case "SUP":
                self.add((element.text or "").translate(_SUPERSCRIPT))
            case _:
                self.add(element.text)
                self.children(element, depth)

    def children(self, element: etree._Element, depth: int) -> None:
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _SKIP:
                if child.tag in ("P", "LA") and self.lines[-1:] != [""] and not _is_marker(self.lines[-1]):
                    self.lines.append("   " * max(depth - 1, 0))
                self.walk(child, depth)
            self.add(child.tail)

    def items(self, element: etree._Element, depth: int) -> None:
        for child in element:
            if child.tag == "DT":
                self.lines.append("   " * depth + _inline(child) + " ")
            elif child.tag == "DD":
                self.add(child.text)
                self.children(child, depth + 1)

    def table(self, element: etree._Element) -> None:
        for part in element.iterchildren("*"):
            if part.tag == "tgroup":
                for row in part.iterfind("*/row"):  # not those of a table within a cell: they are the cell's text
                    cells = [_inline(cell) for cell in row.iterfind("entry")]
                    if any(cells):
                        self.lines.append(" | ".join(cells))
            elif part.tag not in _SKIP:
                self.lines.append(_inline(part))


def _is_marker(line: str) -> bool:  # only the number of a list item ("1. ", "   aa) ")
    return len(line.strip()) <= 8 and line.endswith(" ")


def _squeeze(line: str) -> str:
    indent = len(line) - len(line.lstrip(" ")) if line.startswith("   ") else 0
    return " " * indent + re.sub(r"\s+", " ", line).strip()


def _inline(element: etree._Element | None) -> str:
    """All text of an element on one line, without what is left out."""
    if element is None:
        return ""
    writer = _Writer()
    writer.walk(element, 0)
    return re.sub(r"\s+", " ", " ".join(writer.lines)).strip()
