"""Which texts belong into the store: the files of the corpus folders, and the laws of the mirror."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.config import ROOT, Settings
from assistant.errors import MirrorError
from assistant.storing.manifest import MissingLaw
from assistant.types import Source
from ingest.files import digest_of, files, named, unified
from ingest.item import Item
from ingest.metadata import Law, read_laws
from ingest.mirror import CacheMirror, Fetched, Progress, mirror
from ingest.report import count

LAWS = ROOT / "corpus" / "laws.toml"


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


def find(
    settings: Settings,
    known: Mapping[str, Source],
    progress: Progress,
    *,
    refresh: bool = False,
    allow_empty: bool = False,
    look: bool = False,
) -> Found:
    """All texts of the settings' folders and laws. `known` are the sources of the current generation.

    `allow_empty`: a folder without documents loses those that the store has of it. `look`: nothing is fetched or
    written; of a mirror that is an address the laws that were fetched before are taken.
    """
    found = Found()
    _laws(settings, found, known, progress, refresh, look)
    documents: list[Item] = []
    unsupported: Counter[str] = Counter()
    for folder in settings.corpus.folders:
        there = files(folder)
        documents += there.items
        unsupported += there.unsupported
        if there.links:
            found.notes.append(f"{folder}: Verknüpfungen werden nicht verfolgt: {', '.join(sorted(there.links))}.")
        for closed in there.closed:
            below = {i for i, s in known.items() if s.folder == str(folder) and s.path.startswith(f"{closed}/")}
            found.kept |= below
            found.problems.append(f"{folder / closed}: Der Ordner ist nicht lesbar. {_stays(len(below))}")
        if not there.items:
            stored = {source.id for source in known.values() if source.folder == str(folder)}
            _refuse(folder, stored, found, allow_empty)
    found.items += named(unified(documents), {item.id for item in found.items} | found.kept)
    if unsupported:
        listed = ", ".join(f"{times} × {suffix}" for suffix, times in sorted(unsupported.items()))
        found.notes.append(f"Nicht gelesen, weil das Format nicht unterstützt wird: {listed}.")
    return found


def _refuse(folder: Path, stored: Collection[str], found: Found, allow_empty: bool) -> None:
    """A folder without a readable file: most often a drive that is not mounted, so nothing is deleted for it."""
    if allow_empty and folder.is_dir():
        return
    found.kept.update(stored)
    if not folder.is_dir():
        found.problems.append(f"{folder}: Den Ordner gibt es nicht. {_stays(len(stored))}")
    elif stored:
        found.problems.append(
            f"{folder}: Der Ordner ist leer. {_stays(len(stored))} "
            "Sollen sie entfallen: „python -m ingest sync --allow-empty“."
        )
    else:
        found.notes.append(f"{folder}: Der Ordner enthält keine Dokumente.")


def _stays(stored: int) -> str:
    if not stored:
        return "Bitte „folders“ in config.toml prüfen."
    return f"Seine Dokumente im Bestand ({stored}) bleiben unverändert; bitte prüfen, ob das Laufwerk verbunden ist."


def _laws(
    settings: Settings, found: Found, known: Mapping[str, Source], progress: Progress, refresh: bool, look: bool
) -> None:
    if settings.corpus.laws == "none":
        return
    address = settings.corpus.law_mirror
    cache = settings.corpus.data_dir / "laws"
    source = CacheMirror(cache) if look and "://" in address else mirror(address, cache, refresh=refresh)
    stored = {id_ for id_, item in known.items() if item.folder is None}
    wanted = {law.slug: law for law in read_laws(LAWS)}
    fetched = Fetched()
    if settings.corpus.laws == "all":
        try:
            titles = source.toc()
            wanted = {name: replace(wanted.get(name, Law(name)), title=title) for name, title in titles.items()}
        except MirrorError as error:
            fetched.unreachable = str(error)
            wanted = {id_: wanted.get(id_, Law(id_)) for id_ in sorted(stored)} or wanted
    if not fetched.unreachable:
        fetched = source.fetch(list(wanted), progress)
    for name, file in sorted(fetched.files.items()):
        found.items.append(Item(name, name, file, digest_of([file], [repr(wanted[name])]), law=wanted[name]))
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
    lacking = [law for law in found.missing if law.slug not in fetched.absent]
    if lacking:
        verb = "Es fehlt" if len(lacking) == 1 else "Es fehlen"
        yield (
            f"{verb} {count(len(lacking), 'Gesetz', 'Gesetze')}: {missing_names(lacking)}. Nachholen mit "
            "„python -m ingest sync“, oder von anderer Stelle mit „python -m ingest sync --mirror ORDNER_ODER_ADRESSE“."
        )


def missing_names(missing: Sequence[MissingLaw]) -> str:
    names = ", ".join(law.short for law in missing[:100])
    return f"{names} und {len(missing) - 100} weitere" if len(missing) > 100 else names
