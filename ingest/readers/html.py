"""HTML pages: the main content as blocks; menus, headers, footers, forms and scripts are left out.

lxml instead of an extractor that guesses (trafilatura): of a regulation every word counts, and what is left
out here follows from the page's own elements, not from a score.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.readers.text import decode

MAX_DEPTH = 200

_SKIP = frozenset(
    "script style noscript template nav aside form button select input svg canvas video audio iframe object head "
    "dialog".split()
)
_FRAME = frozenset("header footer".split())
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:nav(?:igation|bar)?|menue?|menu|breadcrumbs?|footer|cookie[\w-]*|sidebar|skip-?links?|"
    r"social|share|teaser|pagination|toolbar|suche|search)(?:$|[\s_-])",
    re.IGNORECASE,
)
# Text that a style hides from readers is not part of what they can check.
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|(?:font-size|opacity)\s*:\s*0(?:\.0+)?(?:px|pt|em|%)?\s*(?:;|!|$)|(?:left|top|text-indent)\s*:\s*-\d{3,}|(?<!-)color\s*:\s*(?:transparent|rgba\([^)]*,\s*0\))",
    re.IGNORECASE,
)
_ROLES = frozenset("navigation banner contentinfo search complementary menu menubar".split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    "p div section article main ul ol li dl dt dd blockquote pre address figure figcaption details summary body header "
    "footer fieldset hr center".split()
)
_META = {
    "author": "author",
    "dcterms.title": "title",
    "dc.title": "title",
    "dcterms.modified": "as_of",
    "dcterms.license": "licence",
    "short": "short",
    "kind": "kind",
    "as_of": "as_of",
    "valid_from": "valid_from",
    "valid_until": "valid_until",
    "audience": "audience",
    "licence": "licence",
}


def read(data: bytes, name: str) -> Document:
    """An HTML page as blocks; title and meta elements as `meta`. Raises ReadError (empty, no text, no HTML)."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", _decode(data, name))
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"{name}: Die Datei ist kein lesbares HTML ({error}).") from error
    meta = _meta(root)
    walker = _Walker()
    walker.walk(_main(root), 0)
    walker.flush()
    if not walker.blocks:
        raise ReadError(f"{name}: Die Seite enthält keinen Text außerhalb von Menüs und Formularen.")
    return Document(tuple(walker.blocks), meta)


def _decode(data: bytes, name: str) -> str:
    """By the charset the page declares, else as any text file."""
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:2048], re.IGNORECASE)
    if declared and not data.startswith(b"\xef\xbb\xbf"):
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data, name)


def _meta(root: html.HtmlElement) -> dict[str, str]:
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        key = _META.get(str(element.get("name", "")).lower())
        if key and (value := str(element.get("content", "")).strip()):
            meta.setdefault(key, value)
    title = root.find(".//title")
    if title is not None and (value := " ".join(str(title.text_content()).split())):
        meta.setdefault("title", value)
    return meta


def _main(root: html.HtmlElement) -> html.HtmlElement:
    """The element that holds the content: the only main or article, else body."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1 and len(" ".join(found[0].itertext())) > 200:
            return found[0]
    body = root.find(".//body")
    return body if body is not None else root


class _Walker:
    """Walks the tree in reading order and collects blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._lines: list[str] = [""]
        self._lists: list[int | None] = []  # the next number of each open ol; None for ul

    def flush(self) -> None:
        text = "\n".join(line for raw in self._lines if (line := _squeeze(raw)).strip())
        self._lines = [""]
        if text:
            self.blocks.append(Block(text=text))

    def walk(self, element: html.HtmlElement, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or depth > MAX_DEPTH or _left_out(element, depth):
            return
        if tag in _HEADINGS:
            self.flush()
            if title := " ".join(_text(element).split()):
                self.blocks.append(Block(text=title, level=_HEADINGS[tag]))
        elif tag == "table" and not _layout(element):
            self.flush()
            self.blocks.append(Block(rows=tuple(_rows(element))))
        elif tag in ("ul", "ol"):
            self._list(element, depth)
        elif tag == "br":
            self._lines.append("")
        else:
            self._flow(element, tag, depth)

    def _flow(self, element: html.HtmlElement, tag: str, depth: int) -> None:
        """Text and children; a block element ends the block before it, except within a list."""
        block = tag in _BLOCKS
        if block:
            self._edge()
        self._add(element.text)
        for child in element:
            self.walk(child, depth + 1)
            self._add(child.tail)
        if block:
            self._edge()

    def _edge(self) -> None:
        if not self._lists:
            self.flush()
        elif self._lines[-1].strip() and not re.fullmatch(r"\s*(?:-|\w{1,3}[.)])\s*", self._lines[-1]):
            self._lines.append("")

    def _list(self, element: html.HtmlElement, depth: int) -> None:
        """Items on lines of their own, numbered as the browser shows them."""
        if not self._lists:
            self.flush()
        start = str(element.get("start", "1"))
        self._lists.append(int(start) if element.tag == "ol" and start.isdigit() else None)
        letters = element.get("type", "") in ("a", "A")
        for child in element:
            if child.tag == "li":
                self._lines.append("   " * (len(self._lists) - 1) + self._marker(letters))
            self.walk(child, depth + 1)
        self._lists.pop()
        if not self._lists:
            self.flush()

    def _marker(self, letters: bool) -> str:
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{chr(96 + number)}) " if letters and number <= 26 else f"{number}. "

    def _add(self, text: str | None) -> None:
        self._lines[-1] += re.sub(r"\s+", " ", text or "")


def _left_out(element: html.HtmlElement, depth: int) -> bool:
    """Menus, page headers and footers, hidden parts: what belongs to the page, not to the text."""
    if element.tag in _SKIP or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if _UNSEEN.search(element.get("style", "")):
        return True
    if depth == 0:
        return False
    if element.tag in _FRAME and not any(
        parent.tag in ("article", "main", "section") for parent in element.iterancestors()
    ):
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}"
    chrome = element.tag in ("div", "ul", "section") and _CHROME.search(names)
    return element.get("role") in _ROLES or bool(chrome and not _has(element, "h1", "main", "article"))


def _layout(table: html.HtmlElement) -> bool:
    """A table that only places things: it holds headings or other tables."""
    return _has(table, "table", "h1", "h2", "h3")


def _has(element: html.HtmlElement, *tags: str) -> bool:
    return next(element.iterdescendants(*tags), None) is not None


def _rows(table: html.HtmlElement) -> Iterator[tuple[str, ...]]:
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if cells:
            yield tuple(" ".join(_text(cell).split()) for cell in cells for _ in range(_span(cell)))


def _span(cell: html.HtmlElement) -> int:
    """Only an empty cell is repeated over its colspan: wording is never doubled."""
    span = str(cell.get("colspan", "1"))
    return min(int(span), 50) if span.isdigit() and int(span) and not _text(cell).strip() else 1


def _text(element: html.HtmlElement) -> str:
    """All text below an element; a line break or an inner block separates words, inline marks do not."""
    parts = [str(element.text or "")]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _SKIP:
            gap = " " if child.tag in _BLOCKS or child.tag == "br" else ""
            parts += [gap, _text(child), gap]
        parts.append(str(child.tail or ""))
    return "".join(parts)


def _squeeze(line: str) -> str:
    indent = len(line) - len(line.lstrip(" ")) if line.startswith("   ") else 0
    return " " * indent + " ".join(line.split())
