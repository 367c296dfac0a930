"""The prompts: German text files that can be edited without Python."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from string import Template

FOLDER = Path(__file__).with_name("prompts")


def fill(name: str, **values: str) -> str:
    """The prompt NAME.txt with its $variables filled in. Raises KeyError, listing every missing variable."""
    template = Template(_read(name))
    if missing := set(template.get_identifiers()) - values.keys():
        raise KeyError(f"prompts/{name}.txt: {', '.join(sorted(missing))}")
    return template.substitute(values)


def digest(name: str) -> str:
    """Twelve hex digits that change with the prompt's wording."""
    return hashlib.sha256(_read(name).encode()).hexdigest()[:12]


def digests(names: Iterable[str]) -> dict[str, str]:
    """The digest of each of these prompts, by name."""
    return {name: digest(name) for name in names}


def _read(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
