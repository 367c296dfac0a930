"""What ODT and ODS files (ISO/IEC 26300) share: opening them, their text with its spaces, their properties.

Read with lxml, not odfpy: that builds a Python object for each element and follows no limits, and the order of text
and elements, which matters here, has to be walked by hand with it all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from assistant.errors import ReadError
from ingest.readers.package import member, open_package, parse

_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
TEXT = f"{{{_NAMES}:text:1.0}}"
TABLE = f"{{{_NAMES}:table:1.0}}"
OFFICE = f"{{{_NAMES}:office:1.0}}"
STYLE = f"{{{_NAMES}:style:1.0}}"
DRAW = f"{{{_NAMES}:drawing:1.0}}"
FO = f"{{{_NAMES}:xsl-fo-compatible:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"

_LEFT_OUT = frozenset(
    {
        f"{OFFICE}annotation",
        f"{OFFICE}annotation-end",
        f"{TEXT}note",
        f"{TEXT}tracked-changes",
        f"{TEXT}ruby-text",
        f"{DRAW}frame",
        f"{DRAW}custom-shape",
        f"{DRAW}g",
    }
)
_CHARACTERS = {f"{TEXT}tab": " ", f"{TEXT}line-break": "\n"}


@dataclass(frozen=True, slots=True)
class Odf:
    """`body` is office:text or office:spreadsheet, `roots` are content.xml and, where there is one, styles.xml."""

    body: etree._Element
    roots: tuple[etree._Element, ...]
    meta: dict[str, str]


def open_odf(data: bytes, name: str, kind: str, body: str) -> Odf:
    """Opens an ODF file whose content is the element office:`body`. Raises ReadError: also for one with a password."""
    with open_package(data, name, kind) as archive:
        entries = set(archive.namelist())
        if "META-INF/manifest.xml" in entries and b":encryption-data" in member(
            archive, "META-INF/manifest.xml", name, kind
        ):
            raise ReadError(
                f"{name}: Die Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort als {kind} ablegen."
            )
        content = parse(member(archive, "content.xml", name, kind), name)
        styles = [parse(member(archive, "styles.xml", name, kind), name)] if "styles.xml" in entries else []
        properties = parse(member(archive, "meta.xml", name, kind), name) if "meta.xml" in entries else None
    found = content.find(f"{OFFICE}body/{OFFICE}{body}")
    if found is None:
        raise ReadError(f"{name}: Das ist keine {kind}, auch wenn der Name so endet.")
    return Odf(found, (content, *styles), _meta(properties))


def _meta(root: etree._Element | None) -> dict[str, str]:
    values = {
        key: "".join(root.find(f".//{_DC}{tag}").itertext()).strip()
        for key, tag in (("title", "title"), ("author", "creator"))
        if root is not None and root.find(f".//{_DC}{tag}") is not None
    }
    return {key: value for key, value in values.items() if value}


def wording(element: etree._Element) -> str:
    """The text of an element, without notes, comments and frames; a nested p starts a line of its own."""
    parts = [_run(element.text)]
    for child in element:
        if child.tag in (f"{TEXT}p", f"{TEXT}h") and any(parts):
            parts.append("\n")
        if child.tag == f"{TEXT}s":
            parts.append(" " * min(int_of(child, f"{TEXT}c", 1), 100))
        elif child.tag in _CHARACTERS:
            parts.append(_CHARACTERS[child.tag])
        elif child.tag not in _LEFT_OUT:
            parts.append(wording(child))
        parts.append(_run(child.tail))
    return "".join(parts)


def _run(text: str | None) -> str:
    """White space of the XML counts as one space."""
    text = text or ""
    return " ".join(("x" + text + "x").split())[1:-1] if text.strip() else text[:1].replace("\n", " ")


def int_of(element: etree._Element, name: str, default: int) -> int:
    value = element.get(name, "")
    return int(value) if value.isdigit() else default
