"""What is known of a text: from the file itself, the tables beside it, or, failing that, its name.

For a document, in rising order: folder.toml (of the corpus folder, then of each folder below), what the file says
of itself, and NAME.meta.toml beside it. For a law: what the law says, then corpus/laws.toml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import tomllib
from pydantic import ConfigDict, TypeAdapter, ValidationError

from assistant.errors import ConfigError, ReadError
from assistant.types import Kind, Source
from ingest.document import Document

_TEXTS = ("title", "short", "kind", "url", "licence")
_DATES = ("as_of", "valid_from", "valid_until")
_LISTS = ("audience", "aliases")
_KEYS = {*_TEXTS, *_DATES, *_LISTS, "author", "build", "layout"}
_DIRECTIVE = re.compile(r"\b(dienstanweisung|dienstvereinbarung|geschäftsanweisung|verfügung)", re.IGNORECASE)
_BYLAW = re.compile(r"(satzung|ordnung)\b", re.IGNORECASE)
_GERMAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_LAW_URL = "https://www.gesetze-im-internet.de/{slug}/"
_OFFICIAL = "amtliches Werk (§ 5 UrhG)"


@dataclass(frozen=True, slots=True)
class Law:
    """A law that is wanted: an entry of laws.toml, or of the mirror's list."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    slug: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    kind: Kind | None = None
    title: str = ""


def read_laws(file: Path) -> list[Law]:
    """The laws of a laws.toml. Raises ConfigError."""
    try:
        return TypeAdapter(list[Law]).validate_python(tomllib.loads(file.read_text(encoding="utf-8")).get("law", []))
    except OSError as error:
        raise ConfigError(f"{file}: Die Liste der Gesetze kann nicht gelesen werden ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: Das ist kein gültiges TOML ({error}).") from error
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ConfigError(f"{file}: Eintrag „{place}“: {error.errors()[0]['msg']}.") from error


def law_source(law: Law, document: Document, digest: str) -> Source:
    meta = document.meta
    title = law.title or meta.get("title") or law.slug
    short = law.short or meta.get("short") or law.slug
    aliases = [*law.aliases, meta.get("short", ""), *meta.get("aliases", "").split(";")]
    return Source(
        id=law.slug,
        title=title,
        short=short,
        kind=law.kind or ("ordinance" if "verordnung" in title.lower() else "law"),
        path=law.slug,
        url=_LAW_URL.format(slug=law.slug),
        licence=_OFFICIAL,
        as_of=meta.get("as_of") or None,
        aliases=tuple(dict.fromkeys(alias for text in aliases if (alias := text.strip()) and alias != short)),
        digest=digest,
    )


def document_source(
    id_: str, path: str, folder: str, document: Document, tables: tuple[Path, ...], sidecar: Path | None, digest: str
) -> Source:
    """The Source of one of the city's documents. Raises ReadError for metadata that cannot be used."""
    meta: dict[str, Any] = {}
    for table in tables:
        meta |= _table(table)
    meta |= {key: value for key, value in document.meta.items() if value and key in _KEYS}
    if sidecar:
        meta |= _table(sidecar)
    stem = Path(path).stem
    title = str(meta.get("title") or _first_heading(document) or stem)
    return Source(
        id=id_,
        title=title,
        short=str(meta.get("short") or (title if len(title) <= 40 else stem)),
        kind=_kind(meta.get("kind"), title, path),
        path=path,
        folder=folder,
        url=str(meta["url"]) if meta.get("url") else None,
        licence=str(meta.get("licence", "")),
        digest=digest,
        **{key: _date(meta.get(key), key, path) for key in _DATES},
        **{key: _list(meta.get(key)) for key in _LISTS},
    )


def _table(file: Path) -> Mapping[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReadError(f"{file.name}: nicht lesbar ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReadError(f"{file.name}: Das ist kein gültiges TOML ({error}).") from error
    if unknown := sorted(table.keys() - _KEYS):
        raise ReadError(
            f"{file.name}: Die Angabe „{unknown[0]}“ gibt es nicht; möglich sind {', '.join(sorted(_KEYS))}."
        )
    return table


def _first_heading(document: Document) -> str:
    return next((block.text for block in document.blocks if block.level and block.text), "")


def _kind(value: object, title: str, path: str) -> Kind:
    for kind in get_args(Kind):
        if kind == value:
            found: Kind = kind
            return found
    if value:
        raise ReadError(f"{path}: Die Art „{value}“ gibt es nicht; möglich sind {', '.join(get_args(Kind))}.")
    if _DIRECTIVE.search(title):
        return "directive"
    return "bylaw" if _BYLAW.search(title) else "guideline"


def _date(value: object, key: str, path: str) -> str | None:
    """An ISO date from a TOML date, "2026-03-01" or "01.03.2026"."""
    if not value:
        return None
    if isinstance(value, datetime):
        value = value.date()
    text = str(value).strip()
    if german := _GERMAN_DATE.fullmatch(text):
        text = f"{german[3]}-{int(german[2]):02d}-{int(german[1]):02d}"
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ReadError(f"{path}: „{key} = {value}“ ist kein Datum der Form JJJJ-MM-TT.") from error


def _list(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else str(value or "").split(";")
    return tuple(text for item in items if (text := str(item).strip()))
