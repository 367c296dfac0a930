"""The texts of federal law, as training needs them: sections with their Absätze."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree


@dataclass(frozen=True, slots=True)
class Section:
    """One § of one law. `outer`: the headings above it (Buch, Teil, Abschnitt), outermost first. `subsections`: its
    Absätze, in order, not empty."""

    slug: str
    short: str
    title: str
    name: str
    outer: tuple[str, ...]
    heading: str
    subsections: tuple[str, ...]


def read_laws(folder: Path) -> Iterator[Section]:
    """All sections of a law mirror (SLUG/xml.zip) that have text, law by law in the order of their slugs."""
    for archive in sorted(folder.glob("*/xml.zip")):
        with zipfile.ZipFile(archive) as packed:
            names = [name for name in packed.namelist() if name.endswith(".xml")]
            root = etree.fromstring(packed.read(names[0]), etree.XMLParser(resolve_entities=False, huge_tree=True))
        yield from _sections(archive.parent.name, root)


def _sections(slug: str, root: etree._Element) -> Iterator[Section]:
    norms = root.findall("norm")
    head = norms[0].find("metadaten")
    short = head.findtext("amtabk") or head.findtext("jurabk") or ""
    title = head.findtext("kurzue") or head.findtext("langue") or ""
    outer: dict[int, str] = {}
    for norm in norms:
        if (unit := norm.find("metadaten/gliederungseinheit")) is not None:
            # Three digits of the number for each level.
            level = len(unit.findtext("gliederungskennzahl") or "") // 3
            above = {known: title for known, title in outer.items() if known < level}
            outer = above | {level: _text(unit.find("gliederungstitel"))}
        name = " ".join((norm.findtext("metadaten/enbez") or "").split())
        subsections = tuple(filter(None, map(_text, norm.findall("textdaten/text/Content/P"))))
        if name and name != "Inhaltsübersicht" and subsections:
            headings = tuple(filter(None, outer.values()))
            yield Section(slug, short, title, name, headings, _text(norm.find("metadaten/titel")), subsections)


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join(" ".join(element.itertext()).split())
