"""The values of spreadsheet cells as a German reader writes them: "1.234,50 €", "01.03.2026", "5,5 %", "ja"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_LITERAL = re.compile(r'"([^"]*)"')
_DIGITS = re.compile(r'(?P<before>(?:"[^"]*"|[^#0?"])*)(?P<digits>[#0?][#0?,.]*)(?P<after>.*)')
_CURRENCY = {"EUR": "€"}


def text(value: object, form: str = "General") -> str:
    """A cell's value (text, number, date, time, truth value or None) as text. `form` is Excel's number format."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nein"
        case int() | float():
            return _formatted(value, form)
        case datetime() | date() | time() | timedelta():
            return moment(value)
        case _:
            return " ".join(str(value).split())


def moment(value: date | time | timedelta) -> str:
    """A date ("01.03.2026"), with its time where it has one ("01.03.2026 14:30"); a time; a duration in hours."""
    match value:
        case datetime():
            clock = "" if value.time().replace(microsecond=0) == time() else f" {value:%H:%M}"
            return f"{value:%d.%m.%Y}{clock}"
        case date():
            return f"{value:%d.%m.%Y}"
        case time():
            return f"{value:%H:%M}"
        case _:
            minutes = round(value.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02d}"


def number(value: float, decimals: int | None = None, *, grouped: bool = False, width: int = 1) -> str:
    """A number with a decimal comma; `decimals` None keeps those it has. `width`: digits before the comma at least."""
    if decimals is None:
        plain = f"{value:.10f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.0f}"
        decimals = len(plain.partition(".")[2])
    whole, _, fraction = f"{abs(value):{',' if grouped else ''}.{decimals}f}".partition(".")
    sign = "-" if value < 0 and float(f"{value:.{decimals}f}") else ""
    return sign + whole.replace(",", ".").zfill(width) + ("," + fraction if fraction else "")


def amount(value: float, currency: str, decimals: int = 2) -> str:
    """Money: "1.234,50 €"."""
    return f"{number(value, decimals, grouped=True)} {_CURRENCY.get(currency, currency)}".strip()


def _formatted(value: float, form: str) -> str:
    """By the first section of a format such as '#,##0.00 [$€-407]', '0.0%', '00000' or '0" km"'."""
    section = re.sub(r"\[\$([^\]-]*)[^\]]*\]", r'"\1"', form.split(";")[0])
    section = re.sub(r"\\(.)", r'"\1"', re.sub(r"\[[^\]]*\]|_.|\*.", "", section))
    parts = _DIGITS.fullmatch(section)
    if not parts or "E+" in section or "/" in section:
        return number(value)
    percent = "%" in parts["after"]
    whole, _, fraction = parts["digits"].rstrip(",").partition(".")
    shown = number(
        100 * value if percent else value, len(fraction), grouped="," in whole, width=max(whole.count("0"), 1)
    )
    before, after = _words(parts["before"]), _words(parts["after"])
    if before in ("€", "EUR", "$", "£"):
        before, after = "", before
    after = " %" if percent else f" {after}" if after in ("€", "EUR", "$", "£") else after
    return f"{before} {shown}{after}".strip() if before else f"{shown}{after}".strip()


def _words(section: str) -> str:
    """The literal text around the digits of a format."""
    literal = "".join(_LITERAL.findall(section))
    bare = _LITERAL.sub("", section).strip(" %")
    return (literal if literal.strip() else bare).replace("\xa0", " ").rstrip() if literal or bare else ""
