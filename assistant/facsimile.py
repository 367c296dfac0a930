"""The image of a PDF page with wordings marked on it."""

from __future__ import annotations

import io
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw

from assistant.errors import ReadError
from assistant.sentences import spans
from assistant.wording import cells, is_row

DPI = 110
PASSAGE, QUOTE = (255, 246, 205), (255, 217, 84)
# Shorter pieces of a wording would be found anywhere on the page.
MIN_PIECE = 6
# The end of a passage that is looked for on the next page, in letters; the page may break within it.
TAILS = (40, 20, 12)
_lock = threading.Lock()  # pdfium is not thread-safe

Box = tuple[float, float, float, float]


def page_image(file: Path, page: int, passage: str, quotes: tuple[str, ...] = ()) -> bytes:
    """Page `page` (from 1) of a PDF as PNG at 110 dpi, the passage on pale, the quotes on strong yellow.

    A wording that is not on the page is left unmarked. Raises ReadError if there is no such file or page.
    """
    return _image(file, _changed(file), page, passage, quotes)


def pages(file: Path, first: int, passage: str) -> tuple[int, ...]:
    """The pages a passage stands on: the first one, and the next where it ends there. Raises ReadError."""
    return _pages(file, _changed(file), first, passage)


@lru_cache(maxsize=32)
def _image(file: Path, changed: int, page: int, passage: str, quotes: tuple[str, ...]) -> bytes:
    with _opened(file) as document:
        if not 1 <= page <= len(document):
            raise ReadError(f"{file.name}: Eine Seite {page} gibt es nicht.")
        return _draw(document[page - 1], passage, quotes)


@lru_cache(maxsize=512)
def _pages(file: Path, changed: int, first: int, passage: str) -> tuple[int, ...]:
    with _opened(file) as document:
        if not 1 <= first < len(document):
            return (first,)
        here, there = (_letters(document[page].get_textpage().get_text_range()) for page in (first - 1, first))
    ends = [_letters(passage)[-length:] for length in TAILS]
    runs_on = ends[0] not in here and any(end in there and end not in here for end in ends)
    return (first, first + 1) if runs_on else (first,)


def _changed(file: Path) -> int:
    """When a file was last written: what is remembered of it counts for that state only."""
    try:
        return file.stat().st_mtime_ns
    except OSError as error:
        raise ReadError(f"{file.name}: Die PDF-Datei kann nicht gelesen werden ({error.strerror}).") from error


@contextmanager
def _opened(file: Path) -> Iterator[pdfium.PdfDocument]:
    with _lock:
        try:
            document = pdfium.PdfDocument(file)
        except (pdfium.PdfiumError, OSError) as error:
            raise ReadError(f"{file.name}: Die PDF-Datei kann nicht gelesen werden ({error}).") from error
        try:
            yield document
        finally:
            document.close()


def boxes(page: pdfium.PdfPage, wording: str) -> list[Box]:
    """The lines of a wording on a page as boxes (left, bottom, right, top) in PDF points.

    Only letters and digits are compared, so white space, hyphens and line ends do not matter. Where the whole is
    not found (it runs over two pages, or a header stands in it), its sentences, lines and cells are looked for.
    """
    text = page.get_textpage()
    letters = _shown(page)
    shown = "".join(letter for letter, _ in letters)
    found: set[int] = set()
    for start, end in _places(shown, wording):
        found.update(index for _, index in letters[start:end])
    return _lines([text.get_charbox(index, loose=True) for index in sorted(found)])


def _shown(page: pdfium.PdfPage) -> list[tuple[str, int]]:
    """The letters and digits of a page, each with the index of its character."""
    text = page.get_textpage()
    return [
        (letter, index)
        for index in range(text.count_chars())
        for letter in _letters(chr(pdfium.raw.FPDFText_GetUnicode(text, index)))
    ]


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
            for piece in _pieces(line[first:last], shown):
                start = shown.find(piece, position) if len(piece) >= MIN_PIECE else -1
                if start >= 0:
                    position = start + len(piece)
                    yield start, position


def _pieces(sentence: str, shown: str) -> list[str]:
    """What to look for one after the other: the sentence; of a table row its cells, side by side where they are.

    A cell of several lines is not side by side with the next one, and its lines may be parted by those of others:
    then its words are looked for.
    """
    if not is_row(sentence):
        return [_letters(sentence)]
    contents = [sentence[cell.start : cell.end] for cell in cells(sentence)]
    if (row := _letters("".join(contents))) in shown:
        return [row]
    pieces = []
    for content in contents:
        whole = _letters(content)
        pieces += [whole] if whole in shown else [_letters(word) for word in content.split()]
    return pieces


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
