"""Scanned PDF pages: text recognition by tesseract, run as a program of its own with a time limit.

Each page is drawn in grey and piped to tesseract, which answers with a table (TSV) of words, their boxes and how sure
it is of each. A scan is mostly a little askew: its slope is measured on the longest lines and taken out, so that what
stands side by side in a table comes onto one line.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

import numpy as np
import pypdfium2

from assistant.errors import ReadError
from ingest.readers.ocr_repair import Repair
from ingest.readers.pdf_layout import Word

FEW = 50  # characters; a page with fewer and with an image is a scan
DPI = 300
SECONDS = 120  # per page
_MAX_PIXELS = 40_000_000  # larger pages (plans) are drawn smaller
_TABLE_ROWS = 3  # lines side by side; fewer are the headings of columns
_SHORT = 30  # characters; a line of a table's cell, not of a column of prose
_DESCENDERS = frozenset("gjpqyQ,;()[]{}§$|/_")
_ASCENDERS = frozenset("bdfhijkltäöüß")
_SAME_SIZE = 0.25  # a box tells the size no better than this
_INSTALL = "Bitte „apt-get install tesseract-ocr tesseract-ocr-deu“ ausführen"


@dataclass(frozen=True, slots=True)
class Recognised:
    """The words of one page, line by line in reading order; coordinates as in `pdf_layout`.

    `confidence` is tesseract's own mean over the words, 0 to 100; 0 for a page without text.
    """

    lines: tuple[tuple[Word, ...], ...]
    confidence: float

    @property
    def text(self) -> str:
        return "\n".join(" ".join(word.text for word in line) for line in self.lines)


def recognise(data: bytes, name: str, pages: Sequence[int]) -> Mapping[int, Recognised]:
    """The text of the pages (counted from 1) of a PDF. Of use where a page has fewer than FEW characters.

    Raises ReadError: tesseract or its German data is missing, a page takes longer than SECONDS, the PDF is damaged.
    """
    program = _program(name)
    repair = Repair()
    result: dict[int, Recognised] = {}
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            for number in pages:
                with closing(pdf[number - 1]) as page:
                    image, scale = _drawn(page)
                table = _run(program, image, round(72 * scale), f"{name}, Seite {number}")
                result[number] = _recognised(table, scale, repair)
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise ReadError(f"{name}: Die PDF-Datei ist beschädigt. Bitte neu erzeugen oder neu ablegen.") from error
    return result


def confidence(pages: Iterable[Recognised]) -> str:
    """The mean over the words of all pages, for `meta["ocr_confidence"]`: "91"; "0" where there are none."""
    counted = [(page.confidence, sum(map(len, page.lines))) for page in pages]
    words = sum(count for _, count in counted)
    return f"{sum(value * count for value, count in counted) / words:.0f}" if words else "0"


def _program(name: str) -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise ReadError(f"{name}: Die Seiten sind gescannt, und die Texterkennung (tesseract) fehlt. {_INSTALL}.")
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=SECONDS, check=False)
    if "deu" not in (listed.stdout + listed.stderr).split():
        raise ReadError(f"{name}: Der Texterkennung (tesseract) fehlen die deutschen Daten. {_INSTALL}.")
    return program


def _drawn(page: pypdfium2.PdfPage) -> tuple[bytes, float]:
    """The page as a grey picture (PGM), and its pixels per point."""
    width, height = page.get_size()
    scale = min(DPI / 72, (_MAX_PIXELS / max(width * height, 1)) ** 0.5)
    with closing(page.render(scale=scale, grayscale=True)) as bitmap:
        grey = np.ascontiguousarray(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
        return b"P5\n%d %d\n255\n" % (bitmap.width, bitmap.height) + grey.tobytes(), scale


def _run(program: str, image: bytes, dpi: int, place: str) -> str:
    command = [program, "stdin", "stdout", "-l", "deu", "--dpi", str(dpi), "tsv"]
    single = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # its threads make it slower where files are read in parallel
    try:
        done = subprocess.run(command, input=image, capture_output=True, timeout=SECONDS, env=single, check=False)
    except subprocess.TimeoutExpired as error:
        raise ReadError(
            f"{place}: Die Texterkennung war nach {SECONDS} Sekunden nicht fertig. Bitte den Scan prüfen."
        ) from error
    except OSError as error:
        raise ReadError(f"{place}: Die Texterkennung lässt sich nicht starten ({error.strerror}).") from error
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().split("\n")[-1]
        raise ReadError(f"{place}: Die Texterkennung ist gescheitert ({reason}).")
    return done.stdout.decode("utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as tesseract sees it: the block it belongs to, and its words."""

    block: str
    words: tuple[Word, ...]

    @property
    def base(self) -> float:
        return self.words[0].base

    def beside(self, other: _Line) -> bool:
        """Do both stand on one base line, side by side, and is one short, as in a table?"""
        apart = self.words[-1].x1 < other.words[0].x0 or other.words[-1].x1 < self.words[0].x0
        near = abs(self.base - other.base) < 0.5 * max(self.words[0].size, other.words[0].size)
        short = min(sum(len(word.text) for word in line.words) for line in (self, other)) < _SHORT
        return apart and near and short


def _recognised(table: str, scale: float, repair: Repair) -> Recognised:
    """Tesseract's TSV: level, page, block, par, line, word, left, top, width, height, conf, text."""
    found: defaultdict[tuple[str, ...], list[tuple[Word, float]]] = defaultdict(list)
    sure: list[float] = []
    for row in table.split("\n")[1:]:
        fields = row.split("\t")
        if len(fields) < 12 or fields[0] != "5" or not fields[11].strip():
            continue
        left, top, width, height, conf = (float(field) for field in fields[6:11])
        word = Word(fields[11].strip(), left / scale, (left + width) / scale, (top + height) / scale, height / scale)
        found[tuple(fields[2:5])].append((word, conf))
        sure.append(conf)
    lines = _ordered(_levelled([_Line(key[0], tuple(word for word, _ in words)) for key, words in found.items()]))
    texts = [[word.text for word in line] for line in lines]
    fixed = [repair.line(text, " ".join(below)) for text, below in pairwise([*texts, []])]
    named = tuple(
        tuple(replace(word, text=text) for word, text in zip(line, tokens, strict=True))
        for line, tokens in zip(lines, fixed, strict=True)
    )
    return Recognised(named, fmean(sure) if sure else 0.0)


def _levelled(lines: list[_Line]) -> list[_Line]:
    """The lines with one base and one size each, the slope of the scan taken out."""
    slopes = []
    for line in lines:
        standing = [word for word in line.words if not _DESCENDERS & set(word.text)]
        if len(standing) > 3 and standing[-1].x1 - standing[0].x0 > 150:
            slopes.append((standing[-1].base - standing[0].base) / (standing[-1].x0 - standing[0].x0))
    slope = median(slopes) if slopes else 0.0
    usual = median(_size(word) for line in lines for word in line.words) if lines else 0.0
    level = []
    for line in lines:
        standing = [word for word in line.words if not _DESCENDERS & set(word.text)] or list(line.words)
        base = median(word.base - slope * word.x0 for word in standing)
        size = median(_size(word) for word in line.words)
        size = usual if abs(size - usual) < _SAME_SIZE * usual else size
        level.append(replace(line, words=tuple(replace(word, base=base, size=size) for word in line.words)))
    return level


def _size(word: Word) -> float:
    """The size of the type, from the height of a word's box and the kinds of letters in it."""
    below = bool(_DESCENDERS & set(word.text))
    above = any(not (char.islower() and char not in _ASCENDERS) for char in word.text)
    return word.size / (0.48 + 0.23 * above + 0.22 * below)


def _ordered(lines: list[_Line]) -> list[tuple[Word, ...]]:
    """Reading order: as tesseract has it, but the cells of a table, which it takes for blocks, are read by rows."""
    pairs = [
        (line.block, other.block)
        for index, line in enumerate(lines)
        for other in lines[:index]
        if other.block != line.block and line.beside(other)
    ]
    if len(pairs) < _TABLE_ROWS:
        return [line.words for line in lines]
    together = {line.block: line.block for line in lines}
    for block, other in pairs:
        old, new = together[block], together[other]
        together = {each: new if group == old else group for each, group in together.items()}
    groups: defaultdict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        groups[together[line.block]].append(line)
    loose = {key for key, group in groups.items() if len(group) == 1 or len({line.block for line in group}) > 1}
    downwards = iter(sorted(loose, key=lambda key: min(line.base for line in groups[key])))
    order = [next(downwards) if key in loose else key for key in groups]
    return [words for key in order for words in _rows(groups[key])]


def _rows(lines: list[_Line]) -> list[tuple[Word, ...]]:
    if len({line.block for line in lines}) == 1:
        return [line.words for line in lines]
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda line: line.base):
        if rows and all(line.beside(other) for other in rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [tuple(sorted((word for line in row for word in line.words), key=lambda word: word.x0)) for row in rows]
