"""Whether a sentence says no where its source says yes, or "must" where its source says "may"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.german import terms

# A clause of the source counts where the claim repeats this share of its words.
COVERED = 0.6

_CLAUSE = re.compile(r"[^,;:()\n–.]+")
_NOT = re.compile(
    r"\b(?:nicht(?!\s+nur)|kein(?:e[rnsm]?)?|keinesfalls|keineswegs|niemals|nie|niemand\w*|nichts|weder|ohne"
    r"|verboten\w*|untersagt\w*|un(?:zulässig|wirksam|gültig|begründet|richtig|vollständig|zuständig|befristet|"
    r"geeignet|erlaubt|befugt|möglich|nötig|erheblich|verzinslich|anfechtbar|widerruflich)\w*)\b",
    re.IGNORECASE,
)
_ZU = r"(?:\bzu \w+e?n\b|\w{2,}zu\w{2,}e?n\b)"
_IMPLIED = re.compile(rf"\b(?:ist|sind|hat|haben|habe|seien|sei)\b.{{0,160}}?{_ZU}", re.IGNORECASE | re.DOTALL)
_MODALS = {
    "must": re.compile(r"\b(?:muss|müssen|müsse|muß|verpflichtet)\b", re.IGNORECASE),
    "may": re.compile(r"\b(?:kann|können|könne|darf|dürfen|dürfe|berechtigt|befugt)\b", re.IGNORECASE),
    "should": re.compile(r"\b(?:soll|sollen|solle)\b", re.IGNORECASE),
}


def differs(claim: str, sentences: Sequence[str]) -> str:
    """"negation" or "duty" where the claim departs from the sentences that support it; "" where it does not.

    `sentences` are in falling order of support; the first, or the first few, must agree with the claim. Only those
    clauses of them count whose words the claim repeats, so that it may leave clauses out.
    """
    words = _words(claim)
    covered: list[str] = []
    negations = []
    for sentence in sentences:
        pieces = ((clause, _words(clause)) for clause in _clauses(sentence))
        covered += [clause for clause, own in pieces if own and len(own & words) >= COVERED * len(own)]
        negations.append(sum(len(_NOT.findall(clause)) for clause in covered))
    if not covered:
        return ""
    if len(_NOT.findall(claim)) not in negations:
        return "negation"
    return "duty" if _other_duty(claim, " ".join(covered)) else ""


def _other_duty(claim: str, source: str) -> bool:
    """Whether one modal verb of the source was replaced by another ("ist zu stellen" is as good as "muss")."""
    mine, theirs = _modals(claim), _modals(source)
    theirs["must"] += len(_IMPLIED.findall(source)) if mine["must"] else 0
    more = any(mine[name] > theirs[name] for name in _MODALS)
    return more and any(mine[name] < theirs[name] for name in _MODALS)


def _modals(text: str) -> dict[str, int]:
    return {name: len(pattern.findall(text)) for name, pattern in _MODALS.items()}


def _clauses(sentence: str) -> Iterator[str]:
    """The clauses of a sentence; one without a word of its own belongs to the one before it."""
    pending = ""
    for piece in _CLAUSE.findall(sentence):
        if pending and _words(piece):
            yield pending
            pending = piece
        else:
            pending += " " + piece
    if pending.strip():
        yield pending


@lru_cache(maxsize=5000)
def _words(text: str) -> frozenset[str]:
    return frozenset(term for term in terms(text) if term.isalpha())
