"""The text of an answer as plain blocks: what is handed on (clipboard, DOCX, PDF) knows no Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

IMAGE_OR_LINK = re.compile(r"!?\[([^\]\[]*)\]\((?:[^()]|\([^()]*\))*\)")
_EMPHASIS = re.compile(r"\*\*|__|`+|^#{1,6}\s+")
_ITEM = re.compile(r"^\s*[-*•]\s+")


@dataclass(frozen=True, slots=True)
class Block:
    """A line of text, an item of a list, or a quotation, which may have several lines."""

    kind: Literal["text", "item", "quote"]
    text: str


def blocks(text: str) -> list[Block]:
    """The blocks of an answer's text; links and images shrink to their words, emphasis goes, markers [n] stay."""
    lines = [line.strip() for line in IMAGE_OR_LINK.sub(r"\1", text).splitlines() if line.strip()]
    found: list[Block] = []
    for quoted, group in groupby(lines, key=lambda line: line.startswith(">")):
        bare = [_EMPHASIS.sub("", line.removeprefix(">").strip()) for line in group]
        found += [Block("quote", "\n".join(bare))] if quoted else [_block(line) for line in bare]
    return found


def _block(line: str) -> Block:
    return Block("item", _ITEM.sub("", line)) if _ITEM.match(line) else Block("text", line)
