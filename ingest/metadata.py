"""What is known of a text, and where that was said.

Of a document, the first that says it: the front matter of the file, NAME.meta.toml beside it, folder.toml (of its
folder, then of each folder above, up to the corpus folder), the file's own properties, and failing all that its
first heading or its name. Of a law: corpus/laws.toml, then the law itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from assistant.errors import ConfigError, ReadError
from assistant.types import Kind, Source
from ingest.document import Document

_KEYS = {
    *("title", "short", "kind", "as_of", "valid_from", "valid_until", "url", "licence", "audience", "aliases"),
    *("author", "build", "layout"),
}
_KEPT = _KEYS - {"build", "layout"}
_DATES = {"as_of", "valid_from", "valid_until"}
_FRONT_MATTER = {".md", ".markdown"}
_SHORT = 40  # characters; a longer title is no name to cite by
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
    origins = {"title": law.title, "short": law.short, "kind": law.kind}
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
        pending=meta.get("pending", ""),
        origins=tuple((key, "Liste der Gesetze" if listed else "Gesetz") for key, listed in origins.items())
        + ((("as_of", "Gesetz"),) if meta.get("as_of") else ()),
        digest=digest,
    )


def document_source(
    id_: str,
    path: str,
    folder: str,
    document: Document,
    tables: tuple[Path, ...],
    sidecar: Path | None,
    copies: tuple[str, ...],
    digest: str,
) -> Source:
    """The Source of one of the city's documents. Raises ReadError for metadata that cannot be used."""
    said = _said(path, document, tables, sidecar)
    meta = {key: value for key, (value, _) in said.items()}
    stem, heading = Path(path).stem, _first_heading(document)
    title = str(meta.get("title") or heading or stem)
    origins = {
        "title": "erste Überschrift" if heading else "Dateiname",
        "short": "Titel" if len(title) <= _SHORT else "Dateiname",
        "kind": "aus dem Titel geschlossen",
    } | {key: origin for key, (_, origin) in said.items() if key in _KEPT}
    return Source(
        id=id_,
        title=title,
        short=str(meta.get("short") or (title if len(title) <= _SHORT else stem)),
        kind=_kind(meta.get("kind"), title, path),
        path=path,
        folder=folder,
        url=str(meta["url"]) if meta.get("url") else None,
        licence=str(meta.get("licence", "")),
        digest=digest,
        as_of=_date(meta.get("as_of"), "as_of", path),
        valid_from=_date(meta.get("valid_from"), "valid_from", path),
        valid_until=_date(meta.get("valid_until"), "valid_until", path),
        audience=_list(meta.get("audience")),
        aliases=_list(meta.get("aliases")),
        author=str(meta.get("author") or ""),
        copies=copies,
        confidence=_percent(document.meta.get("ocr_confidence", "")),
        origins=tuple(sorted(origins.items())),
    )


def _said(
    path: str, document: Document, tables: tuple[Path, ...], sidecar: Path | None
) -> dict[str, tuple[Any, str]]:
    """Each value that someone gave, with where it was said."""
    own = {key: value for key, value in document.meta.items() if value and key in _KEYS}
    beside = [(f"folder.toml in {table.parent.name}", _table(table)) for table in tables]
    if sidecar:
        beside.append((sidecar.name, _table(sidecar)))
    if Path(path).suffix.lower() in _FRONT_MATTER:
        layers = [*beside, ("Kopf der Datei", own)]
    else:
        layers = [("Eigenschaften der Datei", _usable(own)), *beside]
    return {key: (value, origin) for origin, table in layers for key, value in table.items() if value}


def _usable(properties: Mapping[str, str]) -> dict[str, str]:
    """Without dates that are none: nobody wrote a file's properties for us."""
    return {key: value for key, value in properties.items() if key not in _DATES or _is_date(value)}


def _is_date(value: str) -> bool:
    try:
        return _date(value, "", "") is not None
    except ReadError:
        return False


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


def _percent(text: str) -> int | None:
    return int(text) if text.isdigit() else None


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
