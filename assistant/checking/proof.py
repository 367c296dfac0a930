"""Whether the passages a sentence cites prove it. No model.

A sentence is proven when every quotation in it stands in the passages to the letter, every figure, norm, law and
place in it occurs there, it neither denies what they say nor turns "may" into "must", and enough of its words are
theirs. Words alone never prove a sentence that fails one of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from assistant.checking import figures, references
from assistant.checking.narrow import sentences
from assistant.checking.polarity import differs
from assistant.checking.references import Missing
from assistant.checking.suspect import gives_orders, looks_alike, trusted, visible
from assistant.german import terms, words
from assistant.texts import text
from assistant.types import Passage, Source

# The share of a sentence's content words that the cited passages must have. On law (benchmarks/checking.py) restated
# sentences have 0.7 or more; of sentences cited to another Absatz of the same law 2 % reach 0.6, 6 % reach 0.4.
ENOUGH_WORDS = 0.6
# A passage cited beside others must have at least this share.
SOME_WORDS = 0.25
# One sentence of the source carries a claim alone if it has this share of its words.
ENOUGH_SUPPORT = 0.8

_QUOTATION = re.compile(r"„([^“”\"„]{2,})[“”\"]|“([^“”]{2,})”|\"([^\"]{2,})\"|»([^»«]{2,})«|«([^»«]{2,})»")
_GAP = re.compile(r"\s*\[(?:…|\.\.\.)\]\s*")
_DIVIDED = re.compile(r"(?<=[^\W\d_])[-\u2010\u0002]\s*\n\s*(?=[a-zäöüß])")
_ADDRESS = re.compile(r"(?:https?:|www\.|//)[^\s)\]>]+|[\w.+-]+@[\w-]+\.\w+")
# Words that lead to a source or join a sentence; they state nothing.
_LEADING = frozenset(
    "gemaess laut absatz satz nummer paragraf artikel vorschrift regelung regelt gilt gelten ergibt bestimmt bedeutet "
    "heisst steht textstelle quelle dabei jedoch allerdings ausserdem zudem insbesondere beispielsweise hierbei".split()
)


def found(quote: str, wording: str) -> bool:
    """Whether a quotation stands in the wording letter by letter; white space and line-end hyphens aside.

    Parts joined by "[…]" must all be there, in this order, each as whole words.
    """
    source, position = _squeeze(wording), 0
    for part in map(_squeeze, _GAP.split(quote.strip())):
        position = _after(part, source, position)
        if position < 0:
            return False
    return bool(visible(quote).strip())


def _after(part: str, source: str, position: int) -> int:
    """Where the first whole-word occurrence of a part ends, from a position on; -1 if there is none."""
    while (start := source.find(part, position)) >= 0:
        end = start + len(part)
        inside = source[start - 1 : start + 1].isalnum() if start and part else False
        if not inside and not source[end - 1 : end + 1].isalnum() or end == len(source) and not inside or not part:
            return end
        position = start + 1
    return -1


def reason(
    claim: str, passage: Passage, cited: Sequence[Passage], sources: Mapping[str, Source], absent: Missing | None = None
) -> str:
    """Why `passage`, cited by the claim together with all of `cited`, does not prove it: a German phrase, or ""."""
    if word := looks_alike(claim):
        return text("unproven.look_alike", word=word)
    best = best_sentence(claim, passage)
    if gives_orders(claim) or trusted(best) not in trusted(passage.text) or not trusted(best).strip():
        return text("unproven.orders")
    wording = "\n".join(_wording(item) for item in cited)
    for quotation in quotations(claim):
        if not any(found(quotation, trusted(item.text)) or found(quotation, _head(item)) for item in cited):
            return text("unproven.quote", quote=quotation)
    if missing := [address for address in _ADDRESS.findall(claim) if address not in wording]:
        return text("unproven.figure", figure=", ".join(missing))
    if missing := references.unsupported(claim, cited, sources, absent):
        return text("unproven.norm", norm=", ".join(missing))
    plain = "\n".join(_without_norms(item) for item in cited)
    if missing := figures.unsupported(references.blank(claim, sources), plain):
        return text("unproven.figure", figure=", ".join(missing))
    if share(claim, wording) < ENOUGH_WORDS or share(claim, _wording(passage)) < SOME_WORDS:
        return text("unproven.words")
    kind = "" if _verbatim(claim, cited) else differs(claim, list(_support(claim, cited)))
    return text(f"unproven.{kind}") if kind else ""


def _verbatim(claim: str, cited: Sequence[Passage]) -> bool:
    """Whether the claim is, or introduces ("Dort heißt es: …"), a whole sentence of a passage, word for word."""
    said = _squeeze(claim).rstrip("“”\"«. ")
    whole = (_squeeze(sentence).rstrip(". ") for passage in cited for sentence in sentences(trusted(passage.text)))
    return any(said.endswith(sentence) and len(terms(said.removesuffix(sentence))) <= 6 for sentence in whole)


def share(claim: str, wording: str) -> float:
    """The share (0 to 1) of a claim's content words that a wording has; 1 for a claim without any.

    A compound counts in part where only some of its parts are there.
    """
    there = _terms(wording)
    scores = []
    for word, found_terms in words(claim):
        if not found_terms or not word[0].isalpha() or found_terms[0] in _LEADING:
            continue
        parts = found_terms[1:]
        partly = sum(part in there for part in parts) / len(parts) if parts else 0.0
        scores.append(1.0 if found_terms[0] in there else partly)
    return sum(scores) / len(scores) if scores else 1.0


def _support(claim: str, cited: Sequence[Passage]) -> Iterator[str]:
    """The sentences that carry the claim: the best one, then those that add words of the claim."""
    left = {term for term in _terms(claim) if term.isalpha()}
    enough = len(left) * (1 - ENOUGH_SUPPORT)
    pool = [(sentence, _terms(sentence)) for passage in cited for sentence in sentences(trusted(passage.text))]
    while pool and len(left) > enough:
        best = max(pool, key=lambda item: (len(left & item[1]), -len(item[1])))
        if len(left & best[1]) < 2 and len(pool) > 1:
            break
        yield best[0]
        left -= best[1]
        pool.remove(best)


def best_sentence(claim: str, passage: Passage) -> str:
    """The sentence of the passage that shares most words with the claim."""
    return sentences(passage.text)[best_index(claim, passage.text)]


@lru_cache(maxsize=1000)
def best_index(claim: str, wording: str) -> int:
    """Which sentence of the wording shares most of the claim's terms and figures."""
    wanted, values = _terms(claim), _values(claim)

    def score(sentence: str) -> tuple[int, int]:
        shared = len(values & _values(sentence)) if values else 0
        return len(wanted & _terms(sentence)) + shared, -len(sentence)

    pieces = sentences(wording)
    return max(range(len(pieces)), key=lambda index: score(pieces[index]))


def _values(claim: str) -> set[tuple[str, str]]:
    return {(item.kind, item.value) for item in figures.figures(claim)}


def quotations(claim: str) -> list[str]:
    return [next(filter(None, groups)) for groups in _QUOTATION.findall(claim)]


def _head(passage: Passage) -> str:
    names = (passage.label, passage.source.title, *passage.source.aliases, *passage.locator.headings)
    return " · ".join(names)


@lru_cache(maxsize=500)
def _without_norms(passage: Passage) -> str:
    return references.blank(_wording(passage), {passage.source.id: passage.source})


def _wording(passage: Passage) -> str:
    return f"{_head(passage)}\n{trusted(passage.text)}"


@lru_cache(maxsize=5000)
def _terms(wording: str) -> frozenset[str]:
    return frozenset(terms(wording))


@lru_cache(maxsize=500)
def _squeeze(wording: str) -> str:
    return re.sub(r"\s+", " ", visible(_DIVIDED.sub("", wording))).strip()
