"""What a sync did, in German lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.types import Source

MANY = 5


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to the passages of one source, in numbers. `is_new`: the store did not have the source.

    `moved`: the file lies elsewhere now ("a.md → b.md"), or "".
    """

    name: str
    is_law: bool
    is_new: bool = False
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    moved: str = ""

    def __str__(self) -> str:
        if self.moved and not self.new + self.changed + self.removed:
            return f"{self.name}: verschoben ({self.moved})"
        return (
            f"{self.name}: {number(self.new)} neu, {number(self.changed)} geändert, "
            f"{number(self.unchanged)} unverändert, {number(self.removed)} entfernt"
            f"{f', verschoben ({self.moved})' if self.moved else ''}"
        )


def compare(source: Source, old: Mapping[str, str] | None, new: Mapping[str, str], moved: str = "") -> Change:
    """The change from old to new passages (a digest each, by passage id); `old` is None for a new source."""
    before = old or {}
    both = before.keys() & new.keys()
    unchanged = sum(before[id_] == new[id_] for id_ in both)
    return Change(
        name=source.short,
        is_law=source.folder is None,
        is_new=old is None,
        new=len(new) - len(both),
        changed=len(both) - unchanged,
        unchanged=unchanged,
        removed=len(before) - len(both),
        moved=moved,
    )


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did. `sealed`: there is a new generation. `ok` is false if a text could not be read."""

    changes: tuple[Change, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    generation: int
    laws: int
    documents: int
    passages: int
    sealed: bool
    seconds: float

    @property
    def ok(self) -> bool:
        return not self.problems

    def __str__(self) -> str:
        held = ", ".join(
            [
                count(self.laws, "Gesetz", "Gesetze"),
                count(self.documents, "Dokument", "Dokumente"),
                count(self.passages, "Textstelle", "Textstellen"),
            ]
        )
        state = "neu angelegt" if self.sealed else "unverändert"
        seconds = f"{self.seconds:.1f}".replace(".", ",")
        return "\n".join(
            [
                *self._changes(),
                *(f"Hinweis: {note}" for note in self.notes),
                *(f"Fehler: {problem}" for problem in self.problems),
                f"Bestand {self.generation} {state}: {held} ({seconds} s).",
            ]
        )

    def _changes(self) -> Iterator[str]:
        """One line per changed source; laws that come for the first time together, where they are many."""
        together = [change for change in self.changes if change.is_law and change.is_new]
        together = together if len(together) > MANY else []
        yield from (str(change) for change in self.changes if change not in together)
        if together:
            passages = sum(change.new for change in together)
            yield f"{number(len(together))} Gesetze neu mit {count(passages, 'Textstelle', 'Textstellen')}"


def count(value: int, one: str, many: str) -> str:
    return f"{number(value)} {one if value == 1 else many}"


def number(value: int) -> str:
    """12345 -> "12.345"."""
    return f"{value:,}".replace(",", ".")
