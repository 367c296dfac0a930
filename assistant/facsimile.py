"""The image of a PDF page with wordings marked on it."""

from __future__ import annotations

import io
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw

from assistant.errors import ReadError
from assistant.sentences import spans

DPI = 110
PASSAGE, QUOTE = (255, 246, 205), (255, 217, 84)
# Shorter pieces of a wording would be found anywhere on the page.
MIN_PIECE = 6
_BETWEEN_CELLS = re.compile(r"; | \| ")
_lock = threading.Lock()  # pdfium is not thread-safe

Box = tuple[float, float, float, float]


@lru_cache(maxsize=32)
def page_image(file: Path, page: int, passage: str, quotes: tuple[str, ...] = ()) -> bytes:
    """Page `page` (from 1) of a PDF as PNG at 110 dpi, the passage on pale, the quotes on strong yellow.

    A wording that is not on the page is left unmarked. Raises ReadError if there is no such file or page.
    """
    with _lock:
        try:
            document = pdfium.PdfDocument(file)
        except (pdfium.PdfiumError, OSError) as error:
            raise ReadError(f"{file.name}: Die PDF-Datei kann nicht gelesen werden ({error}).") from error
        try:
            if not 1 <= page <= len(document):
                raise ReadError(f"{file.name}: Eine Seite {page} gibt es nicht.")
            return _draw(document[page - 1], passage, quotes)
        finally:
            document.close()


def boxes(page: pdfium.PdfPage, wording: str) -> list[Box]:
    """The lines of a wording on a page as boxes (left, bottom, right, top) in PDF points.

    Only letters and digits are compared, so white space, hyphens and line ends do not matter. Where the whole is
    not found (it runs over two pages, or a header stands in it), its sentences, lines and cells are looked for.
    """
    text = page.get_textpage()
    letters = [
        (letter, index)
        for index in range(text.count_chars())
        for letter in _letters(chr(pdfium.raw.FPDFText_GetUnicode(text, index)))
    ]
    shown = "".join(letter for letter, _ in letters)
    found: set[int] = set()
    for start, end in _places(shown, wording):
        found.update(index for _, index in letters[start:end])
    return _lines([text.get_charbox(index, loose=True) for index in sorted(found)])


def _letters(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def _places(shown: str, wording: str) -> Iterator[tuple[int, int]]:
    whole = _letters(wording)
    position = shown.find(whole) if whole else -1
    if position >= 0:
        yield position, position + len(whole)
        return
    position = 0
    for line in wording.split("\n"):
        for first, last in spans(line):
            sentence = _letters(line[first:last])
            pieces = [sentence] if sentence in shown else _cells(line[first:last])
            for piece in pieces:
                start = shown.find(piece, position) if len(piece) >= MIN_PIECE else -1
                if start >= 0:
                    position = start + len(piece)
                    yield start, position


def _cells(row: str) -> list[str]:
    """The cells of a table row that was read as "head: cell; head: cell", or as "cell | cell"."""
    return [_letters(cell.split(": ", 1)[-1]) for cell in _BETWEEN_CELLS.split(row)]


def _lines(characters: Sequence[Box]) -> list[Box]:
    """Joins the boxes of characters that follow each other on one line."""
    lines: list[Box] = []
    for left, bottom, right, top in characters:
        if lines and _same_line(lines[-1], (left, bottom, right, top)):
            before = lines[-1]
            lines[-1] = (before[0], min(before[1], bottom), max(before[2], right), max(before[3], top))
        else:
            lines.append((left, bottom, right, top))
    return lines


def _same_line(line: Box, character: Box) -> bool:
    height = line[3] - line[1]
    middle = (character[1] + character[3]) / 2
    return line[1] < middle < line[3] and -height < character[0] - line[2] < 2 * height


def _draw(page: pdfium.PdfPage, passage: str, quotes: Sequence[str]) -> bytes:
    bitmap = page.render(scale=DPI / 72)
    image = bitmap.to_pil().convert("RGB")
    marks = Image.new("RGB", image.size, "white")
    pen, place = ImageDraw.Draw(marks), bitmap.get_posconv(page).to_bitmap
    for colour, wordings in ((PASSAGE, (passage,)), (QUOTE, quotes)):
        for wording in wordings:
            for left, bottom, right, top in boxes(page, wording):
                (x1, y1), (x2, y2) = place(left, bottom), place(right, top)
                pen.rectangle((min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1), fill=colour)
    result = io.BytesIO()
    ImageChops.multiply(image, marks).quantize(64).save(result, "PNG", optimize=True)
    return result.getvalue()
