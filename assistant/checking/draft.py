"""A model's draft taken apart: lines, sentences, and the markers each sentence carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.checking.suspect import visible
from assistant.german import terms
from assistant.sentences import spans

_GROUP = re.compile(r"[\[【(]\^?(?:(?:Textstelle|Quelle|Nr\.)\s*)?(\d{1,3}(?:\s*(?:,|;|und|/)\s*\d{1,3})*)[\]】)]")
_MARKER = re.compile(r"\s*\[(\d{1,3})\]")
_BEHIND = re.compile(r"(?<![.!?…])([.!?…]+)([“”\"«]?)((?:\s*\[\d{1,3}\])+)")
_IMAGE = re.compile(r"!\[[^\]\[]*\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]\[]*)\]\((?:[^()]|\([^()]*\))*\)")
_PREFIX = re.compile(r"^\s*(?:[-*•–+]\s+|\d{1,2}[.)]\s+|#{1,6}\s+|>\s*)*")
_SILENCE = re.compile(
    r"\b(?:textstelle|quelle|passage|unterlage|fundstelle|auszug|auszüge|dokument)\w*\b.*\b(?:nichts?|kein\w*)\b"
    r"|\b(?:nichts?|kein\w*)\b.*\b(?:textstelle|quelle|passage|unterlage|fundstelle|auszug|auszüge|dokument)\w*\b",
    re.IGNORECASE | re.DOTALL,
)
_VERDICT = re.compile(
    r"\b(?:ja|nein|ist|sind|wird|werden|darf|dürfen|muss|müssen|kann|können|gilt|gelten)\b", re.IGNORECASE
)
MIN_TERMS = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence of a draft without its markers. `lead`: what stands before it (a bullet, the space after the
    sentence before); `tail`: the full stop behind its markers."""

    lead: str
    text: str
    tail: str
    numbers: tuple[int, ...]
    heading: bool = False

    @property
    def states(self) -> bool:
        """Whether it states something that needs a source: no heading, question, or word on missing sources."""
        if self.heading or self.text.rstrip().endswith("?"):
            return False
        figures = any(char.isdigit() or char == "§" for char in self.text)
        if not figures and (_SILENCE.search(self.text) or self.text.rstrip().endswith(":")):
            return False
        return figures or bool(_VERDICT.search(self.text)) or len(set(terms(self.text))) >= MIN_TERMS


def lines(draft: str) -> Iterator[list[Unit]]:
    """The sentences of each line. Items of a list take over the markers of the line that introduces it."""
    inherited: tuple[int, ...] = ()
    for line in _normalised(draft).split("\n"):
        units = list(_units(line))
        item = bool(re.match(r"\s*(?:[-*•–+]|\d{1,2}[.)])\s", line))
        if inherited and item and units and not any(unit.numbers for unit in units):
            units = [Unit(unit.lead, unit.text, unit.tail, inherited, unit.heading) for unit in units]
        if not item and line.strip():
            inherited = units[-1].numbers if units and (units[-1].text + units[-1].tail).rstrip().endswith(":") else ()
        yield units


def _normalised(draft: str) -> str:
    """Markers as "[1] [2]", before the full stop of their sentence but behind a quotation; nothing invisible, no
    images, and of links only their words."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", visible(draft).replace("\r", "")))
    text = _GROUP.sub(_split, text)
    return _BEHIND.sub(lambda match: f"{match[2]}{match[3]}{match[1]}", text)


def _split(match: re.Match[str]) -> str:
    if match.group()[0] == "(" and not re.search(r"Textstelle|Quelle", match.group()):
        return match.group()
    return " ".join(f"[{number}]" for number in re.findall(r"\d+", match[1]))


def _units(line: str) -> Iterator[Unit]:
    prefix = _PREFIX.match(line)
    position = prefix.end() if prefix else 0
    lead, heading = line[:position], line.lstrip().startswith("#")
    body = line[position:]
    bold = re.fullmatch(r"\*\*[^*]+\*\*:?\s*", body)
    end = 0
    for start, stop in spans(body) if body.strip() else ():
        sentence = body[start:stop]
        numbers = tuple(dict.fromkeys(int(number) for number in _MARKER.findall(sentence)))
        tail = re.search(r"(?:\s*\[\d{1,3}\])+([.!?…:;,]*)\s*$", sentence)
        plain = _MARKER.sub("", sentence)
        if tail and tail[1]:
            plain = plain[: -len(tail[1])] if plain.endswith(tail[1]) else plain
        yield Unit(lead + body[end:start], plain, tail[1] if tail else "", numbers, heading or bool(bold))
        lead, end = "", stop
    if not body.strip() and lead:
        yield Unit(lead, "", "", (), True)
