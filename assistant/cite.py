"""Checks what may be shown as proven: markers, quotations, numbers and norms, against the passages. No model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.sentences import spans
from assistant.types import Citation, Hit, Passage

ELLIPSIS = " […] "

_MARKER = re.compile(r"\s*\[(\d{1,2})\]")
_QUOTATION = re.compile(r"„([^“”\"]{8,})[“”\"]")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_LIST_NUMBER = re.compile(r"^\s*(?:\d+\.|[-*•])\s+", re.MULTILINE)


def found(quote: str, wording: str) -> bool:
    """Whether a quotation stands in the wording letter by letter; white space and line-end hyphens aside.

    Parts joined by "[…]" must all be there, in this order.
    """
    text, position = _squeeze(wording), 0
    for part in quote.split(ELLIPSIS.strip()):
        position = text.find(_squeeze(part), position)
        if position < 0:
            return False
        position += len(_squeeze(part))
    return bool(quote.strip())


def resolve(draft: str, hits: Sequence[Hit]) -> tuple[str, tuple[Citation, ...]]:
    """The draft with its markers numbered by first appearance, and one Citation for each.

    Markers that point to no hit are taken out. A citation is verified when every sentence that carries its
    marker holds only quotations, figures and norms that stand in the passages this sentence cites.
    """
    order: list[int] = []
    failed: set[int] = set()
    support: dict[int, str] = {}
    for sentence, numbers in _cited(draft, len(hits)):
        passages = [hits[number - 1].passage for number in numbers]
        supported = _supported(sentence, passages)
        for number in numbers:
            order += [number] if number not in order else []
            failed |= set() if supported else {number}
            support.setdefault(number, sentence)
    renumbered = {old: new for new, old in enumerate(order, 1)}
    text = _MARKER.sub(lambda marker: _renumber(marker, renumbered), draft)
    citations = tuple(
        _citation(renumbered[number], hits[number - 1].passage, support[number], number not in failed)
        for number in order
    )
    return text.strip(), citations


def best_sentence(claim: str, passage: Passage) -> str:
    """The sentence of the passage that shares most words with the claim."""
    words = set(re.findall(r"\w{4,}", claim.lower()))
    sentences = [passage.text[start:end] for start, end in spans(passage.text)] or [passage.text]
    return max(sentences, key=lambda sentence: len(words & set(re.findall(r"\w{4,}", sentence.lower()))))


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00ad", "")).strip()


def _renumber(marker: re.Match[str], numbers: dict[int, int]) -> str:
    new = numbers.get(int(marker[1]))
    return f" [{new}]" if new else ""


def _cited(draft: str, count: int) -> Iterator[tuple[str, list[int]]]:
    """Each sentence of the draft (its markers taken off) with the valid markers that follow or stand in it."""
    start = 0
    for group in re.finditer(r"(?:\s*\[\d{1,2}\])+", draft):
        numbers = [int(number) for number in re.findall(r"\d+", group.group()) if 1 <= int(number) <= count]
        before = draft[start : group.start()]
        pieces = spans(before)
        sentence = before[pieces[-1][0] :] if pieces else before
        start = group.end()
        if numbers:
            yield sentence, list(dict.fromkeys(numbers))


def _supported(sentence: str, passages: Sequence[Passage]) -> bool:
    wording = "\n".join(f"{item.label} {item.source.title} {item.heading}\n{item.text}" for item in passages)
    quotations = _QUOTATION.findall(sentence)
    figures = set(_FIGURE.findall(_LIST_NUMBER.sub("", sentence)))
    return all(found(quote, wording) for quote in quotations) and figures <= set(_FIGURE.findall(wording))


def _citation(number: int, passage: Passage, claim: str, verified: bool) -> Citation:
    quotations = [quote for quote in _QUOTATION.findall(claim) if found(quote, passage.text)]
    quote = quotations[0] if quotations else best_sentence(claim, passage)
    return Citation(number, passage, quote.strip(), passage.locator, verified and found(quote, passage.text))
