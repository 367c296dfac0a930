"""German number words: "eintausend", "zweieinhalb", "zwölften"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache

_ONES = "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn".split()
_ONES += "sechzehn siebzehn achtzehn neunzehn".split()
_TENS = dict(enumerate("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split(), 2))
_ORDINAL = re.compile(r"s?te[rnsm]?$")
_IRREGULAR = {"erst": 1, "dritt": 3, "siebt": 7, "acht": 8}
_IRREGULAR_ORDINAL = re.compile(rf"({'|'.join(_IRREGULAR)})e[rnsm]?$")
_HALF = {"halb": "0.5", "halbe": "0.5", "halben": "0.5", "halbes": "0.5", "halber": "0.5", "anderthalb": "1.5"}

# Every number word, and every word that begins with one, begins with one of these.
BEGINNINGS = (*(word[:3] for word in (*_ONES, *_TENS.values())), "hun", "tau", "hal", "and", "ers", "dri", "zwo")
ARTICLES = frozenset("ein eine einen einem einer eines".split())


@lru_cache(maxsize=20_000)
def value(word: str) -> Decimal | None:
    """The number that a lower-case word names, up to 999,999; None for any other word, the articles among them."""
    if half := _HALF.get(word):
        return Decimal(half)
    if word.endswith("einhalb") and (whole := _cardinal(word.removesuffix("einhalb") or "null")) is not None:
        return Decimal(whole) + Decimal("0.5")
    number = _cardinal(word)
    return None if number is None else Decimal(number)


@lru_cache(maxsize=20_000)
def ordinal(word: str) -> Decimal | None:
    """The number of a lower-case ordinal ("zwölften" -> 12), or None."""
    if found := _IRREGULAR_ORDINAL.match(word):
        return Decimal(_IRREGULAR[found[1]])
    number = _cardinal(_ORDINAL.sub("", word)) if _ORDINAL.search(word) else None
    return None if number is None else Decimal(number)


def _cardinal(word: str) -> int | None:
    known = _words()
    if word in known:
        return known[word]
    if "tausend" not in word:
        return None
    left, right = word.split("tausend", 1)
    thousands, rest = known.get(left or "ein"), known.get(right.removeprefix("und") or "null")
    return None if thousands is None or rest is None else thousands * 1000 + rest


@cache
def _words() -> dict[str, int]:
    """All spellings of 0 to 999."""
    below = {word: number for number, word in enumerate(_ONES)} | {"zwo": 2}
    for number, tens in _TENS.items():
        below[tens] = number * 10
        for one in range(1, 10):
            below["ein" * (one == 1) + _ONES[one] * (one > 1) + "und" + tens] = number * 10 + one
    words = dict(below) | {"ein": 1}
    for hundred in range(1, 10):
        names = ["einhundert", "hundert"] if hundred == 1 else [f"{_ONES[hundred]}hundert"]
        for name in names:
            words[name] = hundred * 100
            words |= {name + link + word: hundred * 100 + n for word, n in below.items() if n for link in ("", "und")}
    return words
