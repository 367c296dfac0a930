"""From a passage to the sentence or list item that matters: which Satz or Nummer it is, and how it is quoted."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.german import terms
from assistant.items import number_at
from assistant.sentences import numbers, spans
from assistant.types import Locator, Passage

ELLIPSIS = " […] "
LONG = 420

_ITEM = re.compile(r"^[ \t]*(?:(\d+[a-z]?)\.|([a-z]{1,2})\))\s", re.MULTILINE)
_ALL = re.compile(r"\b(?:alle[nrs]?|sämtliche[nr]?|zugleich|kumulativ)\b", re.IGNORECASE)
_SUBSECTION_MARK = re.compile(r"^\(\d+[a-z]?\)\s*")


@lru_cache(maxsize=500)
def sentences(wording: str) -> tuple[str, ...]:
    """The sentences of a passage's text, as lawyers count them; all of it where it has none."""
    return tuple(wording[start:end] for start, end in spans(wording)) or (wording,)


def shorten(wording: str, asked: Collection[str], longest: int = LONG) -> tuple[str, str | None]:
    """How a sentence is quoted: one with a list that is longer than `longest` as its introduction and the item that
    meets the asked terms best, with "[…]", where one does and the items are not meant together; one that is itself an
    item without its mark.

    Returns the quote, and the number of the item that meets the asked terms best, if there is one.
    """
    wording = _SUBSECTION_MARK.sub("", wording).strip()
    found = list(_ITEM.finditer(wording))
    if not found:
        return wording, None
    if len(found) == 1 and not found[0].start():
        return wording[found[0].end() :].strip(), found[0][1] or found[0][2]
    ends = [match.start() for match in found[1:]] + [len(wording)]
    parts = [(match, wording[match.start() : end].strip()) for match, end in zip(found, ends, strict=True)]
    scores = [len(set(asked) & set(terms(part))) for _, part in parts]
    if not max(scores) or scores.count(max(scores)) > 1:
        return wording, None
    best = scores.index(max(scores))
    number = parts[best][0][1] or parts[best][0][2]
    introduction = wording[: found[0].start()].strip()
    if len(wording) <= longest or _all_count(introduction, [part for _, part in parts]):
        return wording, number
    joined = introduction + ("\n" if best == 0 else ELLIPSIS) + parts[best][1]
    return joined.removeprefix(ELLIPSIS).strip(), number


def _all_count(introduction: str, items: Sequence[str]) -> bool:
    """Whether the items of a list belong together, so that leaving one out would change the meaning."""
    return bool(_ALL.search(introduction)) or any(item.rstrip(" ;,").endswith(" und") for item in items)


def place(passage: Passage, index: int, number: str | None = None) -> Locator:
    """The place of sentence `index` (from 0) of a passage, or of an item in it.

    Sentences count only where lawyers count them.
    """
    locator = passage.locator
    places = spans(passage.text)
    if not (locator.section or "").startswith(("§", "Art.")) or index >= len(places):
        return locator
    if locator.number:
        return locator.at(number=number_at(passage.text, places[index][0], locator.number))
    if number:
        locator = locator.at(number=number)
    if len(places) < 2 and not locator.sentence:
        return locator
    sentence = numbers(passage.text, int(locator.sentence or 1))[index]
    return locator.at(sentence=str(sentence)) if sentence else replace(locator, sentence=None)
