"""The units that follow a number in a German text, or end its word ("dreimonatig")."""

from __future__ import annotations

import re
from decimal import Decimal

_CASE = r"(?:e[ns]?|n|s)?(?:frist|zeitraum\w*)?\b"
# Pattern of what follows a number (or ends its word) -> kind, and how many of the kind it holds.
_UNITS: tuple[tuple[re.Pattern[str], str, Decimal], ...] = tuple(
    (re.compile(rf"[ -]?(?:{pattern})", re.IGNORECASE), kind, Decimal(factor))
    for pattern, kind, factor in (
        (r"€|EUR\b|Euros?\b", "money", "1"),
        (r"Cents?\b|ct\b", "money", "0.01"),
        (r"%|Prozent\w*|vom Hundert\b|v\.\s?H\.", "percent", "1"),
        (r"‰|Promille\b|vom Tausend\b|v\.\s?T\.", "percent", "0.1"),
        (r"(?:Prozent|%-)ig\w*", "percent", "1"),
        (rf"Werktag{_CASE}|werktäg\w*", "workday", "1"),
        (rf"Arbeitstag{_CASE}", "officeday", "1"),
        (rf"(?:Kalender|Lebens|s)?tag{_CASE}|täg(?:ig|lich)\w*", "day", "1"),
        (rf"(?:Kalender)?woche{_CASE}|wöch(?:ig|entlich)\w*", "day", "7"),
        (rf"(?:Kalender)?monat{_CASE}|monat(?:ig|lich)\w*", "month", "1"),
        (rf"Vierteljahr{_CASE}|vierteljähr\w*|Quartal{_CASE}", "month", "3"),
        (rf"Halbjahr{_CASE}|halbjähr\w*", "month", "6"),
        (rf"(?:Kalender|Lebens|Haushalts|Schul|Berufs)?jahr{_CASE}|jähr(?:ig|lich)\w*", "month", "12"),
        (r"Stunde\w*|stünd(?:ig|lich)\w*|Std\b|h\b", "minute", "60"),
        (r"Minute\w*|minüt(?:ig|lich)\w*|Min\b", "minute", "1"),
        (r"(?:mal|fach|malig|fache)[nrsm]?\b", "times", "1"),
        (r"Drittel\w*", "third", "1"),
        (r"Viertel\w*", "quarter", "1"),
        (r"Fünftel\w*", "fifth", "1"),
    )
)


def unit_at(text: str, start: int) -> tuple[str, Decimal, int] | None:
    """The unit at a place of the text: its kind, how many of the kind it holds, and its length; or None.

    Kinds: money (Euro), percent, day, workday, officeday, month, minute, times, third, quarter, fifth.
    """
    for pattern, kind, factor in _UNITS:
        if match := pattern.match(text, start):
            return kind, factor, match.end() - start
    return None
