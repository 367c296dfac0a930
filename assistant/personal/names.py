"""Names, addresses and birth dates: what only its surroundings make personal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.german import fold
from assistant.personal.kinds import Finding, Kind, Rule, vocabulary, words

_UPPER = "".join(chr(code) for code in range(0x41, 0x250) if chr(code).isupper())
_WORD = rf"[{_UPPER}][\w’'-]{{1,40}}"
_PARTICLES = r"(?:(?:von|van|de|der|den|zu|di|da|al|el|ben|bin)\s+)*"
_TITLES = r"(?:(?:Dr|Prof|Dipl|med|jur|phil|Ing)\.?(?:-Ing\.)?\s+)*"
_NAME = rf"(?P<it>(?:[{_UPPER}]\.\s?)*{_PARTICLES}{_WORD}(?:\s+{_PARTICLES}{_WORD}){{0,3}})"
_SALUTATION = r"\b(?P<salutation>[Hh]errn?|[Ff]rau|Fr\.|Hr\.|Hrn\.|[Ff]amilie|Fam\.|Eheleuten?|Ehepaar)\s+"
_OFFICE = (
    r"\w{0,40}(?:meister|minister|präsident|direktor|kanzler|sekretär|leiter|koordinator|inspektor|bearbeiter|berater"
    r"|professor|doktor|anwalt|vertreter|helfer|arbeiter|partner|referent|dezernent|kämmerer|nachbar)(?:in)?"
    r"|\w{0,40}(?:kolleg|beauftragt|vorsitzend|landr[aä]t|anwält|ärzt|richter(?=in))(?:e|en|er|in)?|Präses|Arzt|Dame|Damen|Herren"
)
_ROLE = re.compile(rf"(?:{_OFFICE})$", re.IGNORECASE)
_PERSON = (
    r"\b(?:Antragsteller|Kläger|Bürger|Kund|Mieter|Bewerber|Mitarbeiter|Kolleg|Schüler|Nachbar|Halter|Patient)"
    r"(?:in|en|e)?"
)
_PLACE = re.compile(
    r"\w{0,40}(?:straße|platz|weg|schule|gymnasium|institut|stiftung|universität|haus|kolleg|allee|ring|halle|park|bad)$",
    re.I,
)
_NOT_AN_ADDRESS = r"(?!\s*(?:km|m\b|Meter|Euro|€|%|Prozent|Jahre|Uhr|Abs))"
_TOWN = rf"(?:,?\s+(?:in\s+)?(?:D-)?\d{{5}}\s+{_WORD}(?:\s(?:am|an der|bei|im)\s{_WORD})?)"
_STREET = (
    rf"(?<!\w)(?:[{_UPPER}][\w-]{{1,40}}\s)?(?!Bundes|Landes|Kreis|Staats)(?:{_WORD})?"
    r"(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|gasse|allee)"
)
_OTHER_STREET = rf"(?<!\w)(?:(?:Am|An der|Im|In der|Auf dem|Zum|Zur|Unter den)\s)?{_WORD}(?:\s{_WORD})?"

_NEXT_WORD = re.compile(r"[\s-]{1,3}(\w{1,60})")
_ARTICLES = frozenset("ein eine einen einem einer jede jeder jeden die der dem den zur keine keiner welche als".split())
_MONTH = r"(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)[a-zä]*\.?\s"
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:\.\s?\d{{1,2}}\.\s?|\.\s?{_MONTH}|/\d{{1,2}}/)(?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
)
_BORN = re.compile(
    r"(?:\bgeb\.?|\bgeboren(?:e[nrs]?)?|Geburtsdatum|Geburtstag|Geb\.-Dat(?:um|\.)|\*)\W*(?:am|ist|vom)?\s*$", re.I
)
_BORN_THEN = re.compile(r"\W*(?:in\s+\w+\s+)?(?:geboren|geb\.|Geburtstag)")
_LIMIT = re.compile(r"\b(?:vor|nach|ab|seit|bis|zwischen|und|zum)(?:\s+(?:dem|zum|einschließlich))?\s*$", re.I)


def birth_dates(text: str, found: Sequence[Finding]) -> list[Finding]:
    """Dates beside "geboren" or right behind a person; "vor dem 1.1.1964 geboren" is a rule, not a person."""
    persons = {finding.end for finding in found if finding.kind in {Kind.NAME, Kind.ADDRESS}}
    dates = []
    for match in _DATE.finditer(text):
        behind = max(0, match.start() - 60)
        before = text[behind : match.start()]
        person = behind + len(before.rstrip(" ,;(")) in persons
        born = _BORN.search(before) or (_BORN_THEN.match(text, match.end()) and not _LIMIT.search(before))
        date = Finding(Kind.BIRTH, *match.span())
        if (person or born) and not any(map(date.overlaps, found)):
            dates.append(date)
    return dates


def repeated(text: str, found: Sequence[Finding]) -> list[Finding]:
    """Surnames that were found once, wherever else they stand: "Frau Özdemir … Özdemirs Antrag"."""
    names = {text[finding.start : finding.end].split()[-1] for finding in found if finding.kind is Kind.NAME}
    if not names:
        return []
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})s?\b")
    again = (Finding(Kind.NAME, *match.span()) for match in pattern.finditer(text))
    return [finding for finding in again if not any(map(finding.overlaps, found))]


def end_of_name(text: str, start: int, end: int) -> int:
    """A name stops before the first noun: "Frau Özdemir Elterngeld" holds one word of it."""
    parts = list(re.finditer(_WORD, text[start:end]))
    for before, word in zip(parts, parts[1:], strict=False):
        if not (_like_name(word.group()) or before.group() in words("first_names")):
            return start + before.end()
    return end


def _like_name(word: str) -> bool:
    """A frequent name, or a word that federal law does not use."""
    known = words("surnames") | words("first_names")
    forms = {part for name in (word, re.sub(r"['’]?s$", "", word)) for part in name.split("-")}
    return bool(forms & known) or fold(re.split(r"['’-]", word)[-1]) not in vocabulary()


def _is_addressed(text: str, match: re.Match[str]) -> bool:
    """A word behind a salutation that is neither an office nor the noun behind "eine Frau"."""
    first = re.search(_WORD, match["it"])
    if first is None or _ROLE.match(first[0]):
        return False
    before = (text[max(0, match.start() - 60) : match.start()].split() or [""])[-1].lower()
    loose = before in _ARTICLES or before.endswith(("e", "en", "er", "em"))
    sure = match["salutation"] in {"Herr", "Herrn", "Frau"} and not loose
    return sure or _like_name(first[0])


def _is_full_name(text: str, match: re.Match[str]) -> bool:
    following = _NEXT_WORD.match(text, match.end("it"))
    if _PLACE.match(match["last"]) or (following and _PLACE.match(following[1])):
        return False
    return match["first"].split("-")[0] in words("first_names") and _like_name(match["last"])


def _is_known(_: str, match: re.Match[str]) -> bool:
    return match["it"].casefold().removesuffix("s") in {name.casefold().removesuffix("s") for name in words("surnames")}


RULES = (
    Rule(Kind.ADDRESS, re.compile(rf"(?P<it>{_STREET}\s*\d{{1,4}}(?:\s?[a-z]\b)?\b{_NOT_AN_ADDRESS}{_TOWN}?)")),
    Rule(Kind.ADDRESS, re.compile(rf"(?P<it>{_OTHER_STREET}\s\d{{1,4}}(?:\s?[a-z]\b)?{_TOWN})")),
    Rule(
        Kind.ADDRESS,
        re.compile(
            r"\b(?:[Ww]ohnhaft|wohnt|wohne|gemeldet|Anschrift|Adresse)\b:?(?:\s\w+){0,3}?\s"
            rf"(?P<it>{_OTHER_STREET[7:]}(?:weg|platz|ring|damm|ufer|markt|hof|berg|feld|garten|wall|winkel)\s\d{{1,4}}(?:\s?[a-z]\b)?\b)"
        ),
    ),
    Rule(Kind.NAME, re.compile(rf"{_SALUTATION}{_TITLES}(?:(?:{_OFFICE})\s+)?{_TITLES}{_NAME}"), _is_addressed),
    Rule(Kind.NAME, re.compile(rf"\b(?:[Nn]amens|(?:\w*[Nn]ame)(?:\sd\w+\s\w+)?:)\s+{_NAME}")),
    Rule(
        Kind.NAME,
        re.compile(rf"\b(?=(?P<it>(?P<first>{_WORD})\s+(?:[{_UPPER}]\.\s+)?{_PARTICLES}(?P<last>{_WORD})))"),
        _is_full_name,
    ),
    Rule(
        Kind.NAME,
        re.compile(
            rf"\b(?P<it>{_WORD}\s+{_WORD})(?=,\s+(?:{_STREET}\s*\d|{_OTHER_STREET}\s\d|geb\b|geboren|wohnhaft))"
        ),
        lambda _, match: any(map(_like_name, match["it"].split())),
    ),
    Rule(Kind.NAME, re.compile(rf"{_PERSON}\s+(?P<it>{_WORD})"), _is_known),
    Rule(Kind.NAME, re.compile(r"\b(?:frau|herrn?)\s+(?P<it>\w+)"), _is_known),
)
