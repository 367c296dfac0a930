"""What kind of answer a question wants: an amount, a time, a person, a yes or no, a meaning."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.checking.figures import figures

# How much a sentence that holds the wanted kind of answer is worth beside one that does not.
FULL, HALF = 1.0, 0.5

_AMOUNT = re.compile(
    r"\b(?:wie\s+(?:hoch|teuer)|wie\s*viel(?!e)|was\s+kostet|kosten|gebühr|betrag|beträgt|wertgrenze|höchstens)", re.I
)
_TIME = re.compile(r"\b(?:wie\s+(?:lange|oft|schnell)|wann|frist\w*|dauer\w*|bis\s+wann|ab\s+wann|zeitpunkt)\b", re.I)
_COUNT = re.compile(
    r"\b(?:wie\s*viele|wie\s+(?:lang|groß|alt)|welche\w*\s+(?:auflösung|mindest\w*|größe|länge|alter|stufe))\b", re.I
)
_WHO = re.compile(
    r"^(?:und\s+)?(?:wer|wem|wen|an\s+wen|bei\s+wem)\b|\bwelche[rsn]?\s+(?:stelle|behörde|amt|person)|zuständig", re.I
)
_MAY = re.compile(r"^(?:und\s+)?(?:darf|dürfen|muss|müssen|kann|können|soll|ist\s+es|sind|braucht|hat|haben)\b", re.I)
_MEANING = re.compile(
    r"^was\s+(?:ist|sind|bedeutet|heißt|versteht\s+man\s+unter)\s+(?:eine?n?\s+)?(?P<what>[\w-]+)", re.I
)

_PERIODS = frozenset({"day", "workday", "officeday", "month", "minute", "date", "time"})
_SOON = re.compile(
    r"\b(?:unverzüglich|sofort|jederzeit|unbefristet|dauerhaft|spätestens|frühestens|jährlich|monatlich)\b", re.I
)
_CONDITION = re.compile(r"\b(?:wenn|soweit|sofern|bevor|sobald|solange|nachdem|falls)\b", re.I)
_PERSON = re.compile(
    r"\b(?:\w*behörden?|\w*stellen?|\w*amt|\w*ämter|\w*leitung|\w*beauftragte\w*|\w*beteiligte\w*|\w*vorstand"
    r"|bürgermeister\w*|\w*service|\w*person(?:en)?|verantwortlich\w*|zuständig\w*|führungskr\w+|wer|jede[rs]?|entscheide[nt]|\w*innen)\b",
    re.I,
)
_RULE = re.compile(
    r"\b(?:darf|dürfen|muss|müssen|kann|können|soll|sollen|ist\s+(?:nicht\s+)?(?:zulässig|erlaubt)|verboten|untersagt|nie"
    r"|erlaubt|zulässig|unzulässig|nicht|verpflichtet)\b|\b(?:ist|sind|hat|haben)\b.{3,80}\bzu\s",
    re.I,
)

Wanted = Callable[[str], float]


def wanted(question: str) -> Wanted | None:
    """A function that tells how well a text holds the kind of answer (0 to 1) the question asks for; None if it asks
    for no kind that is known."""
    asked = question.strip()
    kinds = ((_AMOUNT, _amount), (_TIME, _time), (_COUNT, _count), (_WHO, _who), (_MAY, _may))
    tests: list[Wanted] = [test for pattern, test in kinds if pattern.search(asked)]
    if what := _MEANING.match(asked):
        word = re.escape(what["what"])
        defines = rf"\b{word}\w*\b.{{0,60}}\b(?:ist|sind|bezeichnet|im Sinne)\b|\b(?:ist|sind)\b.{{0,40}}\b{word}"
        tests.append(lambda sentence: float(bool(re.search(defines, sentence, re.I))))
    return (lambda sentence: max(test(sentence) for test in tests)) if tests else None


def _amount(sentence: str) -> float:
    return FULL * _holds(sentence, {"money", "percent"}) or HALF * _holds(sentence, {"number"})


def _time(sentence: str) -> float:
    named = _holds(sentence, _PERIODS) or bool(_SOON.search(sentence))
    return FULL * named or HALF * bool(_CONDITION.search(sentence))


def _count(sentence: str) -> float:
    return FULL * bool(figures(sentence))


def _who(sentence: str) -> float:
    return FULL * bool(_PERSON.search(sentence))


def _may(sentence: str) -> float:
    return FULL * bool(_RULE.search(sentence))


def _holds(sentence: str, kinds: frozenset[str] | set[str]) -> bool:
    return any(figure.kind in kinds for figure in figures(sentence))
