"""Headings that name a place: "§ 4 Steuersätze", "Artikel 6", "Anlage 1 Muster", "4.2 Feststellung", "(2) Umfang".

A cross-reference ("§ 4 gilt entsprechend.", "§ 5 Abs. 2", "§ 3 OZG") is none of them, in whatever type it is set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_SECTION = re.compile(
    r"(?P<sign>§§?|Art(?:ikel|\.))\s*(?P<number>\d+(?:\s[a-z]\b(?=\s*[-–—:|]|\s+[A-ZÄÖÜ]|$)|[a-z]{0,2}\b)(?:\s*(?:bis|und|-|–)\s*\d+[a-z]{0,2}\b)?)(?P<rest>.*)",
    re.DOTALL,
)
_ANNEX = re.compile(
    r"(?P<word>Anlage|Anhang)(?:\s+(?:Nr\.\s*)?(?P<number>\d+[a-z]?|[IVX]+|[A-H]))?(?P<rest>(?:[\s:.,–—(-].*)?)$",
    re.IGNORECASE | re.DOTALL,
)
_DECIMAL = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,3}){0,4})\.?\)?\s+(?P<rest>\S.*)", re.DOTALL)
_SUBSECTION = re.compile(r"\((?P<number>\d{1,2}[a-z]?)\)(?P<rest>.*)", re.DOTALL)
_SEPARATOR = re.compile(r"^[\s\-–—:.|*]+")
_REFERENCE = re.compile(
    r"(?:Abs|Absatz|Absätze|Satz|Sätze|Nr|Nrn|Nummer|Nummern|Buchst|Buchstabe|Halbsatz|Unterabs|Unterabsatz|Alt|S)\b|[,;/)]"
)
_LAW = re.compile(r"(?:[A-ZÄÖÜ][A-Za-zäöü]*)?[A-ZÄÖÜ][a-zäöü]*(?:G|GB|O|VO|V)\b(?!-)|SGB\b|GG\b|AO\b")
_REPEALED = re.compile(r"\(?(?:weggefallen|aufgehoben|entfallen|entfällt|gestrichen|unbesetzt|frei)\b", re.IGNORECASE)
_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_ORDINAL = re.compile(  # "1. Abschnitt", "2. Änderung der Satzung": the number is an ordinal, not that of the section
    r"(?:\w+\s+)?(?:Abschnitt|Unterabschnitt|Teil|Kapitel|Titel|Buch|Nachtrag|Änderung(?:s\w+)?|Verordnung|Satzung)\b",
    re.IGNORECASE,
)
_IS_ORDINAL = re.compile(r"\d+\.\s")
_DATE = re.compile(rf"\d+\.\d+\.\d{{4}}\b|\d+\.?\s+(?:{_MONTHS})\b")
_MONEY = re.compile(r"€|\bEuro\b|\bEUR\b|\d$")
_ENDS = (".", ";", ",", ":", "!")


@dataclass(frozen=True, slots=True)
class Heading:
    """`label` is the section ("§ 4", "Art. 6", "Anlage 1", "Nr. 4.2") or, for "subsection", its number."""

    kind: Literal["section", "annex", "decimal", "subsection"]
    label: str
    title: str

    @property
    def repealed(self) -> bool:
        return bool(_REPEALED.match(self.title))


def parse(text: str, styled: bool) -> Heading | None:
    """What a heading names; None if it names no place.

    `styled`: the file itself marks it as a heading. Text that is not marked must look like one: short, without a
    full stop, its title starting with a capital letter.
    """
    if len(text) > (300 if styled else 140) or not (styled or text.count("\n") < 2):
        return None
    text = " ".join(text.split())
    if not styled and text.count("(") != text.count(")"):
        return None
    for read in (_section, _annex, _decimal):
        if (found := read(text, styled)) is not None:
            return found
    if styled and (match := _SUBSECTION.match(text)):
        return Heading("subsection", match["number"], _title(match["rest"]))
    return None


def _title(rest: str) -> str:
    return _SEPARATOR.sub("", rest).rstrip(" *")


def _section(text: str, styled: bool) -> Heading | None:
    match = _SECTION.match(text)
    if not match:
        return None
    title = _title(match["rest"])
    range_of_one = match["sign"] == "§" and not match["number"].replace(" ", "").isalnum()
    if (
        range_of_one
        or _REFERENCE.match(match["rest"].lstrip())
        or (_LAW.match(title) and not _SEPARATOR.match(match["rest"]))
    ):
        return None
    if _LAW.match(title) or (title[:1].islower() and not _REPEALED.match(title)):
        return None
    if not styled and (title.endswith(_ENDS) or "§" in title):
        return None
    sign = "Art." if match["sign"].startswith("Art") else match["sign"]
    number = re.sub(r"(?<=\d)\s(?=[a-z]$)", "", match["number"])
    return Heading("section", f"{sign} {number}", title)


def _annex(text: str, styled: bool) -> Heading | None:
    match = _ANNEX.match(text)
    if not match:
        return None
    title = _title(match["rest"])
    if not styled:
        aside = (title[:1].islower() and not re.match(r"zu[rm]?\b", title)) or re.match(r"Abschnitt|Teil|Nr", title)
        if aside or title.endswith(_ENDS) or (not match["number"] and title and not title.startswith("zu")):
            return None
    number = match["number"] or ""
    return Heading(
        "annex", f"{match['word'].capitalize()} {number.upper() if len(number) == 1 else number}".strip(), title
    )


def _decimal(text: str, styled: bool) -> Heading | None:
    match = _DECIMAL.match(text)
    if not match or _DATE.match(text) or (_ORDINAL.match(match["rest"]) and _IS_ORDINAL.match(text)):
        return None
    title = _title(match["rest"])
    if not styled:
        odd = "." not in match["number"] or not title[:1].isupper() or len(title) > 100
        if odd or title.endswith(_ENDS) or _MONEY.search(title):
            return None
    return Heading("decimal", f"Nr. {match['number']}", title) if any(char.isalpha() for char in title) else None
