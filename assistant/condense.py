"""History and a follow-up question -> a question that stands alone, by rules or by the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from assistant import norms
from assistant.checking.figures import figures
from assistant.errors import ModelError
from assistant.german import fold, words
from assistant.prompts import fill
from assistant.types import Answer, Source, Status

Complete = Callable[[str], str]

MAX_TOPICS = 6
# The words with which a chain of follow-ups began are kept before the newer ones.
ROOT_TOPICS = 3
MAX_TURNS = 3
MAX_WRITTEN = 300
# A question with so many content words and nothing that points back stands alone.
ENOUGH_WORDS = 3
# With so many nouns before it, "er" or "das" points to one of them.
WHAT_IT_POINTS_TO = 2

# "das" before a noun is its article.
_NO_NOUN = r"(?!\s+(?!ohne)(?-i:(?:[a-zäöü]+e[nrs]?\s+)?[A-ZÄÖÜ]))"
_OPENING = re.compile(
    r"^(?:und|aber|oder|auch|sondern|bzw\.?|nur|dann|also|okay|ok|gut)\b"
    rf"|^(?:gilt|ist|geht|heißt|war|trifft|stimmt)\s+(?:das|dies|es|sie|er)\b{_NO_NOUN}"
    r"|^was\s+(?:ist|wäre|gilt|passiert|heißt\s+das)\s*(?:denn\s+)?(?:mit|bei|dann|für|\?|genau)"
    rf"|^wie\s+(?:ist|wäre|sieht|verhält|läuft|geht)\s+(?:es|das|dies)\b{_NO_NOUN}"
    r"|^(?:warum|wieso|weshalb|inwiefern|seit\s+wann|bis\s+wann|wann|wo|wer|wie\s+lange|wie\s+oft|wie\s+viel)\s*\?*$"
    r"|^(?:wo|woraus|woher)\s+(?:steht|ergibt|folgt)\s+(?:sich\s+)?(?:das|dies)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:davon|dazu|dafür|dabei|darüber|darauf|dagegen|danach|daraus|damit(?!\s+(?:wir|ich|man|der|die|das|sie|er|es|eine?))|hierfür|hierzu|hiervon|dort|deren|dessen"
    r"|denselben|dieselbe[nr]?|derselbe[nr]?|solche[rnms]?|letztere[rnms]?|ihm|ihn|ihnen"
    r"|diese[rnms]?(?!\s+(?:Jahr|Monat|Woche|Tage))"
    r"|(?:so|sonst)\s+(?:ein|eine|einen|etwas))\b"
    r"|\b(?:das|dies)\s*(?:[?.,!]|$|(?:auch|denn|so|noch|schon|bei|für|in|im|immer|ebenfalls|alles|nicht|genau|wirklich"
    r"|machen|tun|gilt|heißt|bedeutet|regelt|aus|dann|jetzt|eigentlich|überhaupt|online|ablehnen|verlangen)\b)"
    r"|(?<!gibt )(?<!gilt )(?<!geht )(?<!handelt )(?<!sich )\b(?-i:er|sie|es)\b",
    re.IGNORECASE,
)
# "es" and "sie" that point to nothing before: "gibt es", "handelt es sich", "Sie" as the address.
_EMPTY_ES = re.compile(
    r"\b(?:gibt|gilt|geht|handelt|bedarf|kommt|ist|reicht|genügt|muss|darf|kann|wird)\s+es\b(?!\s*[?.!]|\s+auch)"
    r"|\bes,?\s+(?:wenn|dass|ob)\b|\bes,\s|\b(?:können|könnten|haben|würden|wissen|sagen|nennen|erklären|zeigen|meinen)\s+Sie\b|\bes\s+(?:sei|gibt|sich)\b"
)
_DETAIL = re.compile(
    r"\b(?:(?:Abs(?:atz|\.)|Satz|Nr\.|Nummer|Buchst(?:abe|\.))\s*(?:\d+[a-z]?|[a-z]\b)[,\s]*)+(?:\s*(?:davon|dort|daraus))?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;:]\s")
_QUESTION_WORDS = frozenset(
    "hoch lange oft viel lang genau gilt gelten regelt steht bedeutet heisst ist frage beachten passiert erfolgt "
    "minute eigentlich bitte sagen sagt erklaeren danke okay gut absatz satz nummer".split()
)


def condense(question: str, history: Sequence[Answer], model: Complete | None = None) -> str:
    """The question itself where it stands alone, else one that carries norm, law and topic of the last turns.

    `model` answers a prompt; what it writes is taken only if it is one short question that keeps every number and
    norm. If it fails, or without it, the rules decide.
    """
    turns = [turn for turn in history if turn.status is not Status.ANSWERED_WITHOUT_SEARCH][-MAX_TURNS:]
    if not turns:
        return question
    if choice := _chosen(question, turns[-1]):
        return choice
    if stands_alone(question, turns):
        return question
    return (_written(question, turns, model) if model else None) or _by_rules(question, turns)


def stands_alone(question: str, history: Sequence[Answer]) -> bool:
    """Whether a question can be searched without what was said before."""
    own = list(_topics(question))
    named = norms.find(question, _sources(history))
    if _OPENING.search(question.strip()):
        return bool(named and any(norm.law for norm in named) and len(own) > ENOUGH_WORDS)
    if named:
        return any(norm.law or norm.source for norm in named)
    rest = _EMPTY_ES.sub(" ", question)
    if points := _POINTING.search(rest):
        before = rest[: points.start()]
        nouns = [word for word in _topics(before) if word[0].isupper()]
        # "Mein Chef hat mir gekündigt. Darf der das?" points to its own first sentence.
        if len(nouns) < (1 if _SENTENCE_END.search(before) else WHAT_IT_POINTS_TO):
            return False
    return bool(own) and not _DETAIL.match(question.strip())


def _by_rules(question: str, history: Sequence[Answer]) -> str:
    """The question with what it lacks: the place of "Absatz 2", the law of "§ 4", else norm and topic words."""
    last = history[-1]
    sources = _sources(history)
    named = norms.find(question, sources)
    if named:
        law = _law(last, sources)
        start, end = named[0].span
        return f"{question[:end].rstrip()} {law}{question[end:]}" if law else question
    norm = _norm(last, sources)
    detail = _DETAIL.search(question)
    if detail and norm and norm.locator.section:
        law = norm.source.short if norm.source else norm.law
        place = re.sub(r"\s*(?:davon|dort|daraus)\s*$", "", detail.group().strip(), flags=re.IGNORECASE)
        return f"{question[: detail.start()]}{norm.locator.section} {place} {law}{question[detail.end() :]}".strip()
    carried = list(_carried(question, last, sources))
    return f"{question} ({', '.join(carried)})" if carried else question


def _carried(question: str, last: Answer, sources: Mapping[str, Source]) -> Iterator[str]:
    """Topic words of the last turn, then the norm or law it was about; nothing the question has itself."""
    own = {fold(word) for word in _topics(question)}
    asked = _without_norms(last.standalone, sources)
    carried_before = asked[len(last.question) :] if last.standalone.startswith(last.question) else ""
    root, said = list(_topics(carried_before)), list(_topics(asked.removesuffix(carried_before)))
    topics = {fold(word): word for word in (*root[:ROOT_TOPICS], *said, *root[ROOT_TOPICS:])}
    yield from [word for key, word in topics.items() if key not in own][:MAX_TOPICS]
    yield from _place(question, last, sources)


def _place(question: str, last: Answer, sources: Mapping[str, Source]) -> Iterator[str]:
    """The norm the last question named, else the one law that all its citations are from."""
    names_law = any(re.search(rf"\b{re.escape(item.short)}\b", question) for item in sources.values() if item.short)
    if names_law or re.search(r"\b[A-ZÄÖÜ][\w-]*[A-ZÄÖÜ][\w-]*G\b", question):
        return
    if named := norms.find(last.standalone, sources):
        yield from dict.fromkeys(
            norm.locator.label(norm.source.short if norm.source else norm.law) for norm in named[:2]
        )
    elif law := _law(last, sources):
        yield law


def _norm(last: Answer, sources: Mapping[str, Source]) -> norms.Norm | None:
    """The norm in question: of the last citation, else the one the last question named."""
    for citation in reversed([item for item in last.citations if item.verified]):
        if citation.locator.section:
            return norms.Norm(citation.locator, citation.passage.source, citation.passage.source.short, (0, 0))
    return next(iter(norms.find(last.standalone, sources)), None)


def _law(last: Answer, sources: Mapping[str, Source]) -> str:
    """The law the last turn was about: the one its question named, or the only one it cites; "" for several."""
    for norm in norms.find(last.standalone, sources):
        if norm.source or norm.law:
            return norm.source.short if norm.source else norm.law
    cited = {citation.passage.source.short for citation in last.citations if citation.verified}
    return cited.pop() if len(cited) == 1 else ""


def _chosen(question: str, last: Answer) -> str | None:
    """The question that was asked back about, with the choice that was made."""
    if last.status is not Status.ASKED_BACK:
        return None
    own = {fold(word) for word in _topics(question)}
    for choice in last.choices:
        theirs = {fold(word) for word in _topics(choice)}
        if question.strip() == choice or (own and own <= theirs):
            return f"{last.standalone} ({choice})"
    return None


def _topics(text: str) -> Iterator[str]:
    """The words of a text that say what it is about."""
    for word, terms in words(text):
        if terms and len(word) > 2 and fold(word) not in _QUESTION_WORDS and word[0] != "§":
            yield word


def _without_norms(text: str, sources: Mapping[str, Source]) -> str:
    for norm in reversed(norms.find(text, sources)):
        text = text[: norm.span[0]] + " " + text[norm.span[1] :]
    return text


def _sources(history: Sequence[Answer]) -> dict[str, Source]:
    cited = [citation.passage.source for turn in history for citation in turn.citations]
    found = [hit.passage.source for turn in history for hit in turn.hits]
    return {source.id: source for source in (*cited, *found)}


def _written(question: str, history: Sequence[Answer], model: Complete) -> str | None:
    """The model's version, if it is one short question that keeps every number and norm and invents none."""
    talk = "\n".join(f"Frage: {turn.standalone}\nAntwort: {turn.text[:MAX_WRITTEN]}" for turn in history)
    try:
        written = model(fill("condense", history=talk, question=question)).strip().strip("„“\"")
    except ModelError:
        return None
    said = f"{talk}\n{question}"
    kept = _values(question) <= _values(written) <= _values(said)
    one = "\n" not in written and written.endswith("?") and written.count("?") == 1 and len(written) <= MAX_WRITTEN
    return written if one and kept else None


def _values(text: str) -> set[str]:
    places = {norm.locator.label(norm.law) for norm in norms.find(text, {})}
    return {item.value for item in figures(text)} | places
