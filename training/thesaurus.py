"""Words of one meaning, everyday ones among them, from the German thesaurus that Debian packages as mythes-de.

The file is MyThes's: a line "word|number of meanings", then one line a meaning: "-|word|word (ugs.)|…".
"""

from __future__ import annotations

import re
from pathlib import Path

# A word with a wider meaning is no synonym.
_WIDER = "(Oberbegriff)"
_REMARK = re.compile(r"\([^)]*\)")


def read_thesaurus(file: Path) -> list[tuple[str, ...]]:
    """The groups of words of one meaning, each group once, without remarks on their use."""
    lines = file.read_text(encoding="utf-8").splitlines()
    groups = (tuple(map(_plain, _members(line))) for line in lines if line.startswith("-|"))
    return list(dict.fromkeys(group for group in groups if len(group) > 1))


def _members(line: str) -> list[str]:
    return [word for word in line.split("|")[1:] if _WIDER not in word]


def _plain(word: str) -> str:
    return _REMARK.sub("", word).strip()
