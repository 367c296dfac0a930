"""Numbers and contacts that belong to one person, each by its form and, where it has one, its check digit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stdnum import iban
from stdnum.de import idnr, stnr

from assistant.personal.kinds import Kind, Rule, words

_PENSION_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)
_HEALTH_WEIGHTS = (1, 2) * 5
_CASE_DIGITS = 3
_PHONE_DIGITS = range(8, 16)
_NAMED_PHONE_DIGITS = range(5, 16)

# What courts and gazettes have published is a citation, nobody's file.
_PUBLIC = re.compile(
    r"\b(?:Urteile?s?|Beschl(?:uss|üsse)|Entscheidung|Rechtsprechung|BVerwG|BVerfG|BGH|BAG|BSG|BFH|EuGH|EuG|EGMR"
    r"|Drucksache|Drs\.|Version|Formular|Vordruck|BGBl\.)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_STANDARD = re.compile(r"EU-(?:VO|RL|DS|GV)|DIN-(?:A|B|C|EN)\b|E-A\b")


def pension_number(value: str) -> bool:
    """Check digit of an insurance number ("65170839J003"), § 2 Abs. 5 VKVV."""
    digits = value[:8] + f"{_place(value[8]):02}" + value[9:11]
    return _digit_sums(digits, _PENSION_WEIGHTS) % 10 == int(value[11])


def health_number(value: str) -> bool:
    """Check digit of a Krankenversichertennummer ("A123456780"), § 290 SGB V: a Luhn sum."""
    return _digit_sums(f"{_place(value[0]):02}" + value[1:9], _HEALTH_WEIGHTS) % 10 == int(value[9])


def id_card_number(value: str) -> bool:
    """Check digit of a German identity card or passport ("T220001293"): ICAO 9303, weights 7, 3, 1."""
    return sum((7, 3, 1)[at % 3] * int(sign, 36) for at, sign in enumerate(value[:9])) % 10 == int(value[9])


def _place(letter: str) -> int:
    return ord(letter) - ord("A") + 1


def _digit_sums(digits: str, weights: Sequence[int]) -> int:
    return sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(digits, weights, strict=True))


def _bare(match: re.Match[str]) -> str:
    return re.sub(r"[\s./-]", "", match["it"]).upper()


def _digits(match: re.Match[str]) -> int:
    return sum(sign.isdigit() for sign in match["it"])


def _is_case(text: str, match: re.Match[str]) -> bool:
    if _digits(match) < _CASE_DIGITS or _YEAR.fullmatch(match["it"]):
        return False
    return not _PUBLIC.search(text[max(0, match.start() - 80) : match.start("it")])


def _is_plate(_: str, match: re.Match[str]) -> bool:
    return match["district"].upper() in words("districts") and not _STANDARD.match(match["it"])


_NUMBER_WORD = r"(?:[- ]?(?:Nr\.?|Nummer))?\s*(?:\(\w+\)\s*)?(?:lautet|ist|war|hat)?\s*:?\s*"
_CASE_WORD = (
    r"\b(?:Az|AZ|Gz|GZ|Aktenzeichen|Geschäftszeichen|Kassenzeichen|Buchungszeichen|Akte|Personal|Pers\.|Kunden|Vorgangs|Fall|BG"
    r"|Bedarfsgemeinschafts|Matrikel|Mitglieds|Versicherungs|Versicherten|Bescheid)(?:nummer|nr\.?|-Nr\.?|-Nummer|\.)?"
    r"(?:\s+(?:Nr\.|lautet|ist|war))?\s*:?\s*"
)
_TOKEN = (
    r"(?P<it>(?=[\w./-]*\d|[A-ZÄÖÜ][A-Za-z]{0,3}\s\d)[A-Za-zÄÖÜ0-9][\w./-]*"
    r"(?:[ -](?=[\w./-]*\d)[\w./-]+|[ ][A-Z][A-Za-z]?(?=\s\d)){0,4}(?<![.,/-]))"
)
_CARD_SIGNS = "CFGHJKLMNPRTVWXYZ"

RULES = (
    Rule(Kind.EMAIL, re.compile(r"(?P<it>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")),
    # A German one counts with a wrong check digit too: it is a typing error, and still somebody's.
    Rule(Kind.IBAN, re.compile(r"\b(?P<it>DE\d{2}(?:[ -]?\d){18})\b", re.I)),
    Rule(
        Kind.IBAN,
        re.compile(r"\b(?:Kontonummer|Kontonr\.?|Konto-Nr\.?|Kto\.(?:-?Nr\.)?):?\s*(?P<it>\d[\d ]{4,11}\d)\b"),
    ),
    Rule(
        Kind.IBAN,
        re.compile(r"\b(?P<it>[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?)\b"),
        lambda _, match: bool(iban.is_valid(_bare(match))),
    ),
    Rule(
        Kind.TAX,
        re.compile(r"(?<![\w./-])(?P<it>[1-9]\d(?:[ ]?\d{3}){3})(?![\w/-])"),
        lambda _, match: bool(idnr.is_valid(_bare(match))),
    ),
    Rule(
        Kind.TAX,
        re.compile(r"(?<![\w./-])(?P<it>\d{2,3}/\d{3,4}/\d{4,5})(?![\w/-])"),
        lambda _, match: bool(stnr.is_valid(_bare(match))),
    ),
    Rule(
        Kind.TAX,
        re.compile(
            rf"\b(?:Steuer-?(?:ID|IdNr\.?|nummer|identifikationsnummer)|IdNr\.?|TIN|St\.?-?Nr\.?){_NUMBER_WORD}"
            r"(?P<it>\d[\d /]{8,14}\d)\b",
            re.I,
        ),
    ),
    Rule(
        Kind.PENSION,
        re.compile(r"\b(?P<it>\d{2}[ ]?[0-7]\d[01]\d{3}[ ]?[A-Z][ ]?\d{3})\b"),
        lambda _, match: pension_number(_bare(match)),
    ),
    Rule(
        Kind.PENSION,
        re.compile(
            r"\b(?:RVNR|SV-?(?:Nummer|Nr\.?)|(?:Renten|Sozial)versicherungs(?:nummer|nr\.?))"
            + _NUMBER_WORD
            + r"(?P<it>\d{2}[ ]?\d{6}[ ]?[A-Z][ ]?\d{3})\b",
            re.I,
        ),
    ),
    Rule(
        Kind.HEALTH,
        re.compile(r"\b(?P<it>[A-Z][ ]?\d{3}[ ]?\d{3}[ ]?\d{3})\b"),
        lambda _, match: health_number(_bare(match)),
    ),
    Rule(
        Kind.HEALTH,
        re.compile(
            r"\b(?:KVNR|Kranken(?:versicherten|versicherungs|kassen)(?:nummer|nr\.?))"
            + _NUMBER_WORD
            + r"(?P<it>[A-Z][ ]?\d{9})\b",
            re.I,
        ),
    ),
    Rule(
        Kind.ID_CARD,
        re.compile(rf"\b(?P<it>[{_CARD_SIGNS}](?=[{_CARD_SIGNS}]{{0,7}}\d)[{_CARD_SIGNS}0-9]{{8}}\d)(?:D)?\b"),
        lambda _, match: id_card_number(match["it"]),
    ),
    Rule(
        Kind.ID_CARD,
        re.compile(
            rf"(?:[Aa]usweis|[Pp]ass|[Aa]ufenthaltstitel)[\w.-]*\W+(?:\w+\W+){{0,3}}?"
            rf"(?P<it>[{_CARD_SIGNS}](?=[{_CARD_SIGNS}]{{0,7}}\d)[{_CARD_SIGNS}0-9]{{8}}\d?)\b"
        ),
    ),
    Rule(Kind.CASE, re.compile(_CASE_WORD + _TOKEN), _is_case),
    Rule(Kind.CASE, re.compile(r"(?<![\w./])(?P<it>\d{5}[ ]?BG[ ]?\d{7})\b")),
    # "4 K 1234/23", "12 Js 345/24"
    Rule(
        Kind.CASE,
        re.compile(r"(?<![\w.,§])(?P<it>\d{1,3}\s[A-Z][A-Za-z]{0,3}\s\d{1,5}/\d{2}(?:\.\w{1,3})?)\b"),
        _is_case,
    ),
    # "JA-2024-0815", "SG50/2023/117"
    Rule(
        Kind.CASE,
        re.compile(r"\b(?P<it>[A-ZÄÖÜ]{1,5}\d{0,3}[-/_](?:\d{1,3}[-/])?(?:19|20)\d\d[-/_.]\d{2,})\b"),
        _is_case,
    ),
    # "32.3/OWi/9988"
    Rule(
        Kind.CASE, re.compile(r"(?<![\w./-])(?P<it>\d{1,3}(?:[.-]\d{1,4})*/[A-ZÄÖÜ][A-Za-z]{1,5}/\d{2,})\b"), _is_case
    ),
    # "32-51.10/2024-117", "50.1-1234/24"
    Rule(
        Kind.CASE,
        re.compile(r"(?<![\w./-])(?P<it>\d{1,4}(?:[-.]\d{1,5}){1,3}/(?:19|20)?\d\d(?:[-/]\d+)?)(?![\w/])"),
        _is_case,
    ),
    Rule(
        Kind.PHONE,
        re.compile(
            r"\b(?:Tel(?:efon)?|Handy|Mobil|Fax|Rufnummer|Durchwahl)(?:nummer|nr)?\b\.?(?:\s+(?:lautet|ist))?\s*:?\s*"
            r"(?P<it>[+(]?\d[\d\s/()-]{3,20}\d)\b(?!\s*(?:Euro|€|%))"
        ),
        lambda _, match: _digits(match) in _NAMED_PHONE_DIGITS,
    ),
    Rule(
        Kind.PHONE,
        re.compile(
            r"(?<![\w.,/+-])(?P<it>(?:\+|00)[1-9]\d[\s/()-]*(?:\(0\)\s*)?\d[\d\s/()-]{5,14}\d"
            r"|(?!0[89]00|0180)\(?0[1-9]\d{1,4}\)?[\s/–-]{1,3}\d[\d /–-]{3,12}\d"
            r"|(?!0[89]00|0180)0[1-9]\d{7,11})(?![\w.]\d)\b"
        ),
        lambda _, match: _digits(match) in _PHONE_DIGITS,
    ),
    Rule(
        Kind.PLATE,
        re.compile(r"(?<![\w-])(?P<it>(?P<district>[A-ZÄÖÜ]{1,3})-[A-Z]{1,2}[ ]?[1-9]\d{0,3}[EH]?)(?![\w-])"),
        _is_plate,
    ),
    Rule(
        Kind.PLATE,
        re.compile(r"kennzeichen:?\s+(?P<it>(?P<district>[A-ZÄÖÜ]{1,3})[ -][A-Z]{1,2}[ -]?[1-9]\d{0,3}[EH]?)\b", re.I),
        _is_plate,
    ),
)
