"""The values of the personal data gate, and its word lists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from assistant.german import WORDS


class Kind(StrEnum):
    """What was found; the value is what stands for it in a masked text."""

    EMAIL = "E-Mail"
    IBAN = "IBAN"
    TAX = "Steuernummer"
    PENSION = "Rentenversicherungsnummer"
    HEALTH = "Krankenversichertennummer"
    ID_CARD = "Ausweisnummer"
    CASE = "Aktenzeichen"
    PHONE = "Telefonnummer"
    PLATE = "Kennzeichen"
    ADDRESS = "Anschrift"
    NAME = "Name"
    BIRTH = "Geburtsdatum"


@dataclass(frozen=True, slots=True)
class Finding:
    """Characters `start` to `end` of the text are personal data of this kind."""

    kind: Kind
    start: int
    end: int

    def overlaps(self, other: Finding) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Rule:
    """Group "it" of the pattern is personal data where the check on the text and the match says so."""

    kind: Kind
    pattern: re.Pattern[str]
    check: Callable[[str, re.Match[str]], bool] = lambda text, match: True


@cache
def words(name: str) -> frozenset[str]:
    """The words of one list of lists.toml: "first_names", "surnames", "districts"."""
    with Path(__file__).with_name("lists.toml").open("rb") as file:
        return frozenset(tomllib.load(file)[name].split())


@cache
def vocabulary() -> frozenset[str]:
    """The folded words of federal law: what stands there is a noun before it is a name."""
    return frozenset(WORDS.read_text(encoding="utf-8").split()[::2])
