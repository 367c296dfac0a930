"""What tesseract makes of "§", put right by context: it writes "8", "$", "&", "S", and never the sign itself.

Tokens stay tokens, so that each keeps its place on the page; only the sign is changed, numbers and words are not (but
see O8). The numbered rules:

O1  "$" before a number: "$ 34 Absatz 8", "$4"
O2  a lone "8", "&", "S", "s" or "5" before a number and a word of a citation or the name of a law: "8 12 Abs. 2",
    "S 4 BauGB"; not after "Nr." and the like, and "Abs. 2 S 1 BGB" stays a Satz; "5" only where O3 asks for it too
O3  the same before a number after "nach", "gemäß", "auf Grund von" …: "nach 8 34"; not "nach 8 500 kg", "8 30 Uhr"
O4  "88" before two numbers: "88 3 und 4", "88 48 bis 50", "88 35 ff."
O5  "8" glued to its number between such words: "nach 812 Abs. 2"
O6  several such signs before a number, one at least no digit: "$8 3 und 4" is §§, "8$ 34 Abs. 1" is §
O7  a line "8 1 - Stundensätze" or "8 1 Zweck", where § 1 is the next to come (or the first)
O8  a line that is nothing but "81", "8 1" or "S 1" ("Sl"), above a title, where § 1 is one of the next to come
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"(\d{1,4})[a-z]?[,.;:)]*")
_DETAIL = re.compile(r"(?:Abs(?:\.|atz|ätze)|Nr\.|Nrn\.|Nummern?$|Satz$|Sätze|Unterabs|Buchst|ff?[.,;)]*$)")
_LAW = re.compile(r"(?:[A-ZÄÖÜ][A-Za-zäöü]*(?:G|GB|O|VO|V)|GG|AO|SGB)[.,;:)]*(?:-.*)?")
_THE_LAW = re.compile(r"[A-ZÄÖÜ][a-zäöüß]*(?:gesetz|buch|ordnung|satzung)(?:e?s)?[.,;:)]*")
_CUE = re.compile(r"[(„]?(?:[Nn]ach|[Gg]emäß|[Gg]em\.|[Vv]gl\.|[Ss]iehe|[Ii]\.S\.[dv]\.|[Ii]\.V\.m\.|[Ss]inne)")
_GROUND = ("Grund", "Sinne", "Verbindung", "Maßgabe")
_LABEL = re.compile(r"(?:§+|Art(?:\.|ikel)|Nr\.|Nrn\.|Nummer|Abs\.|Absatz|Satz|Seite|S\.|Tel\.?)$", re.IGNORECASE)
_SEVERAL = re.compile(r"(?=.*[^\d])(?!§+$)[8$S§&s5]{2,6}")
_MORE = ("und", "oder", "bis", "sowie", "-", "–")
_HEADING = re.compile(r"(?P<sign>[8$S§&s]{1,2}):? ?(?P<number>[1-9]\d{0,2}|[lI])(?P<letter>[a-z]?)")
_NAMED = re.compile(r"§ ?(\d{1,4})[a-z]?(?: [-–—(]?\s?(?!Abs|Satz|Nr|Nummer)[A-ZÄÖÜ].*[^.,;:])?")
_AHEAD = 3  # so many sections a heading may be ahead of the last one that was read


class Repair:
    """Goes along the lines of a document; knows which § was the last that began a line."""

    def __init__(self) -> None:
        self._last = 0

    def line(self, tokens: Sequence[str], below: str = "") -> list[str]:
        """The tokens of a line with their "§"; `below` is the text of the line after it, or ""."""
        fixed = self._alone(tokens, below) or [_token(tokens, index) for index in range(len(tokens))]
        if len(fixed) > 2 and fixed[0] == "8" and (number := _NUMBER.fullmatch(fixed[1])):
            title = " ".join(fixed[2:]).lstrip("-–— ")
            if int(number[1]) in (1, self._last + 1) and (title[:1].isupper() or title[:1] == "("):
                fixed[0] = "§"
        if heading := _NAMED.fullmatch(" ".join(fixed)):
            self._last = int(heading[1])
        return fixed

    def _alone(self, tokens: Sequence[str], below: str) -> list[str] | None:
        """Rule O8."""
        match = _HEADING.fullmatch(" ".join(tokens))
        if not match or not (below[:1].isupper() or below[:1] == "(") or below[-1] in ".,;":
            return None
        number = "1" if match["number"] in "lI" else match["number"]
        if not (int(number) == 1 or self._last < int(number) <= self._last + _AHEAD):
            return None
        number += match["letter"]
        return ["§", number] if len(tokens) == 2 else [f"§{number}"]


def _token(tokens: Sequence[str], index: int) -> str:
    """Rules O1 to O6 for one token."""
    token = tokens[index]
    mark = token.lstrip("(„\"'")
    opening = token[: len(token) - len(mark)]
    after = [*tokens[index + 1 : index + 4], "", "", ""]
    if _NUMBER.fullmatch(after[0]):
        if mark == "88" and _several(after):
            return f"{opening}§§"
        if _SEVERAL.fullmatch(mark) and not _label_before(tokens, index):
            return f"{opening}§§" if _several(after) else f"{opening}§"
        if mark in ("8", "&", "S", "s", "5") and _is_sign(tokens, index, mark, bool(opening)):
            return f"{opening}§"
    if mark.startswith("$") and _NUMBER.fullmatch(mark[1:] or after[0]):
        return f"{opening}§{mark[1:]}"
    glued = re.fullmatch(r"8(\d{1,3}[a-z]?)", mark)
    if glued and _asks(tokens, index) and _DETAIL.match(after[0]):
        return f"{opening}§{glued[1]}"
    return token


def _several(after: Sequence[str]) -> bool:
    """Do two numbers follow: "3 und 4", "3, 5", or "35 ff."?"""
    listed = after[0].endswith(",") and bool(_NUMBER.fullmatch(after[1]))
    return listed or (after[1] in _MORE and bool(_NUMBER.fullmatch(after[2]))) or after[1].startswith("ff")


def _is_sign(tokens: Sequence[str], index: int, mark: str, opened: bool) -> bool:
    """Rules O2 and O3 for a single character before a number."""
    if _label_before(tokens, index):
        return False
    before = tokens[index - 1] if index else ""
    number, word, next_word = [*tokens[index + 1 : index + 4], "", "", ""][:3]
    detail = bool(_DETAIL.match(word)) or bool(_LAW.fullmatch(word))
    detail = detail or (word in ("des", "der", "dieser") and bool(_THE_LAW.fullmatch(next_word)))
    asked = _asks(tokens, index)
    if mark == "5":
        return detail and (asked or opened)
    if mark in ("S", "s") and re.fullmatch(r"\d+[a-z]?|[IVX]+", before):
        return False
    thousands = mark == "8" and re.fullmatch(r"\d{3}", number)
    return detail or (asked and not thousands and word != "Uhr")


def _asks(tokens: Sequence[str], index: int) -> bool:
    """Do the words before ask for a citation: "nach", "im Sinne des", "auf Grund von"?"""
    before = tokens[index - 1] if index else ""
    earlier = tokens[index - 2] if index > 1 else ""
    return bool(_CUE.fullmatch(before)) or (before in ("des", "von", "der", "mit") and earlier in _GROUND)


def _label_before(tokens: Sequence[str], index: int) -> bool:
    return index > 0 and _LABEL.search(tokens[index - 1]) is not None
