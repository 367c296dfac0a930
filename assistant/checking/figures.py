"""Amounts, percentages, dates, periods and numbers of a German text, whatever way they are written.

"zwei Wochen", "2 Wochen", "14 Tage" and "vierzehntägig" are the same period; "96 Euro" and "96,00 €" the same
amount; "1. Januar 2026" and "01.01.2026" the same day. A Werktag is no Kalendertag, a month is not thirty days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest

from assistant.checking import numerals
from assistant.checking.units import unit_at

MONTHS = "januar februar märz april mai juni juli august september oktober november dezember".split()
_SHORT_MONTHS = {"jan": 1, "feb": 2, "febr": 2, "mär": 3, "mrz": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8}
_SHORT_MONTHS |= {"sep": 9, "sept": 9, "okt": 10, "nov": 11, "dez": 12, "jänner": 1}
_MONTH = {name: number for number, name in enumerate(MONTHS, 1)} | _SHORT_MONTHS
_MONTH_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))

_DATE = re.compile(
    rf"""\b(?P<y1>\d{{4}})-(?P<m1>\d\d)-(?P<d1>\d\d)\b
    | (?<![\d.])(?P<d2>\d{{1,2}})\.\s?(?P<m2>\d{{1,2}})\.(?:\s?(?P<y2>\d{{4}}|\d\d))?(?![\d.])
    | \b(?:(?P<d3>\d{{1,2}})\.\s*)?(?P<m3>{_MONTH_NAMES})\b\.?(?:\s+(?P<y3>\d{{4}}))?""",
    re.VERBOSE | re.IGNORECASE,
)
_TIME = re.compile(r"\b(\d{1,2})(?:[.:](\d\d))?\s*Uhr\b")
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<digits>\d{1,3}(?:[. ]\d{3})+(?:,\d+)?(?![\d.])|\d+(?:[.,]\d+)*)(?:,[-–—]+)?|(?P<word>[^\W\d_]+)"
)
_CURRENCY = re.compile(r"(?:€|\bEUR(?:O\b|\b))\s*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:bis|–|-|und|oder|auf|bis zu)\s*(?:zu\s+)?")
_GAP = re.compile(r"\.?\s*")
_LIST_MARK = re.compile(rf"^[ \t]*(?:\d{{1,3}}[a-z]?[.)](?!\s*(?:{_MONTH_NAMES})\b)|[-–•*])[ \t]+", re.MULTILINE | re.I)
_LIST_NUMBER = re.compile(r"^[ \t]*(\d{1,2})\.[ \t]", re.MULTILINE)
_SUBSECTION = re.compile(r"^[ \t]*\(\d+[a-z]?\)\s", re.MULTILINE)
_SPACES = str.maketrans("\u00a0\u202f\u2009", "   ")

_LARGE = re.compile(r"\s?(Tausend|Tsd\b\.?|Million(?:en)?\b|Mio\b\.?|Milliarden?\b|Mrd\b\.?)\s?", re.IGNORECASE)
_FACTORS = (("t", 10**3), ("milliarde", 10**9), ("milli", 10**6), ("mio", 10**6), ("mrd", 10**9))
_ONE_PERIOD = re.compile(r"(Tages|Wochen|Monats|Jahres)(?:frist|zeitraum)\b")
_RHYTHM = re.compile(
    r"\b(täglich|wöchentlich|monatlich|vierteljährlich|halbjährlich|jährlich)\w*"
    r"|\b(?:pro|je|jeden|jedes|jede|im|in der)\s+(?:Kalender)?(Tag|Woche|Monat|Vierteljahr|Halbjahr|Jahr)(?:es|s)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One value: `kind` as in _UNITS, "number", "date" ("2026-01-01", "????-01-01") or "time"; `raw` as written."""

    kind: str
    value: str
    raw: str


@lru_cache(maxsize=2000)
def figures(text: str) -> tuple[Figure, ...]:
    """All values of a text, in no particular order; numbers of list items and Absätze are none."""
    plain = _SUBSECTION.sub(_blank, _LIST_MARK.sub(_blank, text.translate(_SPACES)))
    found: list[Figure] = []
    for pattern, read in ((_DATE, _date), (_TIME, _time)):
        for match in pattern.finditer(plain):
            if figure := read(match):
                found.append(figure)
                plain = plain[: match.start()] + " " * len(match.group()) + plain[match.end() :]
    found += [Figure(*_one_period(match), match.group()) for match in _ONE_PERIOD.finditer(plain)]
    return (*found, *_with_units(list(_numbers(plain))))


def unsupported(claim: str, wording: str) -> list[str]:
    """The values of a claim, as it writes them, that the wording does not have."""
    there = figures(wording)
    items = _LIST_NUMBER.findall(wording)
    counted = {*items, str(len(items))}
    missing = [
        figure.raw
        for figure in figures(claim)
        if not any(_same(figure, other) for other in there)
        and not _in_table(figure, there, wording)
        and not (figure.kind == "number" and figure.value in counted)
    ]
    return list(dict.fromkeys([*missing, *_rhythms(claim, wording)]))


def _rhythms(claim: str, wording: str) -> Iterator[str]:
    """"monatlich" in a claim whose source speaks of the year."""
    low = wording.lower().replace("ä", "a").replace("ö", "o")
    for match in _RHYTHM.finditer(claim):
        stem = (match[1] or match[2]).lower().replace("ä", "a").replace("ö", "o").removesuffix("lich")
        if stem.rstrip("ent") not in low and stem[:4] not in low:
            yield match.group()


def _same(claim: Figure, other: Figure) -> bool:
    if claim.kind == "date" and other.kind == "date":
        pairs = zip(claim.value.split("-"), other.value.split("-"), strict=True)
        return all(mine in ("????", "??", its) for mine, its in pairs)
    if claim.kind == "number":
        return claim.value == other.value or (other.kind == "date" and claim.value == other.value[:4])
    return claim.kind == other.kind and claim.value == other.value


def _in_table(claim: Figure, there: Iterable[Figure], wording: str) -> bool:
    """A table says the unit once, in its head: a bare number in a row will do."""
    if " | " not in wording or claim.kind not in {"money", "percent", "day", "month"}:
        return False
    values = {claim.value, _plain(Decimal(claim.value) / (12 if claim.kind == "month" else 1))}
    return any(other.kind == "number" and other.value in values for other in there)


def _date(match: re.Match[str]) -> Figure | None:
    part = match.groupdict()
    day = part["d1"] or part["d2"] or part["d3"]
    year = part["y1"] or part["y2"] or part["y3"]
    month = int(part["m1"] or part["m2"] or _MONTH[part["m3"].lower()])
    if not 1 <= month <= 12 or (part["m3"] and not day and not year):
        return None
    year = f"20{year}" if year and len(year) == 2 else year
    shown = f"{year or '????'}-{month:02}-{f'{int(day):02}' if day else '??'}"
    return Figure("date", shown, match.group().strip())


def _time(match: re.Match[str]) -> Figure:
    return Figure("time", f"{int(match[1]):02}:{match[2] or '00'}", match.group())


def _one_period(match: re.Match[str]) -> tuple[str, str]:
    return {"T": ("day", "1"), "W": ("day", "7"), "M": ("month", "1"), "J": ("month", "12")}[match[1][0]]


@dataclass(frozen=True, slots=True)
class _Token:
    value: Decimal | None
    figure: Figure
    start: int
    end: int
    text: str


def _numbers(text: str) -> Iterator[_Token]:
    for match in _NUMBER.finditer(text):
        token = _digits(match, text) if match["digits"] else _word(match, text)
        if token:
            yield token


def _digits(match: re.Match[str], text: str) -> _Token:
    written = match["digits"]
    plain = re.sub(r"[. ](?=\d{3}(?:\D|$))", "", written)
    value = Decimal(plain.replace(",", ".")) if re.fullmatch(r"\d+(?:,\d+)?", plain) else None
    token = _finish(value, match.start(), match.end(), text, written)
    if token.figure.kind == "number" and _CURRENCY.search(text[max(0, match.start() - 5) : match.start()]):
        return replace(token, figure=replace(token.figure, kind="money"))
    return token


def _word(match: re.Match[str], text: str) -> _Token | None:
    word = match.group().lower()
    if not word.startswith(numerals.BEGINNINGS):
        return None
    if word in numerals.ARTICLES:
        token = _finish(Decimal(1), match.start(), match.end(), text, "1")
        return None if token.figure.kind == "number" else token
    if (value := numerals.value(word)) is not None:
        return _finish(value, match.start(), match.end(), text, word)
    if (value := numerals.ordinal(word)) is not None:
        token = _finish(value, match.start(), match.end(), text, word)
        return None if token.figure.kind == "number" else token
    return _compound(match, text)


def _compound(match: re.Match[str], text: str) -> _Token | None:
    """A word that begins with a number: "dreimonatig", "Zweiwochenfrist", "zweimal"."""
    word = match.group().lower()
    for end in range(len(word) - 2, 2, -1):
        value = numerals.value(word[:end]) or (Decimal(1) if word[:end] == "ein" else None)
        if value is not None and (unit := unit_at(word, end)):
            return _Token(value, Figure(unit[0], _plain(value * unit[1]), match.group()), *match.span(), text)
    return None


def _finish(value: Decimal | None, start: int, end: int, text: str, written: str) -> _Token:
    """The number with the unit behind it."""
    if value is None:
        return _Token(None, Figure("number", written, written), start, end, text)
    if large := _LARGE.match(text, end):
        value, end = value * next(f for name, f in _FACTORS if large[1].lower().startswith(name)), large.end()
    following = _GAP.match(text, end)
    place = following.end() if following else end
    if unit := unit_at(text, place):
        stop = place + unit[2]
        return _Token(value, Figure(unit[0], _plain(value * unit[1]), text[start:stop]), start, stop, text)
    return _Token(value, Figure("number", _plain(value), text[start:end]), start, end, text)


def _with_units(tokens: Sequence[_Token]) -> Iterator[Figure]:
    """ "3 bis 5 Tage": the first number takes the unit of the second."""
    for token, following in zip_longest(tokens, tokens[1:]):
        figure = token.figure
        if figure.kind == "number" and token.value is not None and following and _joined(token, following):
            factor = Decimal(following.figure.value) / (following.value or 1)
            figure = Figure(following.figure.kind, _plain(token.value * factor), figure.raw)
        yield figure


def _joined(token: _Token, following: _Token) -> bool:
    between = _BETWEEN.fullmatch(token.text, token.end, following.start)
    return bool(between and following.value and following.figure.kind != "number")


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
