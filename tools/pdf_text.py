"""The type of the PDFs: colours, fonts, measures, and tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph, Table

from assistant.errors import FundstelleError
from tools.source import Grid, Text

FONT, BOLD = "Helvetica", "Helvetica-Bold"
INK, BLUE, GREY, LINE, HEAD = map(HexColor, ("#1b1f24", "#173a5e", "#55606b", "#9aa5b1", "#e9edf2"))
Untyped = Any  # reportlab ships no types
_PADDING = 3
_NUMBER = re.compile(r"(?<=§)[ ](?=\d)|(?<=\b(?:Abs|Art)\.)[ ](?=\d)|(?<=\bNr\.)[ ](?=\d)")
_JOINT = re.compile(
    "(?<=[a-zäöüß]{3})(?=arbeit|adresse|beauftragt|behörde|bescheid|fassung|freiheit|ordnung|satzung|schlüssel|schutz"
    "|sicherheit|sichtlich|sortierung|stelle|tieren|verantwort|verfahren|verordnung|verwaltung|verzeichnis)"
)
_PIECE = re.compile("[\n\N{SOFT HYPHEN}]")
CELL = 0.88  # size of type in tables, in body sizes


@dataclass(frozen=True, slots=True)
class Sheet:
    """Measures of a layout, in points: `width` of a text column, `size` and `leading` of the body type."""

    width: float
    size: float
    leading: float
    columns: int

    def style(self, scale: float = 1.0, **more: object) -> Untyped:
        """A paragraph style, `scale` times the body type; `more` goes to reportlab's ParagraphStyle."""
        look: dict[str, object] = {
            "fontName": FONT,
            "fontSize": self.size * scale,
            "leading": self.leading * scale,
            "bulletFontSize": self.size * scale,
            "spaceAfter": self.leading * 0.4,
            "textColor": INK,
            "allowWidows": 0,
        }
        return ParagraphStyle("", **(look | more))


def safe(text: str) -> str:
    """The text for reportlab's markup. Raises FundstelleError on letters the standard fonts lack."""
    missing = sorted({letter for letter in text if not letter.encode("cp1252", "ignore")})
    if missing:
        raise FundstelleError(f"Die Standardschriften kennen diese Zeichen nicht, bitte ersetzen: {' '.join(missing)}")
    return escape(_NUMBER.sub("\N{NO-BREAK SPACE}", text))


def markup(text: Text, width: float = math.inf, size: float = 1) -> str:
    """The text for reportlab, bold parts marked; words wider than `width` may be divided. Raises as `safe`."""
    parts = []
    for run in text.runs:
        words = [_divided(word) if stringWidth(word, BOLD, size) > width else word for word in run.text.split(" ")]
        words_safe = safe(" ".join(words)).replace("\n", "<br/>")
        parts.append(f"<b>{words_safe}</b>" if run.bold else words_safe)
    return "".join(parts)


def _divided(word: str) -> str:
    """The word broken behind @ or hyphen, else with soft hyphens at the joints we know."""
    broken = re.sub("(?<=@)|(?<=[a-z]-)", "\n", word)
    return broken if broken != word else _JOINT.sub("\N{SOFT HYPHEN}", word)


def make_table(grid: Grid, sheet: Sheet) -> Untyped:
    """A full-width table: grid, grey head that repeats on each page, wrapping cells."""
    tables = [_table(grid, sheet, widths) for widths in _widths(grid, sheet)]
    return min(tables, key=lambda table: table.wrap(sheet.width, 0)[1])


def _table(grid: Grid, sheet: Sheet, widths: Sequence[float]) -> Untyped:
    rows = [
        [
            Paragraph(markup(cell, width - 2 * _PADDING, sheet.size * CELL), _cell(sheet, right, head=n == 0))
            for cell, width, right in zip(row, widths, grid.right, strict=True)
        ]
        for n, row in enumerate(grid.rows)
    ]
    look = [
        ("GRID", (0, 0), (-1, -1), 0.4, LINE),
        ("BACKGROUND", (0, 0), (-1, 0), HEAD),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *((f"{side}PADDING", (0, 0), (-1, -1), _PADDING) for side in ("LEFT", "RIGHT", "BOTTOM")),
        ("TOPPADDING", (0, 0), (-1, -1), _PADDING - 1.5),
    ]
    if len(rows) > 3:
        look.append(("NOSPLIT", (0, len(rows) - 2), (-1, len(rows) - 1)))
    gap = sheet.leading * 0.6
    return Table(rows, colWidths=widths, repeatRows=1, style=look, spaceBefore=gap, spaceAfter=gap)


def _cell(sheet: Sheet, right: bool, head: bool) -> Untyped:
    side = TA_RIGHT if right else TA_LEFT
    return sheet.style(CELL, spaceAfter=0, alignment=side, fontName=BOLD if head else FONT)


def _widths(grid: Grid, sheet: Sheet) -> Iterator[list[float]]:
    """Column widths that fill the sheet, some ways: no word is divided if that can be, the rest goes by text."""

    def longest(parts: Iterable[str]) -> float:
        return max((float(stringWidth(part, BOLD, sheet.size * CELL)) for part in parts), default=0) + 2 * _PADDING + 1

    columns = [[cell.plain for cell in column] for column in zip(*grid.rows, strict=True)]
    words = [[word for cell in column for word in cell.split()] for column in columns]
    pieces = [[piece for word in column for piece in _PIECE.split(_divided(word))] for column in words]
    whole, whole_words, least = ([longest(column) for column in measure] for measure in (columns, words, pieces))
    if sum(whole_words) <= sheet.width:
        least = whole_words
    spare = sheet.width - sum(least)
    if spare <= 0:
        yield [width * sheet.width / sum(least) for width in least]
        return
    for wish in (whole, [float(len("".join(column))) for column in columns], whole_words):
        gains = [max(wide - narrow, 0) + 1 for wide, narrow in zip(wish, least, strict=True)]
        yield [narrow + spare * gain / sum(gains) for narrow, gain in zip(least, gains, strict=True)]
