"""What belongs beside the best passages: the definition of a term of the question, and a norm they refer to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.finding.ranking import Query
from assistant.german import terms
from assistant.norms import find
from assistant.store import Generation
from assistant.types import Hit, Passage, Role

# Hits whose references are followed, and hits whose law is looked at for definitions.
FIRST = 2
# A term is rare enough to be looked up if at most one section in twelve has it; how many words of a line may define.
RARE, HEAD = 2.5, 8
SCORE = 0.2

_Search = Callable[[Sequence[Hit], Query, Generation], Iterator[tuple[Passage, Hit]]]

_DEFINED = re.compile(r"^\W*(?:\(?\w{1,3}[.)]\s*)*")


def beside(hits: Sequence[Hit], query: Query, generation: Generation, allowed: NDArray[np.bool_]) -> list[Hit]:
    """At most one definition and one norm referred to, marked so; none that is among the hits or not `allowed`
    (sources,). Their score is below that of every hit, their evidence is nothing."""
    known = {hit.passage.id for hit in hits}
    numbers = generation.facts.numbers
    found: list[Hit] = []
    searches: tuple[tuple[Role, _Search], ...] = (("definition", _definition), ("reference", _reference))
    for role, search in searches:
        for passage, hit in search(hits[:FIRST], query, generation):
            if passage.id not in known and allowed[numbers[passage.source.id]]:
                known.add(passage.id)
                found.append(Hit(passage, SCORE * hits[-1].score, role=role, of=hit.passage.label))
                break
    return found


def _definition(hits: Sequence[Hit], query: Query, generation: Generation) -> Iterator[tuple[Passage, Hit]]:
    """The passages that define a term of the question, in the laws of the hits, the rarest term first."""
    layout, numbers = generation.indexes.layout, generation.facts.numbers
    for hit in {hit.passage.source.id: hit for hit in reversed(hits)}.values():
        rows = layout.of_sources([numbers[hit.passage.source.id]])
        sections = generation.sections(rows[layout.defines[rows]].tolist())
        rated = [(_defines(passage, query), passage) for run in sections.values() for passage in run]
        for rate, passage in sorted(rated, key=lambda item: -item[0]):
            if rate >= RARE:
                yield passage, hit


def _defines(passage: Passage, query: Query) -> float:
    """How rare the rarest term of the question is that a line of the passage begins with; 0 if there is none."""
    heads = (_DEFINED.sub("", line).split()[:HEAD] for line in passage.text.splitlines())
    held = {term for head in heads for term in terms(" ".join(head))}
    return max((query.idf[term] for term in held.intersection(query.idf)), default=0.0)


def _reference(hits: Sequence[Hit], query: Query, generation: Generation) -> Iterator[tuple[Passage, Hit]]:
    """The passages that the hits refer to, the nearest to the question first."""
    layout = generation.indexes.layout
    rated = []
    for hit in hits:
        for norm in (norm for label in hit.passage.refs for norm in find(label, generation.names)):
            rows = generation.find(norm.source.id, norm.locator.section or "") if norm.source else []
            for row, run in generation.sections(rows).items():
                wanted = [item for item in run if item.locator.subsection == norm.locator.subsection]
                cosine = float(layout.cosines(np.array([row]), query.vector)[0, 0])
                rated.append((cosine, (wanted or run)[0], hit))
    for _, passage, hit in sorted(rated, key=lambda item: -item[0]):
        yield passage, hit
