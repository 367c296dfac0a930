"""What a sync has to do, and how that reads before it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.types import Source
from ingest.item import Item
from ingest.report import count
from ingest.sources import Found

MANY = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """Which texts to read, which sources of the store to remove, and which to leave as they are.

    `moved`: id of a text to be read -> id of the source to be removed that had the same file.
    """

    read: tuple[Item, ...]
    remove: tuple[str, ...]
    keep: tuple[str, ...]
    moved: Mapping[str, str] = field(default_factory=dict)


def plan(items: Sequence[Item], known: Mapping[str, Source], kept: Collection[str], *, reread: bool = False) -> Plan:
    """Set arithmetic on ids and digests. `known`: the sources of the current generation; `kept`: ids that cannot be
    looked at now; `reread`: the recipe changed, so that every text is opened."""
    there = {item.id for item in items}
    read = tuple(item for item in items if reread or item.id not in known or not item.fits(known[item.id]))
    keep = tuple(sorted(known.keys() & set(kept) - there))
    remove = tuple(sorted(known.keys() - there - set(keep)))
    gone = {known[id_].digest: id_ for id_ in remove}
    moved = {item.id: gone[item.digest] for item in read if item.digest in gone and item.id not in known}
    return Plan(read, remove, keep, moved)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sync would do; prints as German lines."""

    plan: Plan
    known: Mapping[str, Source]
    found: Found
    reread: bool

    @property
    def ok(self) -> bool:
        return not self.found.problems

    def __str__(self) -> str:
        known, moved = self.known, self.plan.moved
        new = [item.path for item in self.plan.read if item.id not in known and item.id not in moved]
        again = [item.path for item in self.plan.read if item.id in known]
        pairs = [f"{known[moved[item.id]].path} → {item.path}" for item in self.plan.read if item.id in moved]
        gone = [known[id_].path for id_ in self.plan.remove if id_ not in moved.values()]
        copies = [f"{item.path} = {', '.join(item.copies)}" for item in self.found.items if item.copies]
        lines = [
            *_listed("neu", new),
            *_listed("wird neu gelesen" if self.reread else "geändert", again),
            *_listed("verschoben", pairs),
            *_listed("entfällt", gone),
            *_listed("derselbe Inhalt", copies),
            *(f"Hinweis: {note}" for note in self.found.notes),
            *(f"Fehler: {problem}" for problem in self.found.problems),
        ]
        unchanged = len(self.found.items) - len(self.plan.read) + len(self.plan.keep)
        same = count(unchanged, "Quelle", "Quellen")
        return "\n".join([*lines, f"Unverändert: {same}. Das ist nur ein Plan; nichts wurde geändert."])


def _listed(word: str, paths: Sequence[str]) -> Iterator[str]:
    yield from (f"{word}: {path}" for path in paths[:MANY])
    if len(paths) > MANY:
        yield f"{word}: und {count(len(paths) - MANY, 'weitere Quelle', 'weitere Quellen')}"
