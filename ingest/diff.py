"""Fassungsvergleich: which sections were added, changed, repealed or removed between two generations, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from assistant.store import Generation
from assistant.types import Passage, Source

Kind = Literal["added", "changed", "repealed", "removed"]
Part = Literal["same", "old", "new"]

_WORDS = re.compile(r"\s+|[^\s]+")
_REPEALED = re.compile(r"\W*(weggefallen|aufgehoben|gegenstandslos)\W*", re.IGNORECASE)
_MOST_WORDS = 4000  # of a text; a longer one is compared line by line


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both versions have ("same"), or only the older ("old") or newer ("new") one."""

    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class SectionChange:
    """What happened to one section. `label` cites it; `pieces` in the order of the text."""

    kind: Kind
    label: str
    heading: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SourceChange:
    """What happened to one source. `old_as_of` and `as_of` are its Stand before and after."""

    kind: Kind
    name: str
    title: str
    old_as_of: str | None
    as_of: str | None
    sections: tuple[SectionChange, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """All changes from generation `old` to `new` (numbers), with the days they were made."""

    old: int
    new: int
    old_created: str
    new_created: str
    sources: tuple[SourceChange, ...]


def diff(old: Generation, new: Generation) -> Diff:
    """Compares two generations; sources that moved are told by their file."""
    return Diff(old.number, new.number, old.manifest.created, new.manifest.created, tuple(_sources(old, new)))


def _sources(old: Generation, new: Generation) -> Iterator[SourceChange]:
    gone = {id_: source for id_, source in old.sources.items() if id_ not in new.sources}
    moved = {source.digest: source for source in gone.values()}
    for id_, source in new.sources.items():
        before = old.sources.get(id_) or moved.get(source.digest)
        if before is not None:
            gone.pop(before.id, None)
        if before is not None and _digests(old, before) == _digests(new, source):
            continue
        sections = tuple(_sections(_texts(old, before), _texts(new, source)))
        if sections or before is None:
            kind: Kind = "changed" if before else "added"
            stood = before.as_of if before else None
            yield SourceChange(kind, source.short, source.title, stood, source.as_of, sections)
    for source in gone.values():
        sections = tuple(_sections(_texts(old, source), {}))
        yield SourceChange("removed", source.short, source.title, source.as_of, None, sections)


def _digests(generation: Generation, source: Source) -> set[str]:
    return {digest for digest in generation.digests(source.id).values()}


def _texts(generation: Generation, source: Source | None) -> dict[str, tuple[Passage, str]]:
    """First passage and wording of each section, by its name; a name that comes again gets a number."""
    if source is None:
        return {}
    found: dict[str, tuple[Passage, str]] = {}
    passages = generation.of_source(source.id)
    for name, group in groupby(passages, key=lambda p: p.locator.section or " / ".join(p.locator.headings)):
        run = list(group)
        count = 1
        while (key := f"{name}~{count}") in found:
            count += 1
        found[key] = run[0], "\n".join(passage.text for passage in run)
    return found


def _sections(
    old: Mapping[str, tuple[Passage, str]], new: Mapping[str, tuple[Passage, str]]
) -> Iterator[SectionChange]:
    for key, (passage, text) in new.items():
        before = old[key][1] if key in old else ""
        if key in old and before == text:
            continue
        kind: Kind = "changed" if key in old else "added"
        if _REPEALED.fullmatch(text) and not _REPEALED.fullmatch(before):
            kind = "repealed"
        yield SectionChange(kind, _label(passage), passage.heading, tuple(words(before, text)))
    for key, (passage, text) in old.items():
        if key not in new:
            yield SectionChange("removed", _label(passage), passage.heading, (Piece("old", text),))


def _label(passage: Passage) -> str:
    section, short = passage.locator.section, passage.source.short
    return f"{section} {short}" if section else f"{short}, „{passage.heading}“" if passage.heading else short


def words(old: str, new: str) -> list[Piece]:
    """The way from one text to another, word by word; of long texts line by line."""
    before, after = _tokens(old), _tokens(new)
    if max(len(before), len(after)) > 2 * _MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece("old", "".join(before[a:b])))
        if d > c:
            pieces.append(Piece("new", "".join(after[c:d])))
    return _joined(pieces)


def _tokens(text: str) -> list[str]:
    return _WORDS.findall(text)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the single spaces between two changes, so that "~~zwei Worte~~" stays one piece."""
    result: list[Piece] = []
    old = new = ""
    for index, piece in enumerate(pieces):
        between = piece.part == "same" and not piece.text.strip(" ") and 0 < index < len(pieces) - 1
        if piece.part == "old" or between:
            old += piece.text
        if piece.part == "new" or between:
            new += piece.text
        if piece.part == "same" and not between:
            result += _changed(old, new)
            old = new = ""
            result.append(piece)
    return result + _changed(old, new)


def _changed(old: str, new: str) -> list[Piece]:
    parts: list[Piece] = []
    if old:
        parts.append(Piece("old", old))
    if new:
        parts.append(Piece("new", new))
    return parts
