"""A model's draft -> the text that may be shown and its Citations: markers checked, sentences proven or marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.checking.draft import Unit, lines
from assistant.checking.narrow import ELLIPSIS, place, sentences, shorten
from assistant.checking.proof import best_index, found, quotations, reason
from assistant.checking.references import Missing
from assistant.german import terms
from assistant.texts import text
from assistant.types import Citation, Hit, Passage, Source

__all__ = ["ELLIPSIS", "Checked", "Missing", "found", "resolve"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft after the check: its text with markers numbered by first appearance, and one Citation for each.

    `invented` are the markers that pointed to no passage (taken out of the text), `unproven` the sentences that
    were marked or dropped.
    """

    text: str
    citations: tuple[Citation, ...]
    invented: tuple[int, ...] = ()
    unproven: tuple[str, ...] = ()


def resolve(
    draft: str,
    hits: Sequence[Hit],
    unsupported: Literal["mark", "drop"] = "mark",
    absent: Missing | None = None,
) -> Checked:
    """Checks a draft sentence by sentence. Marker [n] means `hits[n - 1]`.

    Sentences that state something without proof get a mark, or go (`unsupported`). Each Citation names the Satz or
    Nummer that carries its sentence; the same place cited twice has one number, unless only one use is proven.
    `absent` tells which norms of a text are not in the corpus although their law is.
    """
    check = _Check(hits, unsupported, absent)
    shown = ["".join(map(check.unit, units)).rstrip() for units in lines(draft)]
    wording = "\n".join(line for line, units in zip(shown, lines(draft), strict=True) if line or not units)
    citations, invented = tuple(check.citations.values()), tuple(dict.fromkeys(check.invented))
    return Checked(re.sub(r"\n{3,}", "\n\n", wording).strip(), citations, invented, tuple(check.unproven))


@dataclass
class _Check:
    """One draft while it is checked."""

    hits: Sequence[Hit]
    unsupported: str
    absent: Missing | None
    citations: dict[tuple[str, str, str], Citation] = field(default_factory=dict)
    invented: list[int] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)

    def unit(self, unit: Unit) -> str:
        """The sentence as it is shown: with its new markers, marked where it is not proven, "" where it is dropped."""
        numbers = [number for number in unit.numbers if 1 <= number <= len(self.hits)]
        self.invented += [number for number in unit.numbers if number not in numbers]
        if not unit.text.strip() or not (numbers or unit.states):
            return unit.lead + unit.text + unit.tail
        passages = [self.hits[number - 1].passage for number in numbers]
        reasons = [reason(unit.text, passage, passages, self._sources, self.absent) for passage in passages]
        proven = any(not why for why in reasons)
        if not proven:
            self.unproven.append(unit.text.strip())
            if self.unsupported == "drop":
                return ""
        pairs = zip(passages, reasons, strict=True)
        markers = dict.fromkeys(self._number(unit.text, passage, why) for passage, why in pairs)
        shown = "".join(f" [{number}]" for number in markers)
        mark = "" if proven else f" [{text('answer.unproven')}]"
        return unit.lead + unit.text.rstrip() + shown + mark + unit.tail

    def _number(self, claim: str, passage: Passage, why: str) -> int:
        citation = _citation(len(self.citations) + 1, claim, passage, why)
        key = (passage.id, citation.quote if not why else claim, why)
        return self.citations.setdefault(key, citation).number

    @property
    def _sources(self) -> Mapping[str, Source]:
        return {hit.passage.source.id: hit.passage.source for hit in self.hits}


def _citation(number: int, claim: str, passage: Passage, why: str) -> Citation:
    quoted = [quote.strip() for quote in quotations(claim) if found(quote, passage.text)]
    index = best_index(quoted[0] if quoted else claim, passage.text)
    quote, item = (quoted[0], None) if quoted else shorten(sentences(passage.text)[index], frozenset(terms(claim)))
    return Citation(number, passage, quote, place(passage, index, item), not why and found(quote, passage.text), why)
