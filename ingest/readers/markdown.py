"""Markdown: YAML front matter, headings, lists, pipe tables and blocks of text; inline marks are taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

import yaml

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.lines import ITEM, join
from ingest.readers.text import decode

_FRONT = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_KEYS = (
    "title",
    "short",
    "kind",
    "as_of",
    "valid_from",
    "valid_until",
    "author",
    "licence",
    "audience",
    "url",
    "aliases",
)
_GERMAN = {
    "titel": "title",
    "kurztitel": "short",
    "stand": "as_of",
    "gueltig_ab": "valid_from",
    "gültig_ab": "valid_from",
    "gueltig_bis": "valid_until",
    "gültig_bis": "valid_until",
    "autor": "author",
    "license": "licence",
    "lizenz": "licence",
}
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"[ ]{0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r"[ ]{0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r"[ ]{0,3}(?:```|~~~)")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELL = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>|\\$| {2,}$", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INLINE = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\((?:[^()]|\([^()]*\))*\)"), r"\1"),
    (re.compile(r"\[\[(?:[^\]|]*\|)?([^\]]+)\]\]"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+|[\w.+-]+@[\w.-]+)>"), r"\1"),
    (re.compile(r"</?(?:b|i|u|em|strong|sup|sub|span|div|p|center|small|mark|a)(?:\s[^<>]*)?>", re.IGNORECASE), ""),
    (re.compile(r"(?<![\\\w*])(\*{1,3}|_{1,3})(?=[^\s*])((?:[^*\n]|\*(?!\1))+?)(?<=[^\s\\])\1(?!\w)"), r"\2"),
    (re.compile(r"(?<!\\)(\*\*)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~§])"), r"\1"),
)


def read(data: bytes, name: str) -> Document:
    """A Markdown file as blocks; the known keys of its front matter are `meta` (German key names too).

    Raises ReadError: empty, unknown encoding, front matter that is no YAML mapping, no text.
    """
    text = decode(data, name)
    meta: dict[str, str] = {}
    if front := _FRONT.match(text):
        meta, text = _meta(front[1], name), text[front.end() :]
    blocks = tuple(_blocks(_COMMENT.sub("", text).split("\n")))
    if not blocks:
        raise ReadError(f"{name}: Die Datei enthält keinen Text.")
    return Document(blocks, meta)


def _meta(front: str, name: str) -> dict[str, str]:
    try:
        raw = yaml.safe_load(front) or {}
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in Zeile {mark.line + 2}" if mark else ""
        raise ReadError(
            f"{name}: Der Kopf der Datei (zwischen den Zeilen „---“) ist{where} kein gültiges YAML."
        ) from error
    if not isinstance(raw, Mapping):
        raise ReadError(
            f"{name}: Der Kopf der Datei (zwischen den Zeilen „---“) enthält keine Angaben der Form „title: …“."
        )
    named = {_GERMAN.get(str(key).lower(), str(key).lower()): _scalar(value) for key, value in raw.items()}
    return {key: value for key in _KEYS if (value := named.get(key, ""))}


def _scalar(value: object) -> str:
    """A YAML scalar, or a list of them (joined by ";"), as text; deeper structures are ignored."""
    if isinstance(value, list):
        return ";".join(text for item in value if not isinstance(item, (list, dict)) and (text := _scalar(item)))
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _blocks(lines: list[str]) -> Iterator[Block]:
    """One block per heading, table, list and run of text lines."""
    run: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if heading := _HEADING.match(line):
            yield from _flush(run)
            if title := _inline(heading[2]):
                yield Block(text=title, level=len(heading[1]))
        elif run and _is_title(run) and _SETEXT.match(line):
            yield Block(text=_inline(run.pop().strip()), level=1 if "=" in line else 2)
        elif index < len(lines) and "|" in line and "|" in lines[index] and _TABLE_RULE.match(lines[index]):
            yield from _flush(run)
            end = next((i for i in range(index + 1, len(lines)) if "|" not in lines[i]), len(lines))
            yield Block(rows=tuple(_row(row) for row in (line, *lines[index + 1 : end])))
            index = end
        elif _RULE.match(line) or _FENCE.match(line) or not line.strip():
            yield from _flush(run)
        else:
            run.append(line)
    yield from _flush(run)


def _is_title(run: list[str]) -> bool:
    return len(run) == 1 and not ITEM.match(run[0]) and "|" not in run[0] and len(run[0]) < 150


def _flush(run: list[str]) -> Iterator[Block]:
    text = _text(run)
    run.clear()
    if text:
        yield Block(text=text)


def _text(run: list[str]) -> str:
    """Lines of text or of a list: wrapped lines joined, items and hard breaks on lines of their own."""
    result: list[str] = []
    broken = True
    for raw in run:
        line = re.sub(r"^(?:[ ]{0,3}>[ ]?)+", "", raw)
        marked = ITEM.match(_inline(line[:40])) is not None
        *parts, last = _BREAK.split(line.rstrip("\n"))
        for part in [*parts, last]:
            if broken or marked or not result:
                result.append(part.rstrip())
            else:
                result[-1] = join(result[-1], part)
            broken, marked = True, False
        broken = bool(parts)
        if parts and not last.strip():
            result.pop()
    return "\n".join(text for part in result if (text := _item(part)).strip())


def _item(line: str) -> str:
    """A line without inline marks; "* " and "+ " are written "- ", nested items keep an indent of three spaces."""
    text = _inline(re.sub(r"^[*+][ \t]+(?=\S)", "- ", line.strip()))
    return f"   {text}" if line.startswith(("  ", "\t")) and ITEM.match(text) else text


def _row(line: str) -> tuple[str, ...]:
    cells = _CELL.split(line.strip().removeprefix("|").removesuffix("|"))
    return tuple(_inline(" ".join(_BREAK.sub(" ", cell).split())) for cell in cells)


def _inline(text: str) -> str:
    """Text without Markdown's inline marks and simple HTML tags."""
    if not any(mark in text for mark in "*_[<`\\"):
        return text.strip()
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text.strip()
