"""The norms a passage cites, as labels: within its own text ("Absatz 2", "§ 5") and in other laws.

The labels follow from the wording alone, not from what else the corpus holds, so that a new source changes no old
passage. Who wants the source of a label asks `norms.find(label, generation.names)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant import norms
from assistant.types import Locator, Passage

_NO_NAMES = norms.Names({})
_OWN = re.compile(
    r"\s*(?:(?P<this>dieses|dieser)|des|der)\s+(?:Gesetz(?:es)?|Verordnung|Satzung|Anlage|Ordnung)(?=[\s.,;:)]|$)"
    r"(?!\s+(?:über|zu[rm]?)\s)"
)
_NAMED = re.compile(
    r"\s*,?\s*(?:(?:des|der|dem|im|in\s+der|vom|von)\s+|(?=[A-ZÄÖÜ][a-zäöüß-]+(?:gesetz|ordnung)))"
    r"(?P<name>(?:(?P<book>[A-ZÄÖÜ][a-zäöü]+ten)\s+Buch(?:es|s)\s+)?(?:[A-ZÄÖÜ][\w-]+en\s+){0,2}"
    r"[\w-]*?(?:[Gg]esetzbuch|[Gg]esetz|[Oo]rdnung|[Ss]atzung|[Vv]ertrag|[Aa]bkommen)(?P<case>e?s)?)\b"
    r"(?P<about>\s+(?:über|zur|zum)\s+(?:(?:die|das|den|der|des|dem|und|von|im|in|für|eines|einer)\s+)*[A-ZÄÖÜ][\w-]+"
    r"(?:\s+(?:(?:und|der|des|von|im|in|für|zur|zum)\s+)*(?:den\s+|die\s+|das\s+)?[A-ZÄÖÜ][\w-]+){0,4})?"
)
_SHORT = re.compile(
    r"\s*,?\s*(?:(?:des|der|dem|im|vom)\s+)?(?P<name>[A-ZÄÖÜ][\w-]*[A-ZÄÖÜ]\w*(?:[ -](?:[IVX]+|\d{4})\b)?)"
)
_SUBSECTION = re.compile(
    r"\b(?:Abs\.|Absatz|Absätzen?)\s+(?P<first>\d+[a-z]?)(?:\s+(?:Satz|S\.)\s+(?P<sentence>\d+))?"
    r"(?:\s+(?:Nummer|Nr\.)\s+(?P<number>\d+[a-z]?))?(?P<more>(?:(?:\s*,\s*|\s+(?:und|oder|bis)\s+)\d+[a-z]?(?!\w))*)"
)
_SIGN_AFTER = re.compile(r"\s+(?:des|der|von)\s+(?:§|Art)")
_DIGITS = re.compile(r"\d+[a-z]?")
_BOOKS = dict(
    zip(
        "Ersten Zweiten Dritten Vierten Fünften Sechsten Siebten Achten Neunten Zehnten Elften Zwölften".split(),
        "I II III IV V VI VII VIII IX X XI XII".split(),
        strict=True,
    )
) | {"Siebenten": "VII", "Vierzehnten": "XIV"}
_FEMININE = re.compile(r"(?:ordnung|satzung)$", re.IGNORECASE)


def refs(passage: Passage) -> tuple[str, ...]:
    """The labels of the norms that a passage cites, each once, in the order of the text; not its own."""
    found: list[tuple[int, str]] = []
    spans: list[tuple[int, int]] = []
    text = passage.text
    if "§" in text or "Art" in text:
        for norm in norms.find(text, _NO_NAMES):
            law, end = _law(text, norm, passage.source.kind)
            if law is not None:
                found.append((norm.span[0], norm.locator.label(law or passage.source.short)))
            spans.append((norm.span[0], end))
    if passage.locator.section and "Abs" in text:
        found += _within(passage, spans)
    own = Locator(passage.locator.section, passage.locator.subsection).label(passage.source.short)
    labels = dict.fromkeys(label for _, label in sorted(found, key=lambda item: item[0]))
    return tuple(label for label in labels if label != own)


def _law(text: str, norm: norms.Norm, kind: str) -> tuple[str | None, int]:
    """The law a reference names ("" where it is the own one, None where it is unknown), and where it ends."""
    start, end = norm.span
    if norm.law:
        at = text.rfind(norm.law, start, end + 1)
        short = _SHORT.match(text, at) if at >= 0 else None
        if short and not _NAMED.match(f" des {norm.law}"):
            return short["name"], max(end, short.end())
        end = _article(text, at) if at >= 0 else end
    if own := _OWN.match(text, end):
        # "des Gesetzes" in an ordinance is the law it was made under, whichever that is.
        enabling = kind == "ordinance" and not own["this"] and "Gesetz" in own[0]
        return None if enabling else "", own.end()
    if named := _NAMED.match(text, end):
        return _nominative(named), named.end()
    if short := _SHORT.match(text, end):
        return short["name"], short.end()
    return "", norm.span[1]


def _article(text: str, at: int) -> int:
    """Where the article before a law's name begins."""
    article = re.search(r"(?:\s(?:des|der|dem|im|vom|in der))?\s*$", text[:at])
    return article.start() if article else at


def _nominative(named: re.Match[str]) -> str:
    """ "Bürgerlichen Gesetzbuchs" -> "Bürgerliches Gesetzbuch", "Zehnten Buches Sozialgesetzbuch" -> "SGB X"."""
    if named["book"] and "Sozialgesetzbuch" in named["name"]:
        return f"SGB {_BOOKS.get(named['book'], named['book'])}"
    *adjectives, noun = named["name"].split()
    noun = noun.removesuffix(named["case"] or "")
    ending = "e" if _FEMININE.search(noun) else "es"
    about = (named["about"] or "").split()
    return " ".join([*(word[:-2] + ending for word in adjectives), noun, *about])


def _within(passage: Passage, spans: list[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """ "Absatz 2 Satz 1" where no § stands with it: an Absatz of the same section."""
    for match in _SUBSECTION.finditer(passage.text):
        if any(start <= match.start() < end for start, end in spans):
            continue
        if _SIGN_AFTER.match(passage.text, match.end()):
            continue
        section, short = passage.locator.section, passage.source.short
        first = Locator(section, match["first"], match["sentence"], match["number"])
        yield match.start(), first.label(short)
        for number in _DIGITS.findall(match["more"]):
            yield match.start(), Locator(section, number).label(short)
