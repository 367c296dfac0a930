"""References that lead nowhere: to a section that a source of the corpus does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant import norms
from assistant.store import Generation
from assistant.types import Source

_RANGE = re.compile(r"(§|Art\.?)\S*\s+(\d+)[a-z]?\s+(?:bis|-|–)\s+(\d+)")
_LONGEST_RANGE = 500


def dead_links(generation: Generation) -> dict[str, list[str]]:
    """By source id the labels among its references whose source is in the corpus, but not with this section."""
    sections: dict[str, set[str]] = {}
    cited: dict[str, dict[str, None]] = {}
    for id_ in generation.sources:
        sections[id_] = set()
        cited[id_] = {}
        for passage in generation.of_source(id_):
            sections[id_].update(_names(passage.locator.section or ""))
            cited[id_].update(dict.fromkeys(passage.refs))
    sources = {id_: source for id_, source in generation.sources.items() if sections[id_]}
    known: dict[str, tuple[Source, str] | None] = {}
    dead: dict[str, list[str]] = {}
    for id_, labels in cited.items():
        source = generation.sources[id_]
        for label in labels:
            target = _target(label, source, generation, known)
            if target and target[0].id in sources and target[1] not in sections[target[0].id]:
                dead.setdefault(id_, []).append(label)
    return dead


def _target(
    label: str, own: Source, generation: Generation, known: dict[str, tuple[Source, str] | None]
) -> tuple[Source, str] | None:
    """The source and section of a label; None where the corpus does not have the source."""
    if label.endswith(f" {own.short}"):
        found = norms.find(label, norms.Names({own.id: own}))
        return (own, found[0].locator.section or "") if found and found[0].source else None
    if label not in known:
        found = norms.find(label, generation.names)
        named = found[0] if found else None
        known[label] = (named.source, named.locator.section or "") if named and named.source else None
    return known[label]


def _names(section: str) -> Iterator[str]:
    """The names under which a section can be cited: "§§ 4 bis 6" is § 4, § 5 and § 6; "Art. 229 § 5" is Art. 229."""
    yield section
    yield section.split(" §")[0]
    if match := _RANGE.match(section):
        first, last = int(match[2]), int(match[3])
        yield from (f"{match[1]} {number}" for number in range(first, min(last, first + _LONGEST_RANGE) + 1))
    elif section.startswith("§§"):
        yield from (f"§ {number}" for number in re.findall(r"\d+[a-z]?", section))
