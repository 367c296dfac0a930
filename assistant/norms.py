"""Legal references in running text, as staff and lawyers write them, turned into places.

Understood: "§ 3a Abs. 2 Satz 1 VwVfG", "§3a vwvfg", "Art. 6 Abs. 1 Buchst. c DSGVO", "Art 6 I lit. c DSGVO",
"§§ 3 und 4 OZG", "§§ 45 ff. SGB X", "§ 35 S. 1 des Verwaltungsverfahrensgesetzes", "OZG § 3".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from assistant.types import Locator, Source

MAX_RANGE = 20

_NUMBER = r"(?-i:\d+(?:[a-z]|\s[a-eg-z](?=[\s,;?!]|$)|)(?![a-zäöüß\d]))"
_ROMAN = {word: value for value, word in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), 1)}
_SIGN = re.compile(r"(?P<sign>§§?|\bArt(?:ikeln?s?|\.)?(?=[\s\d])|\bParagra(?:ph|f)(?:en)?\b)\s*", re.IGNORECASE)
_DETAIL = re.compile(
    rf"""\s*,?\s*(?:
        (?:Abs(?:atz|\.)?|Absätze)\s*(?P<subsection>{_NUMBER})
      | (?:S\.|Satz)\s*(?P<sentence>\d+)
      | (?:Nr\.?|Nummer|Ziff(?:er|\.)?)\s*(?P<number>{_NUMBER})
      | (?:Buchst(?:abe|\.)?|lit\.?)\s*(?P<letter>[a-z]{{1,2}})\b
      | (?P<roman>[IVX]+)\b(?!\s*\d)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_MORE = re.compile(rf"\s*(?P<how>,|und|u\.|sowie|oder|bis|-|–)\s*(?:§§?\s*)?(?P<next>{_NUMBER})", re.IGNORECASE)
_FOLLOWING = re.compile(r"\s*(ff?)\b\.?")
_WORD = re.compile(r"[\w./-]+")


@dataclass(frozen=True, slots=True)
class Norm:
    """A place named in a text. `source` is None where the law is not named or not in the corpus; then `law`
    is the word that stands in its place, or "". `span` is where the reference stands in the text."""

    locator: Locator
    source: Source | None
    law: str
    span: tuple[int, int]


class Names(dict[str, Source]):
    """Every name of every source, normalised -> the source. An earlier source keeps a contested name."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        super().__init__()
        for source in sources.values():
            for name in (source.short, *source.aliases, source.title):
                self.setdefault(_normalise(name), source)
        self.pop("", None)


def find(text: str, sources: Mapping[str, Source] | Names) -> list[Norm]:
    """All norms named in a text, in order; ranges and lists are spelt out, one Norm per section.

    `sources` by id, or their Names where many texts are searched against the same sources.
    """
    if not _SIGN.search(text):
        return []
    names = sources if isinstance(sources, Names) else Names(sources)
    norms: list[Norm] = []
    mentioned: list[Source | None] = []
    position = 0
    while match := _SIGN.search(text, position):
        position = match.end()
        locators, end = _places(text, match)
        if not locators:
            continue
        source, law, end = _law(text, end, names)
        if source is None and not law:
            mentioned = mentioned or [_mentioned(text, names)]
            source = _before(text[: match.start()], names) or mentioned[0]
        norms += [Norm(locator, source, law, (match.start(), end)) for locator in locators]
        position = end
    return norms


@lru_cache(maxsize=50_000)
def _normalise(name: str) -> str:
    """Lower case without spaces, dots and hyphens; Roman numerals as digits ("SGB X" -> "sgb10")."""
    words = re.sub(r"[.\-–/]", " ", name.casefold()).split()
    return "".join(str(_ROMAN[word]) if index and word in _ROMAN else word for index, word in enumerate(words))


def _places(text: str, sign: re.Match[str]) -> tuple[list[Locator], int]:
    """The locators of one reference, from its sign on, and where it ends."""
    kind = "Art." if sign["sign"].lower().startswith("art") else "§"
    match = re.compile(_NUMBER, re.IGNORECASE).match(text, sign.end())
    if not match:
        return [], sign.end()
    places: list[Locator] = []
    number = _section_number(match.group())
    end = match.end()
    while True:
        locator, end = _details(text, end, Locator(section=f"{kind} {number}"))
        places.append(locator)
        if following := _FOLLOWING.match(text, end):
            places += _successors(kind, number, len(following[1]))
            return places, following.end()
        more = _MORE.match(text, end)
        detailed = locator.subsection or locator.sentence or locator.number
        if not more or (detailed and sign["sign"] != "§§" and "§" not in more[0]):
            return places, end  # "§ 5 Abs. 1 und 3": a second Absatz, not § 3
        following_number = _section_number(more["next"])
        if more["how"].lower() in {"bis", "-", "–"}:
            places += _between(kind, number, following_number)
        number, end = following_number, more.end()


def _section_number(text: str) -> str:
    return re.sub(r"\s", "", text).lower()


def _details(text: str, end: int, locator: Locator) -> tuple[Locator, int]:
    values: dict[str, str] = {}
    while match := _DETAIL.match(text, end):
        name, value = next((key, value) for key, value in match.groupdict().items() if value)
        if name == "roman":
            if value.lower() not in _ROMAN or value != value.upper():
                break
            name, value = "subsection", str(_ROMAN[value.lower()])
        if name in values or (name == "letter" and "letter" in values):
            break
        values[name] = re.sub(r"\s", "", value)
        end = match.end()
    number = values.get("number")
    if letter := values.get("letter"):
        number = f"{number} Buchst. {letter}" if number else letter
    return Locator(locator.section, values.get("subsection"), values.get("sentence"), number), end


def _successors(kind: str, number: str, count: int) -> list[Locator]:
    first = int(re.match(r"\d+", number)[0])  # type: ignore[index]
    return [Locator(section=f"{kind} {first + step}") for step in range(1, count + 1)]


def _between(kind: str, first: str, last: str) -> list[Locator]:
    low, high = (int(re.match(r"\d+", value)[0]) for value in (first, last))  # type: ignore[index]
    return [Locator(section=f"{kind} {value}") for value in range(low + 1, min(high, low + MAX_RANGE))]


def _law(text: str, start: int, names: Mapping[str, Source]) -> tuple[Source | None, str, int]:
    """The law named right after a reference: (source, word in its place, end)."""
    article = re.compile(r"\s*(?:(?:des|der|im|in|vom|von der)\s+)?", re.IGNORECASE).match(text, start)
    words = list(_WORD.finditer(text, article.end() if article else start))[:8]
    for count in range(len(words), 0, -1):
        phrase = text[words[0].start() : words[count - 1].end()].rstrip(".?!,;:")
        for candidate in (phrase, re.sub(r"(es|s)$", "", phrase)):
            if source := names.get(_normalise(candidate)):
                return source, phrase, words[count - 1].end()
    if words and _looks_like_law(words[0].group()):
        last = words[1] if len(words) > 1 and words[1].group().strip(".?!,;:").lower() in _ROMAN else words[0]
        return None, text[words[0].start() : last.end()].rstrip(".?!,;:"), last.end()
    return None, "", start


def _looks_like_law(word: str) -> bool:
    """An abbreviation with two capitals ("StVO", "BauO"), or the full name of a law."""
    return bool(re.match(r"[A-ZÄÖÜ]\w*[A-ZÄÖÜ]\w*", word) or re.search(r"(gesetz|ordnung|satzung)(es|s)?\W?$", word))


def _before(text: str, names: Mapping[str, Source]) -> Source | None:
    """The law whose name ends the text, as in "beeg § 16"; here lower case will do."""
    words = text.rsplit(maxsplit=2)[-2:]
    pair, last = " ".join(words).strip(".?!,;:"), " ".join(words[-1:]).strip(".?!,;:")
    return names.get(_normalise(pair)) or names.get(_normalise(last))


def _mentioned(text: str, names: Mapping[str, Source]) -> Source | None:
    """The one law whose abbreviation stands somewhere in the text, or None where there are none or several."""
    return next(iter(found), None) if len(found := set(_mentions(text, names))) == 1 else None


def _mentions(text: str, names: Mapping[str, Source]) -> Iterator[Source]:
    words = [match.group().rstrip(".?!,;:") for match in _WORD.finditer(text)]
    for index, word in enumerate(words):
        if word == word.lower():
            continue
        pair = " ".join(words[index : index + 2])
        if source := names.get(_normalise(pair)) or names.get(_normalise(word)):
            yield source
