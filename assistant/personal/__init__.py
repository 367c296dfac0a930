"""Personal data in a question, found by rules on this machine: numbers with their check digits, contacts, names.

The rules lean towards finding too much where a number is formed like a personal one, and towards finding too little
for names: every German noun is written like one. Word lists: lists.toml.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.personal import names, numbers
from assistant.personal.kinds import Finding, Kind

__all__ = ["Finding", "Kind", "find", "mask"]


def find(text: str, allowed: Sequence[str] = ()) -> list[Finding]:
    """Personal data in a text, in its order, without overlaps. `allowed`: wordings of the city's own."""
    free = {wording.casefold() for wording in allowed}
    found: list[Finding] = []
    for finding in _candidates(text):
        if not any(map(finding.overlaps, found)) and text[finding.start : finding.end].casefold() not in free:
            found.append(finding)
    found += names.birth_dates(text, found)
    found += names.repeated(text, found)
    return sorted(found, key=lambda finding: finding.start)


def mask(text: str, allowed: Sequence[str] = ()) -> str:
    """The text with every finding replaced by its kind: "Herr [Name], [Anschrift]"."""
    for finding in reversed(find(text, allowed)):
        text = f"{text[: finding.start]}[{finding.kind.value}]{text[finding.end :]}"
    return text


def _candidates(text: str) -> list[Finding]:
    """What the rules find, the surer ones first."""
    found = []
    for rule in (*numbers.RULES, *names.RULES):
        for match in rule.pattern.finditer(text):
            if rule.check(text, match):
                start, end = match.span("it")
                end = names.end_of_name(text, start, end) if rule.kind is Kind.NAME else end
                found.append(Finding(rule.kind, start, end))
    return found
