"""The sentences of texts.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from string import Template


@cache
def _tables() -> dict[str, dict[str, str]]:
    with Path(__file__).with_name("texts.toml").open("rb") as file:
        return tomllib.load(file)


def text(key: str, **values: object) -> str:
    """The sentence "table.name" with its $names filled in. Raises KeyError for an unknown one."""
    table, name = key.split(".", 1)
    return Template(_tables()[table][name]).substitute({key: str(value) for key, value in values.items()})
