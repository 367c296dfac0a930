"""Numbered rules for text. A change of any of them changes the recipe of sync, so that every file is read anew.

R1  Unicode NFC; ligatures (ﬁ, ﬂ) as letters
R2  soft hyphens, byte order marks, zero-width characters and marks of the writing direction go
R3  U+0002 and U+FFFE (PDFium's mark for a divided word) and hyphens at line ends join the word,
    but "Ein- und Ausgabe" keeps its hyphen
R4  non-breaking, thin and other special spaces become a space
R5  control and private-use characters go; tab and other line separators become space and newline
R6  runs of spaces become one (an indent at the start of a line stays), lines are stripped at the end, empty lines go
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from ingest.document import Block, Document
from ingest.lines import join

_LIGATURES: dict[int, str] = {0xFB00 + i: text for i, text in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))}
_DIRECTION = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_DROP = dict.fromkeys((0xAD, 0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060, *_DIRECTION, *range(0xE0000, 0xE0080)), "")
_SPACES = dict.fromkeys(
    (0xA0, 0x202F, 0x2007, 0x2008, 0x2009, 0x200A, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x3000), " "
)
_LINES = dict.fromkeys((0x0B, 0x0C, 0x0D, 0x2028, 0x2029), "\n") | {0x09: " "}
_TABLE = _LIGATURES | _DROP | _SPACES | _LINES
_DIVIDED = re.compile(r"([^\W\d_])(?:[\x02\ufffe]\s*|-[ \t]*\n[ \t]*)(?=[^\W\d_])")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ue000-\uf8ff]")
_RUN = re.compile(r"(?<=\S) {2,}")
_PLAIN = re.compile(r"[ -~]*")


def clean(document: Document) -> Document:
    """The document with every rule applied to its texts, table cells and metadata. Blocks without text go."""
    blocks = tuple(block for raw in document.blocks if (block := _block(raw)).text or any(map(any, block.rows)))
    return Document(blocks, {key: text for key, raw in document.meta.items() if (text := clean_text(raw).strip())})


def clean_text(text: str) -> str:
    """`text` with rules R1 to R6 applied."""
    if _PLAIN.fullmatch(text) and "  " not in text:
        return text.rstrip()
    text = unicodedata.normalize("NFC", text)
    text = _DIVIDED.sub(_whole, text).translate(_TABLE)
    text = _CONTROL.sub("", text)
    lines = (_RUN.sub(" ", line).rstrip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _whole(divided: re.Match[str]) -> str:
    """The join of the two halves of a word, as `lines.join` decides it."""
    following = divided.string[divided.end() : divided.end() + 16]
    joined = join(divided[1] + "-", following)
    return joined[: len(joined) - len(following)]


def _block(block: Block) -> Block:
    rows = tuple(tuple(" ".join(clean_text(cell).split()) for cell in row) for row in block.rows)
    rows = rows[:1] + tuple(row for row in rows[1:] if any(row))
    text = clean_text(block.text)
    return replace(block, text=text if block.locator else text.strip(), rows=rows)
