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
# What may stand between a reference and its law and is not part of the Norm: "Absatz 1 [und 3, Buchstabe b] des …".
_TAIL = re.compile(
    r"(?:(?:\s*,\s*|\s+(?:und|oder|bis|sowie)\s+|\s+)(?:(?:Abs\.|Absatz|Absätzen?|Unterabsatz|Satz|Sätzen?|S\.|Nr\.|Nrn\."
    r"|Nummern?|Buchstaben?|Buchst\.|Doppelbuchstaben?|Halbsatz|Teilsatz|Alternative|Alt\.)\s+)?"
    r"(?:\d+[a-z]{0,2}|aa|bb|cc|dd|[a-z])(?!\w))+"
)
_BOOK = re.compile(r"\s*,?\s*des\s+(?P<book>[A-ZÄÖÜ][a-zäöü]+ten)\s+Buch(?:es|s)(?:\s+Sozialgesetzbuch)?(?![\w-])")
_AND = re.compile(r"\s*(?:,|;|und|oder|sowie)?\s*(?:die|der|des|den|dem)?\s*")
_UNION = re.compile(
    r"\s*,?\s*(?:der|des)\s+(?P<name>(?:(?:Delegierten|Durchführungs)\s?)?(?:Verordnung|verordnung|Richtlinie|Beschlusses)"
    r"\s+(?:\((?:EU|EG|EWG|Euratom)[^)]*\)\s*)?(?:Nr\.\s*)?\d+/\d+(?:/\w+)?)"
)
_OWN = re.compile(
    r"\s*(?:(?P<this>dieses|dieser)|des|der)\s+(?:Gesetz(?:es)?|Verordnung|Satzung|Anlage|Ordnung)(?=[\s.,;:)]|$)"
    r"(?!\s+(?:über|zu[rm]?)\s)"
)
_NAMED = re.compile(
    r"\s*,?\s*(?:(?:des|der|dem|im|in\s+der|vom|von)\s+|(?=[A-ZÄÖÜ][a-zäöüß-]+(?:gesetz|ordnung|satzung)))"
    r"(?P<name>(?:[A-ZÄÖÜ][\w-]+en\s+){0,2}"
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
        for norm, law, end in _named(text, passage.source.kind):
            if law or (law == "" and _is_own(norm.locator, passage)):
                found.append((norm.span[0], norm.locator.label(law or passage.source.short)))
            spans.append((norm.span[0], end))
    if passage.locator.section and "Abs" in text:
        found += _within(passage, spans)
    own = Locator(passage.locator.section, passage.locator.subsection).label(passage.source.short)
    labels = dict.fromkeys(label for _, label in sorted(found, key=lambda item: item[0]))
    return tuple(label for label in labels if label != own)


def _named(text: str, kind: str) -> list[tuple[norms.Norm, str | None, int]]:
    """Each norm with its law (as `_law` gives it) and where it ends. A law at the end of a list goes for all of it:
    "§ 84 Abs. 1, § 85 und § 87 StGB"."""
    found: list[tuple[norms.Norm, str | None, int]] = []
    following: tuple[str | None, int] = None, len(text)  # law and beginning of the reference that comes next
    for norm in reversed(norms.find(text, _NO_NAMES)):
        law, end = _law(text, norm, kind)
        start = norm.span[0]
        if law == "" and following[0] and start < following[1] and _AND.fullmatch(text, end, max(end, following[1])):
            law = following[0]
        following = (law, start)
        found.append((norm, law, end))
    return found[::-1]


def _is_own(place: Locator, passage: Passage) -> bool:
    """Can a place without a law be one of the passage's own text? "Artikel 6" in a law of §§ cannot."""
    sign = (place.section or "").split()[0]
    own = passage.locator.section or ""
    return own.startswith(sign) or (sign == "§" and passage.source.kind != "guideline" and own.startswith("An"))


def _law(text: str, norm: norms.Norm, kind: str) -> tuple[str | None, int]:
    """The law a reference names ("" where it is the own one, None where it is unknown), and where it ends."""
    start, end = norm.span
    if norm.law:
        at = text.rfind(norm.law, start, end + 1)
        short = _SHORT.match(text, at) if at >= 0 else None
        if short and not _NAMED.match(f" des {norm.law}"):
            return short["name"], max(end, short.end())
        end = _article(text, at) if at >= 0 else end
    if tail := _TAIL.match(text, end):
        end = tail.end()
    book = _BOOK.match(text, end)
    if book and book["book"] in _BOOKS:
        return f"SGB {_BOOKS[book['book']]}", book.end()
    if union := _UNION.match(text, end):
        return " ".join(union["name"].split()), union.end()
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
    """ "Bürgerlichen Gesetzbuchs" -> "Bürgerliches Gesetzbuch"."""
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
