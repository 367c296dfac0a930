"""What holds for every document: no word is lost, moved or invented, and a passage keeps its name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checking.proof import found
from assistant.sentences import ROW, numbers, spans
from assistant.types import Passage, Source
from ingest.chunk import passages
from ingest.clean import clean, clean_text
from ingest.document import Block, Document
from ingest.split import LONGEST
from ingest.structure import locate

SOURCE = Source(id="satzung", title="Satzung", short="Satzung", kind="bylaw", path="satzung.md")
KINDS = ("absatz", "list", "letters", "table", "long", "plain", "heading", "quote")
Section = tuple[Block, list[Block]]


class Words:
    """Words that occur only once each, so that what is lost, doubled or moved shows."""

    def __init__(self) -> None:
        self._numbers = count()

    def one(self) -> str:
        number, name = next(self._numbers), ""
        for _ in range(4):
            name += "abcdefghij"[number % 10]
            number //= 10
        return f"w{name}"

    def some(self, size: int) -> str:
        return " ".join(self.one() for _ in range(size)).capitalize()

    def sentences(self, size: int, times: int) -> str:
        return " ".join(f"{self.some(size)}." for _ in range(times))


@st.composite
def sections(draw: st.DrawFn) -> list[Section]:
    """Sections of a bylaw: a heading with a number and a title, and the blocks below it."""
    words, made = Words(), []
    for number in range(1, draw(st.integers(2, 5)) + 1):
        kinds = draw(st.lists(st.sampled_from(KINDS), max_size=5))
        heading = Block(text=f"§ {number} {words.some(2)}", level=draw(st.sampled_from((0, 2, 3))))
        made.append((heading, [block for i, kind in enumerate(kinds, 1) for block in _blocks(kind, i, words, draw)]))
    return made


def _blocks(kind: str, number: int, words: Words, draw: st.DrawFn) -> Iterator[Block]:
    size = draw(st.integers(1, 6))
    if kind == "absatz":
        yield Block(text=f"({number}) {words.sentences(size, size)}", page=number)
    elif kind == "list":
        items = "\n".join(f"{i}. {words.some(size * 9)}," for i in range(1, size + 2))
        yield Block(text=f"({number}) {words.some(3)}:\n{items}\n{words.one()} {words.one()}.")
    elif kind == "letters":
        items = "\n".join(f"   {letter}) {words.some(40)}," for letter in "abcdefg"[:size])
        yield Block(text=f"{words.some(2)}\n1.\n{items}\n2. {words.some(3)}.")
    elif kind == "table":
        head = (words.one(), words.one())
        yield Block(rows=(head, *((words.some(2), words.some(size * 4)) for _ in range(size * 2))))
    elif kind == "long":
        yield Block(text=words.sentences(size * 12, size * 2) + " " + words.some(size * 50))
    elif kind == "quote":
        yield Block(
            text=f"1. {words.some(2)}:\n„(2) {words.sentences(3, size)}\n1. {words.some(2)}“.\n2. {words.some(1)}."
        )
    else:
        yield from [Block(text=words.some(3), level=4)] if kind == "heading" else []
        yield Block(text=f"{words.some(4)}.")


def made_of(parts: list[Section]) -> tuple[Document, list[Passage]]:
    blocks = [Block(text="Satzung", level=1)] + [block for heading, below in parts for block in (heading, *below)]
    document = clean(Document(tuple(blocks), {"title": "Satzung"}))
    return document, passages(SOURCE, locate(document))


def words_of(texts: list[str]) -> list[str]:
    """The made-up words of some texts in order."""
    plain = " ".join(texts).lower()
    for mark in ".,:;()|„“":
        plain = plain.replace(mark, " ")
    return [word for word in plain.split() if word.startswith("w") and len(word) == 5]


@settings(max_examples=150, deadline=None)
@given(sections())
def test_no_word_is_lost_moved_doubled_or_invented(parts: list[Section]) -> None:
    document, made = made_of(parts)
    heads = [name for block in document.blocks for name in words_of(list(block.rows[0] if block.rows else ()))]
    titles = {word for block in document.blocks if block.level for word in words_of([block.text])}
    titles |= {word for heading, _ in parts for word in words_of([heading.text])}
    body = [
        word
        for block in document.blocks
        for word in words_of([block.text, *(cell for row in block.rows[1:] for cell in row)])
        if word not in titles
    ]
    written = words_of([passage.text for passage in made])
    assert [word for word in written if word not in titles and word not in heads] == body
    named = words_of([name for passage in made for name in passage.locator.headings])
    assert set(heads) <= set(written)
    assert titles <= set(written) | set(named)
    assert set(written) <= set(body) | titles | set(heads)


@settings(max_examples=100, deadline=None)
@given(sections())
def test_every_passage_is_found_again_in_its_source_and_is_short_enough(parts: list[Section]) -> None:
    document, made = made_of(parts)
    cells = [cell for block in document.blocks for row in block.rows for cell in row]
    texts = ["".join(text.split()) for text in (*(block.text for block in document.blocks), *cells)]
    for passage in made:
        for line in passage.text.split("\n"):
            for piece in [part.partition(": ")[2] for part in line.rstrip(ROW).split(" | ")] if ROW in line else [line]:
                assert any("".join(piece.split()) in text for text in texts)
        assert all(found(passage.text[start:end], passage.text) for start, end in spans(passage.text))
        assert len(passage.text) <= LONGEST or ROW in passage.text


@settings(max_examples=100, deadline=None)
@given(sections(), st.data())
def test_ids_are_unique_and_outlive_a_new_section(parts: list[Section], data: st.DataObject) -> None:
    before = {passage.id: passage.text for passage in made_of(parts)[1]}
    assert len(before) == len(made_of(parts)[1])
    new = Block(text="§ 99 Neue Regel", level=parts[0][0].level), [Block(text="(1) Das ist neu.")]
    at = data.draw(st.integers(0, len(parts)))
    after = {passage.id: passage.text for passage in made_of([*parts[:at], new, *parts[at:]])[1]}
    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {"satzung/99/1"}


@given(st.text(alphabet="aAß .:;,\n1(2)§-–„“²³¹|", max_size=120))
def test_sentences_cover_all_text_in_order(text: str) -> None:
    result = spans(text)
    assert all(left[1] <= right[0] for left, right in pairwise(result))
    inside = "".join("".join(text[start:end].split()) for start, end in result)
    rest = "".join(text.split()).removesuffix(inside)
    assert rest == "" or (rest[0] == "(" and rest[-1] == ")")
    counted = [number for number in numbers(text) if number is not None]
    assert len(numbers(text)) == len(result)
    assert counted == sorted(set(counted))


@given(st.text(max_size=200))
def test_cleaning_keeps_every_letter_and_digit_and_is_done_once(text: str) -> None:
    def kept(raw: str) -> str:
        whole = unicodedata.normalize("NFKC", raw)
        return "".join(char for char in whole if unicodedata.category(char)[0] in "LN")

    assert kept(clean_text(text)) == kept(text)
    assert clean_text(clean_text(text)) == clean_text(text)
