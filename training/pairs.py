"""Pairs of texts that belong together, drawn from the laws, the written questions and a thesaurus.

Those of laws and questions are drawn half from single sections and half from runs of neighbouring ones, so that every
query also has to be told apart from the sections next to its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.german import terms
from training.laws import Section

Tokens = NDArray[np.int64]
Pair = tuple[Tokens, Tokens, int]
MAX_TOKENS, MAX_GROUP, RUN = 192, 30, 8
# The share of tokens left out of a question of more than SHORT tokens.
DROPPED, SHORT = 0.25, 3


@dataclass(frozen=True, slots=True)
class TokenSection:
    """One section in token ids. `law` is its short and full title, `outer` the headings above it, `group` tells
    sections apart."""

    law: Tokens
    outer: Tokens
    heading: Tokens
    subsections: tuple[Tokens, ...]
    group: int


@dataclass(frozen=True, slots=True)
class Question:
    text: Tokens
    section: TokenSection


@dataclass(frozen=True, slots=True)
class Texts:
    """What pairs are drawn from. `synonyms`: groups of words of one meaning."""

    sections: Sequence[TokenSection]
    asked: Sequence[Question]
    synonyms: Sequence[Sequence[Tokens]]


def tokenise(sections: Sequence[Section], tokenizer: Tokenizer) -> list[TokenSection]:
    """Every section as token ids, each Absatz cut at MAX_TOKENS; those without any known token are left out."""
    known = tokenizer.get_vocab()
    return [
        TokenSection(
            _encode(known, f"{section.short} {section.title[:120]}"),
            _encode(known, " ".join(section.outer)),
            _encode(known, section.heading),
            tuple(tokens for text in section.subsections if len(tokens := _encode(known, text[:2000]))),
            group,
        )
        for group, section in enumerate(sections)
    ]


def _encode(known: Mapping[str, int], text: str) -> Tokens:
    found = [number for term in terms(text) if (number := known.get(term)) is not None]
    return np.array(found[:MAX_TOKENS], dtype=np.int64)


def questions(rows: Sequence[Sequence[str]], owners: Sequence[TokenSection], tokenizer: Tokenizer) -> list[Question]:
    """The written questions of each section (`rows[i]` belong to `owners[i]`), in order."""
    known = tokenizer.get_vocab()
    asked = ((_encode(known, text), owner) for row, owner in zip(rows, owners, strict=True) for text in row)
    return [Question(tokens, owner) for tokens, owner in asked if len(tokens)]


def synonyms(groups: Iterable[Sequence[str]], tokenizer: Tokenizer) -> list[list[Tokens]]:
    """The groups in token ids, those with two different members or more."""
    known = tokenizer.get_vocab()
    found = ({tuple(tokens): tokens for word in group if len(tokens := _encode(known, word))} for group in groups)
    return [list(group.values()) for group in found if len(group) > 1]


def draw_pairs(texts: Texts, size: int, asked: float, alike: float, rng: np.random.Generator) -> list[Pair]:
    """`size` pairs: that share `asked` of them of a question and its section, that share `alike` of synonyms, the
    others of a law's own texts."""
    of_questions, of_synonyms = int(size * asked), int(size * alike)
    of_laws = size - of_questions - of_synonyms
    return [
        *(question_pair(texts.asked[i], rng) for i in _draw(len(texts.asked), of_questions, rng)),
        *(law_pair(texts.sections[i], rng) for i in _draw(len(texts.sections), of_laws, rng)),
        *(synonym_pair(texts.synonyms[i], -1 - int(i), rng) for i in rng.integers(0, len(texts.synonyms), of_synonyms)),
    ]


def _draw(count: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """`size` indices below `count`: half single ones, half in runs of RUN neighbours."""
    starts = rng.integers(0, count - RUN, size // 2 // RUN)
    runs = (starts[:, None] + np.arange(RUN)).ravel()
    return np.concatenate([runs, rng.integers(0, count, size - len(runs))])


def law_pair(section: TokenSection, rng: np.random.Generator) -> Pair:
    """Heading -> Absatz, part of an Absatz -> the rest, title -> Absatz, or Absatz -> another of the section."""
    text = _one(section.subsections, rng)
    choice = rng.random()
    if choice < 0.35 and len(section.heading):
        return section.heading, _join(rng, section.law, section.outer, text), section.group
    if choice < 0.45:
        return section.law, _join(rng, section.outer, section.heading, text), section.group
    if choice < 0.6 and len(section.subsections) > 1:
        other = _one(section.subsections, rng)
        return _join(rng, section.heading, text), other, section.group
    length = int(rng.integers(5, 20))
    start = int(rng.integers(0, max(len(text) - length, 1)))
    rest = np.concatenate([text[:start], text[start + length :]])
    return text[start : start + length], _join(rng, section.law, section.outer, section.heading, rest), section.group


def question_pair(question: Question, rng: np.random.Generator) -> Pair:
    """Question -> an Absatz of its section (the first more often, most questions rest on it), or several."""
    section = question.section
    choice = rng.random()
    if choice < 0.35:
        text = section.subsections[0]
    elif choice < 0.6:
        text = _one(section.subsections, rng)
    else:
        text = np.concatenate(section.subsections)[: 2 * MAX_TOKENS]
    return _thinned(question.text, rng), _join(rng, section.law, section.outer, section.heading, text), section.group


def synonym_pair(group: Sequence[Tokens], number: int, rng: np.random.Generator) -> Pair:
    """A word -> another of its group, or all the others."""
    place = int(rng.integers(len(group)))
    others = [*group[:place], *group[place + 1 :]]
    return group[place], _one(others, rng) if rng.random() < 0.5 else np.concatenate(others)[:MAX_GROUP], number


def _thinned(text: Tokens, rng: np.random.Generator) -> Tokens:
    """The text without some of its tokens, so that no question is learnt by heart."""
    kept = text[rng.random(len(text)) > DROPPED]
    return kept if len(text) > SHORT and len(kept) else text


def _one(texts: Sequence[Tokens], rng: np.random.Generator) -> Tokens:
    return texts[int(rng.integers(len(texts)))]


def _join(rng: np.random.Generator, *texts: Tokens) -> Tokens:
    """The last text, and in front of it each of the others, left out one time in five."""
    kept = [text for text in texts[:-1] if rng.random() > 0.2]
    return np.concatenate([*kept, texts[-1]])
