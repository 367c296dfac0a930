"""The Markdown sources of the city's documents, read into plain values: front matter, then blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import ReadError

_PARTS = re.compile(r"---\n(.*?\n)---\n(.*)", re.DOTALL)
_MARK = re.compile(r"(\(\d+[a-z]?\)|[a-z]{1,2}\)) ")
_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
_KINDS = {"directive": "Dienstanweisung", "guideline": "Leitfaden", "bylaw": "Satzung", "form": "Formular"}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of prose. `mark` is what stands before it, e.g. "(1)" or "a)", or ""."""

    runs: tuple[Run, ...]
    mark: str = ""

    @property
    def plain(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Items:
    """A list. `start` is the first number, or None for bullets. Each item is a tuple of blocks."""

    start: int | None
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its first row is the head. `right` tells which columns are set flush right."""

    rows: tuple[tuple[Text, ...], ...]
    right: tuple[bool, ...]


Block = Heading | Text | Items | Grid


class Front(BaseModel):
    """The front matter of a source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    short: str
    kind: Literal["directive", "guideline", "bylaw", "form"]
    as_of: date
    valid_from: date | None = None
    valid_until: date | None = None
    author: str
    build: Literal["pdf", "docx", "html"]
    layout: Literal["one-column", "two-column"] = "one-column"

    @property
    def kind_name(self) -> str:
        return _KINDS[self.kind]

    @property
    def stand(self) -> str:
        return f"Stand: {german_date(self.as_of)}"

    @property
    def validity(self) -> str:
        """E.g. "Gültig vom 1. Oktober 2026 bis 30. September 2028", or "" where no date is given."""
        if self.valid_from and self.valid_until:
            return f"Gültig vom {german_date(self.valid_from)} bis {german_date(self.valid_until)}"
        if self.valid_from:
            return f"Gültig ab {german_date(self.valid_from)}"
        return f"Gültig bis {german_date(self.valid_until)}" if self.valid_until else ""


@dataclass(frozen=True, slots=True)
class Guideline:
    front: Front
    blocks: tuple[Block, ...]


def german_date(day: date) -> str:
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"


def read(path: Path) -> Guideline:
    """The document of one source file. Raises ReadError with file, line and reason."""
    parts = _PARTS.match(path.read_text(encoding="utf-8"))
    if not parts:
        raise ReadError(f"{path.name}: Der Vorspann zwischen zwei Zeilen „---“ fehlt.")
    head, body = parts.groups()
    try:
        front = Front.model_validate(yaml.safe_load(head))
    except (yaml.YAMLError, ValidationError) as error:
        raise ReadError(f"{path.name}: Der Vorspann ist nicht lesbar: {error}") from error
    tree = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(body))
    try:
        blocks = tuple(_blocks(tree.children))
    except _Unknown as error:
        line = head.count("\n") + 2 + error.line
        raise ReadError(f"{path.name}, Zeile {line}: „{error.kind}“ gehört nicht zum erlaubten Markdown.") from error
    if not blocks or blocks[0] != Heading(1, front.title):
        raise ReadError(f"{path.name}: Die erste Überschrift muss „# {front.title}“ lauten, wie der Titel im Vorspann.")
    return Guideline(front, blocks[1:])


class _Unknown(Exception):
    def __init__(self, kind: str, line: int) -> None:
        super().__init__(kind)
        self.kind, self.line = kind, line


def _blocks(nodes: list[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        if node.type == "heading":
            yield Heading(int(node.tag[1]), "".join(run.text for line in _lines(node) for run in line))
        elif node.type == "paragraph":
            yield from (_text(line) for line in _lines(node))
        elif node.type in ("bullet_list", "ordered_list"):
            start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
            yield Items(start, tuple(tuple(_blocks(item.children)) for item in node.children))
        elif node.type == "table":
            yield _grid(node)
        else:
            raise _Unknown(node.type, node.map[0] + 1 if node.map else 0)


def _grid(node: SyntaxTreeNode) -> Grid:
    rows = [row.children for part in node.children for row in part.children]
    cells = tuple(tuple(Text(tuple(run for line in _lines(cell) for run in line)) for cell in row) for row in rows)
    return Grid(cells, tuple("right" in str(cell.attrs.get("style", "")) for cell in rows[0]))


def _lines(node: SyntaxTreeNode) -> list[list[Run]]:
    """The lines of an inline node: in the sources each line of the file is a paragraph of its own."""
    lines: list[list[Run]] = [[]]
    for child in node.children[0].children if node.children else []:
        if child.type == "softbreak":
            lines.append([])
        elif child.type == "text":
            lines[-1] += [Run(child.content)] if child.content else []
        elif child.type == "strong" and all(part.type == "text" for part in child.children):
            lines[-1].append(Run("".join(part.content for part in child.children), bold=True))
        else:
            raise _Unknown(child.type, node.map[0] + 1 if node.map else 0)
    return lines


def _text(line: list[Run]) -> Text:
    match = _MARK.match(line[0].text) if line else None
    if not match:
        return Text(tuple(line))
    rest = Run(line[0].text[match.end() :], line[0].bold)
    return Text((rest, *line[1:]), match[1])
