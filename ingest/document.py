"""What a reader makes of a file, before it is cut into passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.types import Locator


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document, in reading order.

    `level` is 1 to 6 for a heading, 0 for body text. `page` counts from 1; `page_label` is what the page calls itself
    ("iv"), where that differs. `rows` holds a table (its first row is the head); `text` is then "". `locator` is set by
    readers that know the place (law XML) and left alone by `structure`; list items of a law stand in `text` on lines of
    their own.
    """

    text: str = ""
    level: int = 0
    page: int | None = None
    rows: tuple[tuple[str, ...], ...] = ()
    locator: Locator | None = None
    page_label: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks in reading order, and what the file says of itself (keys of Source, plus "author")."""

    blocks: tuple[Block, ...]
    meta: Mapping[str, str] = field(default_factory=dict)
