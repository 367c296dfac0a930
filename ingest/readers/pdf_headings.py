"""Which lines of a PDF are headings, told by its bookmarks and by the size and weight of its letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.clean import clean_text
from ingest.headings import parse
from ingest.readers.pdf_layout import Line, Page

_LEADERS = re.compile(r"\.{4,}|(?:\s\.){4,}|…{2,}")
_LABEL = re.compile(r"(?:Stand|Gültig|Vom \d)\b")
_TOP = 1.15  # times the size of the body: a heading

Bookmarks = Mapping[tuple[int, str], int]


def squeeze(text: str) -> str:
    """Letters and digits only, to compare a heading with its bookmark."""
    return re.sub(r"\W+", "", clean_text(text)).casefold()


@dataclass(frozen=True)
class Typography:
    """How a file is set. `body`: size of its text; `sizes`: those of headings, largest first; `leading`: the distance
    of two lines, in sizes; `bookmarks`: (page, squeezed title) -> level."""

    body: float
    sizes: Sequence[float]
    leading: float
    bookmarks: Bookmarks

    @classmethod
    def of(cls, pages: Sequence[Page], bookmarks: Bookmarks) -> Typography:
        letters: Counter[float] = Counter()
        for page in pages:
            for line in page.lines:
                letters[round(line.size, 1)] += len(line.text)
        body = letters.most_common(1)[0][0] if letters else 10.0
        steps = [
            (below.base - above.base) / body
            for page in pages
            for above, below in zip(page.lines, page.lines[1:], strict=False)
            if 0 < below.base - above.base < 3 * body and abs(below.size - body) < 0.6
        ]
        sizes = sorted({size for size in letters if size > _TOP * body}, reverse=True)
        return cls(body, sizes, median(steps) if steps else 1.25, bookmarks)

    def level(self, line: Line, page: int) -> int:
        """1 to 6 for a heading: by its bookmark, its size, or its weight."""
        text = line.text
        if not any(char.isalpha() for char in text) or len(text) > 200 or _LEADERS.search(text):
            return 0
        if depth := self._bookmark(line, page):
            return depth
        label = bool(_LABEL.match(text)) or (line.words[0].bold and not line.bold and ":" in text)
        if label or (text[-1] in ".,;" and parse(text, styled=True) is None):
            return 0
        if line.size > _TOP * self.body:
            rank = next((i for i, size in enumerate(self.sizes) if size - line.size < 0.3), len(self.sizes))
            return min(rank + 1, 5)
        plain = line.size < 0.95 * self.body or text[-1] == ":" or len(line.cells()) > 1
        return 0 if plain or not line.bold else min(len(self.sizes) + 1, 6)

    def continues(self, line: Line, above: Line, page: int) -> bool:
        """Whether a heading line goes on with the one above it: same type, and no title of its own in the bookmarks."""
        same = abs(line.size - above.size) < 0.3 and line.bold == above.bold
        return same and (page, squeeze(line.text)) not in self.bookmarks

    def _bookmark(self, line: Line, page: int) -> int:
        """The level of the bookmark whose title this line is, or a part of, if it is set like a heading."""
        text = squeeze(line.text)
        if depth := self.bookmarks.get((page, text)):
            return depth
        if len(text) < 6 or not (line.bold or line.size > _TOP * self.body):
            return 0
        titles = ((title, depth) for (where, title), depth in self.bookmarks.items() if where == page)
        return next((depth for title, depth in titles if text in title), 0)

    def emphasised(self, lines: Sequence[Line]) -> set[Line]:
        """Lines of longer text in bold, or of a whole sentence: it is meant to be read with care, but no heading."""
        result: set[Line] = set()
        run: list[Line] = []
        for line in lines:
            follows = run and abs(line.size - run[-1].size) < 0.3 and 0 < line.base - run[-1].base < 2 * line.size
            if not (follows and line.bold):
                run = []
            if line.bold and line.size < 1.4 * self.body:
                run.append(line)
            length = sum(len(part.text) for part in run)
            if length > 200 or (length > 100 and len(run) > 1 and line is run[-1] and line.text.endswith(".")):
                result.update(run)
        return result
