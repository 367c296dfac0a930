"""The pages of a PDF by PDFium: words with place and type, drawn lines, and whether a page is but a picture.

A page is turned so that most of its text runs from left to right, whatever its own rotation says.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from assistant.errors import ReadError
from ingest.readers import pdf_layout
from ingest.readers.pdf_layout import Page, Rule, Word

MAX_PAGES = 5000
FEW = 50  # characters; a page with fewer that is mostly a picture is a scan
_PICTURE = 0.4  # of the page's area
_HYPHENS = (0x02, 0xFFFE)
_SPACES = frozenset((9, 10, 11, 12, 13, 32, 0xA0, 0x2028, 0x2029))
_SAMPLE = 200  # characters that are asked for the direction of a page's text

Box = tuple[float, float, float, float]


def pages(data: bytes, name: str) -> list[Page]:
    """All pages in order. Raises ReadError: encrypted, damaged, too many pages."""
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            if len(pdf) > MAX_PAGES:
                raise ReadError(f"{name}: Die PDF-Datei hat mehr als {MAX_PAGES} Seiten. Bitte teilen.")
            return [_page(pdf, index) for index in range(len(pdf))]
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            message = "Die PDF-Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort ablegen."
        else:
            message = "Die PDF-Datei ist beschädigt. Bitte neu erzeugen oder neu ablegen."
        raise ReadError(f"{name}: {message}") from error


def _page(pdf: pypdfium2.PdfDocument, index: int) -> Page:
    with closing(pdf[index]) as page, closing(page.get_textpage()) as text:
        probe = _Probe(text.raw, page.get_bbox())
        lines = tuple(pdf_layout.lines(_words(probe)))
        if sum(below.base < above.base for above, below in pairwise(lines)) > len(lines) / 2:
            lines = lines[::-1]  # PDFium takes the lines of a page turned to the left from the end
        scan = probe.count < FEW and _is_picture(page)
        return Page(index + 1, probe.height, lines, tuple(_rules(page, probe)) if lines else (), scan)


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    left, bottom, right, top = page.get_bbox()
    area = 0.0
    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        x0, y0, x1, y1 = image.get_bounds()
        area += max(min(x1, right) - max(x0, left), 0) * max(min(y1, top) - max(y0, bottom), 0)
    return bool(area > _PICTURE * (right - left) * (top - bottom))


def _words(probe: _Probe) -> Iterator[list[Word]]:
    """The words of each line as PDFium parts them; a word divided at a line end keeps its mark (U+FFFE).

    Words that run another way than the page (a stamp in the margin) come last, as a line at the foot.
    """
    run: list[Word] = []
    aside: list[Word] = []
    start = 0
    codes = probe.codes()
    for index, code in enumerate([*codes, 10]):
        divided = code in _HYPHENS
        if not divided and code not in _SPACES:
            continue
        if index > start or divided:
            text = "".join(map(chr, codes[start:index] + ([0xFFFE] if divided else [])))
            word, upright = probe.word(text, start, max(index - 1, start))
            (run if upright else aside).append(word)
        start = index + 1
        if (code in (10, 13) or divided) and run:
            yield run
            run = []
    if aside:
        foot = probe.height - aside[0].size
        yield [replace(word, base=foot, x0=i * 1e-3, x1=i * 1e-3) for i, word in enumerate(aside)]


class _Probe:
    """Asks PDFium for place and type of single characters; its buffers are made once.

    Places are given as in `pdf_layout`: in points from the upper left corner of the turned page.
    """

    def __init__(self, text: ctypes.c_void_p, box: Box) -> None:
        self._text, self._page = text, box
        self._box, self._end, self._matrix = pdfium.FS_RECTF(), pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._name, self._flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self.count = pdfium.FPDFText_CountChars(text)
        step = max(self.count // _SAMPLE, 1)
        turns = Counter(self._turn(index) for index in range(0, self.count, step))
        self._turned = turns.most_common(1)[0][0] if turns else 0
        left, bottom, right, top = box
        self.height = right - left if self._turned % 2 else top - bottom

    def codes(self) -> list[int]:
        return [pdfium.FPDFText_GetUnicode(self._text, index) for index in range(self.count)]

    def _turn(self, index: int) -> int:
        """How many quarter turns to the right make a character stand upright."""
        pdfium.FPDFText_GetMatrix(self._text, index, self._matrix)
        if abs(self._matrix.a) >= abs(self._matrix.b):
            return 0 if self._matrix.a >= 0 else 2
        return 1 if self._matrix.b > 0 else 3

    def place(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self._page
        return ((x - left, top - y), (y - bottom, x - left), (right - x, y - bottom), (top - y, right - x))[
            self._turned
        ]

    def word(self, text: str, first: int, last: int) -> tuple[Word, bool]:
        """The word of these characters, and whether it runs as most of the page does."""
        pdfium.FPDFText_GetLooseCharBox(self._text, first, self._box)
        pdfium.FPDFText_GetLooseCharBox(self._text, last, self._end)
        pdfium.FPDFText_GetCharOrigin(self._text, first, self._x, self._y)
        upright = self._turn(first) == self._turned
        scale = abs(self._matrix.a * self._matrix.d - self._matrix.b * self._matrix.c) ** 0.5 or 1.0
        size = pdfium.FPDFText_GetFontSize(self._text, first) * scale
        begin, end = self._sides(self._box), self._sides(self._end)
        base = self.place(self._x.value, self._y.value)[1]
        return Word(text, begin[0], max(begin[1], end[1]), base, size, self._bold(first)), upright

    def _sides(self, box: pdfium.FS_RECTF) -> tuple[float, float]:
        one, other = self.place(box.left, box.bottom)[0], self.place(box.right, box.top)[0]
        return min(one, other), max(one, other)

    def _bold(self, index: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self._text, index) >= 600:
            return True
        pdfium.FPDFText_GetFontInfo(self._text, index, self._name, 128, self._flags)
        return b"bold" in self._name.value.lower() or b"black" in self._name.value.lower()


def _rules(page: pypdfium2.PdfPage, probe: _Probe) -> Iterator[Rule]:
    """The edges of the page's lines and boxes, those of hair lines once."""
    for path in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3):
        left, bottom, right, top = path.get_bounds()
        (x0, y0), (x1, y1) = probe.place(left, bottom), probe.place(right, top)
        x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        wide, high = x1 - x0, y1 - y0
        if high < 3 < wide:
            yield Rule(x0, y0, x1, y0)
        elif wide < 3 < high:
            yield Rule(x0, y0, x0, y1)
        elif wide > 12 and high > 8:
            yield from (Rule(x0, y0, x1, y0), Rule(x0, y1, x1, y1), Rule(x0, y0, x0, y1), Rule(x1, y0, x1, y1))
