"""Which texts belong into the store: the files of the corpus folders, and the laws of the mirror."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from assistant.config import ROOT, Settings
from assistant.errors import MirrorError, ReadError
from assistant.store import MissingLaw
from assistant.types import Source
from ingest.chunk import slug
from ingest.document import Document
from ingest.metadata import Law, document_source, law_source, read_laws
from ingest.mirror import Fetched, Progress, mirror
from ingest.readers import READERS

LAWS = ROOT / "corpus" / "laws.toml"
_SIDECAR = ".meta.toml"
_DEFAULTS = "folder.toml"


@dataclass(frozen=True, slots=True)
class Item:
    """One text to be read, still unopened. `digest` covers the file, the metadata beside it and where it lies.

    `law` is set for a law; `folder`, `tables` (folder.toml files, outermost first) and `sidecar` for a document.
    """

    id: str
    path: str
    file: Path
    digest: str
    law: Law | None = None
    folder: str = ""
    tables: tuple[Path, ...] = ()
    sidecar: Path | None = None

    def read(self) -> tuple[Source, Document]:
        """Opens the text. Raises ReadError."""
        try:
            data = self.file.read_bytes()
        except OSError as error:
            raise ReadError(f"{self.path}: Die Datei ist nicht lesbar ({error.strerror}).") from error
        if self.law:
            from ingest.readers.gii import read

            document = read(data, f"{self.law.short or self.path} ({self.file.name})")
            return law_source(self.law, document, self.digest), document
        document = READERS[self.file.suffix.lower()](data, self.path)
        source = document_source(self.id, self.path, self.folder, document, self.tables, self.sidecar, self.digest)
        return source, document


@dataclass(slots=True)
class Found:
    """What sync has to deal with. `kept`: ids of sources that cannot be looked at now and stay as they are.

    `problems` make the exit code 1, `notes` do not.
    """

    items: list[Item] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    missing: list[MissingLaw] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find(settings: Settings, known: Mapping[str, Source], progress: Progress, *, refresh: bool = False) -> Found:
    """All texts of the settings' folders and laws. `known` are the sources of the current generation."""
    found = Found()
    _laws(settings, found, known, progress, refresh)
    documents: list[Item] = []
    unsupported: Counter[str] = Counter()
    for folder in settings.corpus.folders:
        stored = {source.id for source in known.values() if source.folder == str(folder)}
        files = _files(folder)
        read = [file for file in files if file.suffix.lower() in READERS]
        unsupported.update(file.suffix.lower() or file.name for file in files if file not in read)
        if read:
            documents += [_document(folder, file, found.problems) for file in read]
        else:
            _refuse(folder, stored, found)
    found.items += _named(documents, {item.id for item in found.items} | found.kept)
    if unsupported:
        listed = ", ".join(f"{count} × {suffix}" for suffix, count in sorted(unsupported.items()))
        found.notes.append(f"Nicht gelesen, weil das Format nicht unterstützt wird: {listed}.")
    return found


def _refuse(folder: Path, stored: Collection[str], found: Found) -> None:
    """A folder without a readable file: most often a drive that is not mounted, so nothing is deleted for it."""
    found.kept.update(stored)
    if not folder.is_dir():
        found.problems.append(f"{folder}: Den Ordner gibt es nicht. {_stays(len(stored))}")
    elif stored:
        found.problems.append(
            f"{folder}: Der Ordner ist leer. {_stays(len(stored))} Sollen sie entfallen, den Ordner aus „folders“ streichen."
        )
    else:
        found.notes.append(f"{folder}: Der Ordner enthält keine Dokumente.")


def _stays(count: int) -> str:
    if not count:
        return "Bitte „folders“ in config.toml prüfen."
    return f"Seine Dokumente im Bestand ({count}) bleiben unverändert; bitte prüfen, ob das Laufwerk verbunden ist."


def _files(folder: Path) -> list[Path]:
    """All files below a folder except hidden ones, Office lock files and metadata, sorted."""
    files = []
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        hidden = any(part.startswith((".", "~$")) for part in parts)
        if not hidden and file.name != _DEFAULTS and not file.name.endswith(_SIDECAR) and file.is_file():
            files.append(file)
    return files


def _document(folder: Path, file: Path, problems: list[str]) -> Item:
    relative = file.relative_to(folder)
    above = [folder.joinpath(*relative.parts[:depth]) / _DEFAULTS for depth in range(len(relative.parts))]
    tables = tuple(table for table in above if table.is_file())
    beside = [file.with_name(file.name + _SIDECAR), file.with_name(file.stem + _SIDECAR)]
    sidecar = next((table for table in beside if table.is_file()), None)
    path = unicodedata.normalize("NFC", relative.as_posix())
    parts = [str(folder), path]
    try:
        digest = _digest([file, *tables, *([sidecar] if sidecar else [])], parts)
    except OSError as error:
        # An empty digest is never the stored one: the file is tried again, and named when it fails.
        digest = ""
        problems.append(f"{path}: Die Datei ist nicht lesbar ({error.strerror}).")
    return Item("", path, file, digest, folder=str(folder), tables=tables, sidecar=sidecar)


def _named(documents: Sequence[Item], taken: Collection[str]) -> list[Item]:
    """Gives each document its id: the slug of its path, with the suffix, or the folder too, where that is not unique."""
    ways = [
        lambda item: str(PurePosixPath(item.path).with_suffix("")),
        lambda item: item.path,
        lambda item: f"{Path(item.folder).name}/{item.path}",
        lambda item: f"{item.folder}/{item.path}",
    ]
    named: list[Item] = []
    rest = list(documents)
    used = set(taken)
    for way in ways:
        ids = [slug(way(item).replace("/", "-")) or "dokument" for item in rest]
        counts = Counter(ids)
        unique = [id_ not in used and counts[id_] == 1 for id_ in ids]
        named += [replace(item, id=id_) for item, id_, one in zip(rest, ids, unique, strict=True) if one]
        rest = [item for item, one in zip(rest, unique, strict=True) if not one]
        used.update(ids)
    return named


def _laws(settings: Settings, found: Found, known: Mapping[str, Source], progress: Progress, refresh: bool) -> None:
    if settings.corpus.laws == "none":
        return
    address = settings.corpus.law_mirror
    source = mirror(address, settings.corpus.data_dir / "laws", refresh=refresh)
    stored = {id_ for id_, item in known.items() if item.folder is None}
    wanted = {law.slug: law for law in read_laws(LAWS)}
    fetched = Fetched()
    if settings.corpus.laws == "all":
        try:
            titles = source.toc()
            wanted = {name: replace(wanted.get(name, Law(name)), title=title) for name, title in titles.items()}
        except MirrorError as error:
            fetched.unreachable = str(error)
            wanted |= {id_: Law(id_) for id_ in stored - wanted.keys()}
    if not fetched.unreachable:
        fetched = source.fetch(list(wanted), progress)
    for name, file in sorted(fetched.files.items()):
        found.items.append(Item(name, name, file, _digest([file], [repr(wanted[name])]), law=wanted[name]))
    found.kept |= stored & wanted.keys() - fetched.files.keys()
    lacking = [law for law in wanted.values() if law.slug not in fetched.files and law.slug not in stored]
    found.missing += [MissingLaw(law.slug, law.short or law.slug) for law in lacking]
    found.problems += [
        f"{wanted[name].short or name}: {reason} ({address}). {_law_stays(name, stored, fetched)}"
        for name, reason in sorted(fetched.broken.items())
    ]
    found.notes += _explain(address, fetched, [wanted[name] for name in fetched.absent], found, stored)


def _law_stays(name: str, stored: Collection[str], fetched: Fetched) -> str:
    return "Die vorige Fassung bleibt." if name in stored or name in fetched.files else "Das Gesetz fehlt im Bestand."


def _explain(
    address: str, fetched: Fetched, absent: Sequence[Law], found: Found, stored: Collection[str]
) -> Iterable[str]:
    """German sentences about what the mirror did not deliver."""
    if absent:
        names = ", ".join(f"{law.short or law.slug} ({law.slug})" for law in absent)
        yield f"Der Gesetzesspiegel {address} führt nicht: {names}. Bitte die Kürzel in corpus/laws.toml prüfen."
    if fetched.unreachable:
        yield f"Der Gesetzesspiegel {address} ist nicht zu erreichen: {fetched.unreachable}."
        if fetched.files or found.kept & set(stored):
            yield "Die schon vorhandenen Gesetze bleiben in ihrer bisherigen Fassung."
    if found.missing:
        yield (
            f"Es fehlen {len(found.missing)} Gesetze: {missing_names(found.missing)}. Nachholen mit "
            "„python -m ingest sync“, oder von anderer Stelle mit „python -m ingest sync --mirror ORDNER_ODER_ADRESSE“."
        )


def missing_names(missing: Sequence[MissingLaw]) -> str:
    names = ", ".join(law.short for law in missing[:100])
    return f"{names} und {len(missing) - 100} weitere" if len(missing) > 100 else names


def _digest(files: Iterable[Path], texts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for text in texts:
        total.update(f"{text}\0".encode())
    for file in files:
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()[:32]
