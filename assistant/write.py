"""Hits and a question -> a draft with [1] markers, streamed from the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from langchain_core.messages import HumanMessage, SystemMessage

from assistant.config import Model
from assistant.models import ModelServer
from assistant.prompts import fill
from assistant.types import Hit

# Measured on German statutes with common tokenisers a token is 3 to 4 characters; 2.5 leaves room.
CHARACTERS_PER_TOKEN = 2.5


def within_budget(hits: Sequence[Hit], question: str, model: Model) -> list[Hit]:
    """The first hits that fit into the model's context beside the prompt, the question and the answer."""
    room = (model.num_ctx - model.num_predict) * CHARACTERS_PER_TOKEN - len(fill("answer", passages="")) - len(question)
    chosen: list[Hit] = []
    for number, hit in enumerate(hits, 1):
        room -= len(_fenced(number, hit))
        if room < 0:
            break
        chosen.append(hit)
    return chosen


def write(question: str, hits: Sequence[Hit], model: ModelServer) -> Iterator[str]:
    """The draft, piece by piece. Marker [n] means `hits[n - 1]`. Raises ModelError."""
    passages = "\n".join(_fenced(number, hit) for number, hit in enumerate(hits, 1))
    return model.stream([SystemMessage(fill("answer", passages=passages)), HumanMessage(question)])


def _fenced(number: int, hit: Hit) -> str:
    passage = hit.passage
    return f"[{number}] {passage.label} ({passage.source.title}; {passage.heading})\n<<<\n{passage.text}\n>>>\n"
