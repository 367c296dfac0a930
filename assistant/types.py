"""The core values. Every step of the path takes and returns these; all can be printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

Kind = Literal["law", "ordinance", "eu", "bylaw", "directive", "guideline", "form"]
Mode = Literal["quote", "model"]
Role = Literal["found", "definition", "reference"]


@dataclass(frozen=True, slots=True)
class Source:
    """One text of the corpus: a law, or a document of the city.

    `id` is the first part of every passage id: a law's slug, or the path without suffix, slugged.
    `path` is the law's slug, or the file's path relative to its corpus folder (with `/`).
    `folder` is the corpus folder the file lies in; None for a law.
    `as_of` (Stand) is an ISO date for documents of the city, the official wording for laws.
    `valid_from` and `valid_until` are ISO dates. `author` is who answers for it, as the file says, or "".
    `pending` are changes of a law that its wording does not have yet, or "". `confidence` (0 to 100) is set where text
    was read by OCR. `copies` are further files of the same content, as paths like `path`. `origins` says of each value
    where it came from, as (field, German phrase). `digest` covers the file's bytes and its metadata.
    """

    id: str
    title: str
    short: str
    kind: Kind
    path: str
    folder: str | None = None
    url: str | None = None
    licence: str = ""
    as_of: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    audience: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    author: str = ""
    pending: str = ""
    confidence: int | None = None
    copies: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in a text, as lawyers name it.

    `section` is "§ 3a", "Art. 6", "Anlage 1", "Nr. 4.2", or None where a text has no such thing; then the
    last heading stands in for it. `subsection` is the Absatz ("2", "3a"), `sentence` the Satz ("1"),
    `number` is "3", or "3 Buchst. b". `page` counts the file's pages from 1, `page_label` is what a page calls itself
    where that differs ("iv"). `headings`: outermost first.
    """

    section: str | None = None
    subsection: str | None = None
    sentence: str | None = None
    number: str | None = None
    page: int | None = None
    headings: tuple[str, ...] = ()
    page_label: str | None = None

    def label(self, short: str) -> str:
        """The citation's label, e.g. "§ 3a Abs. 2 Satz 1 OZG" or "Nr. 4.2 Leitfaden E-Akte, S. 5"."""
        parts = [self.section] if self.section else []
        parts += [f"{word} {value}" for word, value in (("Abs.", self.subsection), ("Satz", self.sentence)) if value]
        if self.number:
            parts.append(f"Nr. {self.number}" if self.number[0].isdigit() else f"Buchst. {self.number}")
        parts.append(short)
        label = " ".join(parts)
        if not self.section and self.headings:
            label += f", „{self.headings[-1]}“"
        return f"{label}, S. {self.page_label or self.page}" if self.page else label

    def at(self, *, sentence: str | None = None, number: str | None = None) -> Locator:
        """The same place, narrowed to a sentence or number of it."""
        return replace(self, sentence=sentence or self.sentence, number=number or self.number)


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable piece of text: an Absatz, or a part of one. Its id comes from its locator ("ozg/3a/2").

    `text` is the wording, list items on lines of their own ("1. …", "a) …"). `refs` are the labels of the
    norms it cites. `digest` covers every stored field and the recipe that made them.
    """

    id: str
    source: Source
    locator: Locator
    text: str
    refs: tuple[str, ...] = ()
    digest: str = ""

    @property
    def label(self) -> str:
        return self.locator.label(self.source.short)

    @property
    def heading(self) -> str:
        return self.locator.headings[-1] if self.locator.headings else ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and why. Ranks start at 1; None: that search did not find it.

    `score` orders the hits; `evidence` (0 to 1) tells how well the whole query is covered by this passage.
    `named` is true where the question names the norm itself. `parts`: what lifts it above others ("words", "meaning",
    "questions", "law"), together 1. `role`: how it was come by; "definition" and "reference" stand beside the hit whose
    label is `of`, because that uses the term or names the norm.
    """

    passage: Passage
    score: float
    evidence: float = 0.0
    keyword_rank: int | None = None
    dense_rank: int | None = None
    matched: tuple[str, ...] = ()
    named: bool = False
    parts: Mapping[str, float] = field(default_factory=dict)
    role: Role = "found"
    of: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Marker [number] of an answer: what is quoted, from where, and whether it proves its sentence.

    `why` is a German phrase on why it does not, or "".
    """

    number: int
    passage: Passage
    quote: str
    locator: Locator
    verified: bool
    why: str = ""

    @property
    def label(self) -> str:
        return self.locator.label(self.passage.source.short)


class Status(StrEnum):
    """How an answer ended. The word before `_` is the group."""

    ANSWERED = "answered"
    ANSWERED_WITHOUT_SEARCH = "answered_without_search"
    QUOTED = "quoted"
    ASKED_BACK = "asked_back"
    REFUSED_NO_PASSAGE = "refused_no_passage"
    REFUSED_UNVERIFIED = "refused_unverified"
    ERROR_MODEL = "error_model"
    ERROR_TIMEOUT = "error_timeout"
    ERROR_UNEXPECTED = "error_unexpected"

    @property
    def group(self) -> str:
        return self.value.split("_")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of the path. `seconds` per step; `mode` tells whether a model wrote the text or it only quotes.

    `notice` is a sentence for the reader about how the answer came about (e.g. the model failed), or "".
    `choices` are what the assistant asks back about ("asked_back"), each a short phrase to pick.
    """

    id: str
    question: str
    standalone: str
    text: str
    status: Status
    mode: Mode = "quote"
    model: str | None = None
    notice: str = ""
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    choices: tuple[str, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    generation: int | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished, unchecked answer while it is being written. The final Answer replaces it.

    Marker [n] of the text means `hits[n - 1]`. `notice` says what the reader is waiting for, or "".
    """

    text: str
    hits: tuple[Hit, ...] = ()
    notice: str = ""
