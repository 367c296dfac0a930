"""Which norms, laws and places a sentence names, and whether the passages it cites name them too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant import norms
from assistant.sentences import numbers
from assistant.types import Locator, Passage, Source

if TYPE_CHECKING:
    from assistant.store import Generation

Missing = Callable[[str], list[str]]

_KINDS = {
    "abs": "Absatz", "absatz": "Absatz", "absatzes": "Absatz", "absätze": "Absatz", "satz": "Satz", "satzes": "Satz",
    "nr": "Nummer", "nummer": "Nummer", "ziffer": "Nummer", "buchst": "Buchstabe", "buchstabe": "Buchstabe",
    "lit": "Buchstabe", "s": "Seite", "seite": "Seite", "anlage": "Anlage", "kapitel": "Kapitel",
    "abschnitt": "Abschnitt", "teil": "Teil", "stufe": "Stufe",
}  # fmt: skip
_PLACE = re.compile(
    rf"\b(?P<kind>{'|'.join(sorted(_KINDS, key=len, reverse=True))})\b\.?\s*"
    r"(?P<value>\d+(?:\.\d+)*[a-z]?\b|[a-z]{1,2}\b(?=[\s),.;]|$))",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^[ \t]*(?:(\d+[a-z]?)\.|([a-z]{1,2})\))\s", re.MULTILINE)
_ABBREVIATION = re.compile(r"\b(?:SGB\s+[IVX]+\b|[A-ZÄÖÜ][\w-]*(?:G|GB|O|V|VO|StG)\b)")
_LAW_NAME = re.compile(r"\b[A-ZÄÖÜ][\w-]{3,}(?:gesetz(?:buch)?|verordnung|ordnung|satzung|richtlinie)(?:e?s|en)?\b")
_NO_LAW = frozenset("EDV ÖPNV UV DV AG KG OG UG EG IV KFO VPN-V CEO USV".split())
_NO_LAW_NAME = re.compile(
    r"(?:An|Zu|Ein|Ab|Unter|Über|Bei|Neu|Größen|Tages|Rang|Reihen|Rechts|Haus|Un|Vor|Nach|Um|Wieder)ordnung"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A norm named somewhere: id of its law or the word that stands for it ("" where none does), and the place."""

    law: str
    locator: Locator


def missing_in(generation: Generation) -> Missing:
    """Tells which norms of a text are not in the corpus although their law is."""

    def missing(text: str) -> list[str]:
        return [
            text[slice(*norm.span)].strip()
            for norm in norms.find(text, generation.names)
            if norm.source and not generation.find(norm.source.id, norm.locator.section or "")
        ]

    return missing


def blank(text: str, sources: Mapping[str, Source]) -> str:
    """The text with every norm and place in it ("§ 3 Abs. 2 OZG", "Satz 1") replaced by spaces."""
    for norm in norms.find(text, sources):
        start, end = norm.span
        text = text[:start] + " " * (end - start) + text[end:]
    return _PLACE.sub(lambda match: " " * len(match.group()), text)


def unsupported(
    claim: str, passages: Sequence[Passage], sources: Mapping[str, Source], absent: Missing | None = None
) -> list[str]:
    """The norms, law names and places of a claim that none of the passages is, or names.

    `sources` are those a law name may mean. A norm that is `absent` from the corpus is never supported.
    """
    named = norms.find(claim, sources)
    missing = absent(claim) if absent else []
    for norm in named:
        if not any(_supports(norm, passage, sources) for passage in passages):
            missing.append(claim[slice(*norm.span)].strip())
    rest = claim
    for norm in named:
        rest = rest[: norm.span[0]] + " " * (norm.span[1] - norm.span[0]) + rest[norm.span[1] :]
    missing += [match.group() for match in _PLACE.finditer(rest) if not _has_place(match, passages)]
    missing += [name for name in _law_names(rest) if not any(_names_law(name, passage) for passage in passages)]
    return list(dict.fromkeys(missing))


def _supports(norm: norms.Norm, passage: Passage, sources: Mapping[str, Source]) -> bool:
    law = _law_of(norm)
    own = law in {"", passage.source.id} and _is_at(norm.locator, passage)
    return own or any(
        (not law or place.law in {law, ""}) and _covers(place.locator, norm.locator)
        for place in _named_in(passage, tuple(sources.values()))
    )


def _law_of(norm: norms.Norm) -> str:
    return norm.source.id if norm.source else norm.law.casefold()


@lru_cache(maxsize=500)
def _named_in(passage: Passage, sources: tuple[Source, ...]) -> tuple[Place, ...]:
    """The norms a passage names; one without a law is of the passage's own."""
    by_id = {source.id: source for source in sources}
    own = passage.source.id if passage.source.kind in {"law", "ordinance", "eu", "bylaw"} else ""
    text = "\n".join((passage.text, passage.heading, *passage.refs))
    return tuple(Place(_law_of(norm) or own, norm.locator) for norm in norms.find(text, by_id))


def _is_at(claimed: Locator, passage: Passage) -> bool:
    """Whether the claimed place lies in the passage."""
    locator = passage.locator
    if claimed.section != locator.section:
        return False
    pairs = (("Absatz", claimed.subsection), ("Satz", claimed.sentence))
    number, _, letter = (claimed.number or "").partition(" Buchst. ")
    kind = "Nummer" if number[:1].isdigit() else "Buchstabe"
    there = _own_places(passage)
    return all((name, value) in there for name, value in (*pairs, (kind, number), ("Buchstabe", letter)) if value)


@lru_cache(maxsize=500)
def _own_places(passage: Passage) -> frozenset[tuple[str, str]]:
    """What a passage consists of, as (kind, value): its Absatz, sentences, numbers, letters, page and section."""
    locator, text = passage.locator, passage.text
    found = {("Satz", str(number)) for number in numbers(text, int(locator.sentence or 1)) or [1] if number}
    found |= {("Absatz", value) for value in re.split(r" bis |, ", locator.subsection or "") if value}
    found |= {("Nummer", item[1]) if item[1] else ("Buchstabe", item[2]) for item in _ITEM.finditer(text)}
    number, _, letter = (locator.number or "").partition(" Buchst. ")
    found |= {("Nummer" if number[:1].isdigit() else "Buchstabe", number), ("Buchstabe", letter)}
    found |= {("Seite", str(locator.page))} if locator.page else set()
    return frozenset(found | set(_pairs(" ".join((locator.section or "", *locator.headings)))))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for match in _PLACE.finditer(text):
        yield _KINDS[match["kind"].lower()], match["value"]


def _has_place(match: re.Match[str], passages: Sequence[Passage]) -> bool:
    pair = (_KINDS[match["kind"].lower()], match["value"])
    return any(pair in _own_places(passage) or pair in set(_pairs(passage.text)) for passage in passages)


def _covers(named: Locator, claimed: Locator) -> bool:
    """Whether a norm as the source names it is the claimed one, or a place in it."""
    fields = ("subsection", "sentence", "number")
    return named.section == claimed.section and all(
        getattr(claimed, name) in (None, getattr(named, name)) for name in fields
    )


def _law_names(text: str) -> Iterator[str]:
    for match in (*_ABBREVIATION.finditer(text), *_LAW_NAME.finditer(text)):
        word = match.group()
        capitals = sum(char.isupper() for char in word)
        name = bool(_LAW_NAME.fullmatch(word)) and not _NO_LAW_NAME.search(word)
        if name or (capitals > 1 and word not in _NO_LAW and not _LAW_NAME.fullmatch(word)):
            yield word


def _names_law(name: str, passage: Passage) -> bool:
    source = passage.source
    names = " ".join((source.short, source.title, *source.aliases, *passage.refs, *passage.locator.headings))
    stem = re.sub(r"(?<=[a-zäöü]{5})(?:e?s|en)$", "", name)
    wording = f"{names} {passage.text}"
    return bool(re.search(rf"(?<!\w){re.escape(stem)}", wording, re.IGNORECASE if len(stem) > 9 else 0))
