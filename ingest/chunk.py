"""Blocks with their places -> passages: one per Absatz, never across a section, a heading or an Absatz."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from assistant.types import Locator, Passage, Source
from ingest.document import Block
from ingest.refs import refs
from ingest.split import LONGEST, USUAL, Place, Places, cuts

SHORT_TABLE = 600  # characters; a table up to here stays with the text before it

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "ae", "Ö": "oe", "Ü": "ue"})


def slug(text: str) -> str:
    """`text` for an id: lower case, ae for ä, dots only between digits, everything else "-"."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"(?<!\d)\.|\.(?!\d)|[^a-z0-9.]+", "-", plain).strip("-").replace("--", "-")


def passages(source: Source, blocks: Sequence[Block]) -> list[Passage]:
    """The passages of a source, in order, their ids unique and made of their places. `digest` is left to sync.

    Blocks of the same Absatz are one passage. Text without Absatz is cut at blocks, above all where a page
    ends. What is longer than LONGEST is split at sentences or numbers; a piece knows the first of its own.
    """
    pieces = [piece for group, depth in _groups(blocks) for piece in _pieces(group, depth)]
    names = _Names(source.id, pieces)
    made = []
    for piece in pieces:
        passage = Passage(names.of(piece), source, piece.locator, piece.text)
        made.append(replace(passage, refs=refs(passage)))
    return made


@dataclass(frozen=True, slots=True)
class _Piece:
    """A passage without its id. `part` tells it from the others of its place: "" for the first.

    `depth`: so many of its headings are those of the place; more are the titles of groups of table rows.
    """

    locator: Locator
    text: str
    depth: int
    part: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        return self.locator.headings[: self.depth]


def _groups(blocks: Sequence[Block]) -> Iterator[tuple[list[Block], int]]:
    """Runs of blocks at the same place, each row of a long table for itself; and how many headings the place has."""
    located = [block for block in blocks if block.locator is not None and block.text.strip()]
    pending: list[Block] = []
    for (*_, head), run in groupby(located, key=lambda block: (*_absatz(block), block.rows[:1])):
        part = list(run)
        if head and sum(len(row.text) for row in part) > SHORT_TABLE:
            yield from _by_place(pending)
            depth = min(_depth(row) for row in part)
            yield from (([row], depth) for row in part)
            pending = []
        else:
            pending += part
    yield from _by_place(pending)


def _by_place(blocks: Sequence[Block]) -> Iterator[tuple[list[Block], int]]:
    for _, run in groupby(blocks, key=_place):
        group = list(run)
        yield group, _depth(group[0])


def _depth(block: Block) -> int:
    return len(block.locator.headings) if block.locator else 0


def _absatz(block: Block) -> tuple[str | None, str | None]:
    locator = block.locator or Locator()
    return locator.section, locator.subsection


def _place(block: Block) -> tuple[object, ...]:
    """What blocks of one passage share. The numbers of table rows do not part them."""
    locator = block.locator or Locator()
    narrow = (None, None) if block.rows else (locator.sentence, locator.number)
    return (*_absatz(block), locator.headings, *narrow)


def _pieces(group: Sequence[Block], depth: int) -> Iterator[_Piece]:
    first = group[0]
    locator = first.locator or Locator()
    if len(group) == 1 and first.rows:
        yield _Piece(locator, first.text, depth, _row_name(first))
        return
    locator = replace(locator, number=None) if first.rows else locator
    text = "\n".join(block.text for block in group)
    whole = bool(locator.subsection) or (locator.section or "").startswith(("§", "Art."))
    if len(text) <= (LONGEST if whole else USUAL) and (whole or _one_page(group)):
        yield _Piece(locator, text, depth)
        return
    starts = [0]
    for block in group:
        starts.append(starts[-1] + len(block.text) + 1)
    begins = cuts(text, [] if whole else starts[:-1], _pages(group, starts))
    places, parts = Places(text), Counter[str]()
    for begin, end in pairwise([*begins, len(text)]):
        here = group[bisect_right(starts, begin) - 1].locator or locator
        place = replace(locator, page=here.page, page_label=here.page_label)
        place, part, exact = _narrowed(place, places.at(begin)) if begin else (place, "", True)
        parts[part] += 1 if exact or parts[part] else 2
        part = part if parts[part] == 1 else f"{part}/teil-{parts[part]}".strip("/")
        yield _Piece(place, text[begin:end].strip("\n").rstrip(), depth, part)


def _one_page(group: Sequence[Block]) -> bool:
    return len({block.locator.page for block in group if block.locator}) == 1


def _pages(group: Sequence[Block], starts: Sequence[int]) -> set[int]:
    """Offsets at which a new page begins."""
    pages = [block.locator.page if block.locator else None for block in group]
    return {starts[i] for i in range(1, len(group)) if pages[i] != pages[i - 1]}


def _narrowed(locator: Locator, place: Place) -> tuple[Locator, str, bool]:
    """The locator of a piece of a split text, its name, and whether it begins where the name says."""
    law = (locator.section or "").startswith(("§", "Art."))
    if not (law or locator.subsection) or locator.number:
        return locator, "", False
    sentence = str(place.sentence) if law and place.sentence and (place.sentence > 1 or not place.path) else None
    parts = [f"satz-{sentence}"] if sentence else []
    parts += [place.path] if place.path else []
    return locator.at(sentence=sentence, number=place.number), "/".join(parts), bool(parts) and not place.inside


def _row_name(block: Block) -> str:
    """A table row is named by its number, else by its first cell."""
    locator = block.locator or Locator()
    if locator.number:
        return f"nr-{slug(locator.number)}"
    cells = block.rows[1] if len(block.rows) > 1 else ()
    return _shortened(slug(next((cell for cell in cells if slug(cell)), "zeile"))) or "zeile"


def _shortened(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[:length].rpartition("-")[0] or text[:length]


class _Names:
    """Gives out ids. A heading names a place where there is no section; its parents where that is not enough."""

    def __init__(self, source_id: str, pieces: Iterable[_Piece]) -> None:
        self._source = source_id
        self._used: Counter[str] = Counter()
        self._paths: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        for piece in pieces:
            if piece.locator.section or piece.headings:
                self._paths[piece.locator.section or slug(piece.headings[-1])].add(piece.headings)

    def of(self, piece: _Piece) -> str:
        parts = [self._source, *self._place(piece), piece.locator.subsection or "", piece.part]
        name = "/".join(part.replace(" ", "-").lower() for part in parts if part)
        if name == self._source:
            name = f"{name}/text"
        self._used[name] += 1
        while (count := self._used[name]) > 1:
            self._used[f"{name}~{count}"] += 1
            if self._used[f"{name}~{count}"] == 1:
                return f"{name}~{count}"
            self._used[name] += 1
        return name

    def _place(self, piece: _Piece) -> Iterator[str]:
        if section := piece.locator.section:
            yield slug(re.sub(r"^§+\s*", "", section))
            own = _common(self._paths[section])
            yield from (_shortened(slug(heading)) for heading in piece.headings[own:][-1:])
        elif piece.headings:
            last = slug(piece.headings[-1])
            if len(self._paths[last]) > 1:
                yield from (_shortened(slug(heading)) for heading in piece.headings[-2:-1])
            yield _shortened(last)


def _common(paths: Collection[tuple[str, ...]]) -> int:
    """How many headings all paths share from the outermost on."""
    return next(
        (i for i, level in enumerate(zip(*paths, strict=False)) if len(set(level)) > 1), len(min(paths, key=len))
    )
