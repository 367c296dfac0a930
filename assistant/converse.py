"""What is answered without a search, asked back, or said beside an answer: greetings, choices, decisions, refusals."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import norms
from assistant.german import fold, terms, words
from assistant.texts import text
from assistant.types import Hit, Passage

MIN_CHOICES, MAX_CHOICES = 2, 4
# Hits whose score reaches this share of the best are as good an answer as it.
NEAR = 0.45
NEAREST = 3
# Only so many characters of a question, and of one sentence of it, are looked through for a wanted decision.
MAX_JUDGED, MAX_SENTENCE = 1000, 250

_FILLER = (
    r"(?:[^\w§]|\b(?:liebe[rs]?|du|sie|ihnen|dir|euch|alle|zusammen|team|assistent(?:in)?|bot|mal|erstmal|sehr)\b)*"
)
_GREETING = r"(?:hallo|hi|hey|moin(?:\s+moin)?|servus|grüß\s+gott|grüezi|guten\s+(?:morgen|tag|abend)|mahlzeit|tach)"
_THANKS = (
    r"(?:(?:vielen|herzlichen|besten|schönen)?\s*dank|danke(?:schön)?|merci|super|prima|perfekt|alles\s+klar"
    r"|das\s+hilft(?:\s+mir)?)"
)
_FAREWELL = (
    r"(?:tschüss?|auf\s+wiedersehen|bis\s+(?:bald|später|dann|morgen)|ciao"
    r"|schönen?\s+(?:tag|feierabend|abend)(?:\s+noch)?)"
)
_WHO = (
    r"(?:und\s+)?(?:wer|was)\s+(?:bist\s+du|sind\s+sie)(?:\s+(?:eigentlich|denn|für\s+\w+(?:\s+\w+)?))?"
    r"|wie\s+(?:heißt\s+du|heißen\s+sie)|bist\s+du\s+(?:eine?\s+)?(?:mensch|ki|bot|roboter|chatgpt|maschine)"
)
_ABLE = (
    r"was\s+(?:kannst\s+du|können\s+sie)(?:\s+(?:alles|eigentlich|denn|so|für\s+mich\s+tun))*"
    r"|(?:wie|wobei|womit)\s+(?:kannst\s+du|können\s+sie)\s+(?:mir\s+)?helfen|hilfe|help"
    r"|wie\s+(?:funktionierst\s+du|funktioniert\s+(?:das|der\s+assistent)|frage\s+ich\s+(?:dich|richtig))"
)
_TALK = tuple(
    (name, re.compile(rf"{_FILLER}(?:(?:{_GREETING}|{_THANKS}){_FILLER})?(?:{pattern}){_FILLER}", re.IGNORECASE))
    for name, pattern in (
        ("greeting", _GREETING), ("thanks", _THANKS), ("farewell", _FAREWELL), ("who", _WHO), ("able", _ABLE),
    )
)  # fmt: skip

_VAGUE = frozenset(
    "hoch lange lang viel viele teuer gross kostet kosten gilt gelten zustaendig wann genau aktuell derzeit moeglich "
    "noetig erforderlich brauche braucht muss beachten zahlen bezahlen eigentlich einzureichen einhalten".split()
)
_ABOUT = frozenset("regelt regeln steht besagt sagt bedeutet inhalt lautet wortlaut text vorschrift gesetz".split())
# Words that many rules have one of: a question with no other content word does not say what it is about.
_GENERIC = frozenset(
    terms(
        "Gebühr Frist Steuer Kosten Formular Antrag Zuständigkeit Strafe Bußgeld Betrag Höhe Dauer Unterlagen Nachweis "
        "Voraussetzung Ausnahme Aufbewahrungsfrist Kündigungsfrist Antragsfrist Regel Vorschrift Satzung Genehmigung "
        "Erlaubnis Form Verfahren Beitrag Zuschuss Entgelt Grenze Wertgrenze Ansprechpartner Behörde Amt Stelle Termin"
    )
)
_ASKS = re.compile(r"^(?:und\s+)?(?:wie|welche[rsnm]?|was|wann|wer|wo|bis\s+wann|ab\s+wann|innerhalb)\b", re.IGNORECASE)
_ROLES = (
    "Bewerber Kandidat Antragsteller Mitarbeiter Beschäftigte Kolleg Schüler Auszubildende Azubi Bürger Person Kund "
    "Mieter Leistungsbezieher Beamt Prüfling Hundehalter"
).replace(" ", "|")
_PERSON = (
    r"(?:(?:Frau|Herrn?|Familie|Kollegin|Kollegen?)\s+[A-ZÄÖÜ]\w*|ihr\b|ihm\b|ihn\b"
    rf"|(?:dies\w+|den|die|der|dem|meine[rnm]?|unsere[rnm]?|eine[rnm]?)\s+(?:\w+\s+)?(?:{_ROLES})\w*)"
)
_VERDICT = (
    r"(?:(?:ab|ein|zu|an|aus)?(?:ge)?(?:lehn|lad|stell|sag|sortier|wähl|erkann|mahn|schob|schieb|bürger|lass)|bewillig"
    r"|genehmig|versag|kürz|streich|strich|kündig|entlass|beförder|benot|bewert|beurteil|bevorzug|nehmen|sanktion"
    r"|bestraf|verwarn|gewähr|erlass|durchfall|besteh)\w*"
)
_DECIDE = re.compile(
    rf"""\b(?:soll|sollte|sollen|sollten|würdest|muss|kann|darf)\s+(?:ich|wir|man|du|das\s+Amt|die\s+Stadt)\b
        .*{_PERSON}.*\b{_VERDICT}
    | \b(?:soll|sollte|sollen|sollten)\s+(?:ich|wir)\b.*\b(?:Antrag|Bewerbung)\b.*\b{_VERDICT}
    | \b(?:wen|welche[rnms]?\s+(?:Bewerb|Kandidat|Person)\w*)\b.*\b(?:soll\w*|würdest|nehmen|einstell\w*)
    | \b(?:entscheide|beurteile|bewerte|benote|ranke|vergleiche|prüfe)\b
        .*(?:{_PERSON}|Bewerbung|Bewerber|Leistung|\bAntrag|\bFall\b)
    | \b(?:welche|was\s+für\s+eine)\s+Note\b
    | \bist\s+{_PERSON}\s+(?:geeignet|glaubwürdig|zuverlässig|kreditwürdig|arbeitswillig)
    | \b(?:hat|bekommt|erhält|verdient)\s+(?:Frau|Herr|Familie)\s+.*(?:Anspruch|Leistung|Stelle|Wohngeld|Geld|Zuschuss)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# An author is passed on where it is an office, not where it is the person or the program that saved the file.
_OFFICE = re.compile(
    r"(?:\b|[a-zäöü])(?:[Aa]mt|[Aa]bteilung|[Rr]eferat|[Ff]achbereich|[Ss]achgebiet|[Dd]ezernat|[Ss]tabsstelle|[Ss]telle|[Ss]tadt)\b"
)


def without_search(question: str) -> str:
    """The reply to a greeting, thanks, or a question about the assistant itself; "" for everything else."""
    if not any(char.isalnum() for char in question):
        return text("answer.empty")
    for name, pattern in _TALK:
        if pattern.fullmatch(question.strip()):
            return text(f"talk.{name}")
    return ""


def decision_notice(question: str) -> str:
    """A notice for a question that wants a decision about a person; "" for one that asks for rules."""
    pieces = re.split(r"[?.!\n]", question[:MAX_JUDGED])
    return text("notice.decision") if any(_DECIDE.search(piece[:MAX_SENTENCE]) for piece in pieces) else ""


def ask_back(question: str, hits: Sequence[Hit]) -> tuple[str, tuple[str, ...]]:
    """A short question back and its 2 to 4 choices, where a question is vague and several places answer it as well.

    ("", ()) where the question says what it is about, or one place stands out.
    """
    topics = [word for word, found in words(question) if found and fold(word) not in _VAGUE]
    generic = len(topics) < 2 and all(_GENERIC.issuperset(terms(word)[:1]) for word in topics)
    vague = generic and bool(_ASKS.search(question.strip())) and not norms.find(question, {})
    if not vague or not hits or hits[0].named:
        return "", ()
    near = [hit.passage for hit in hits if hit.score >= NEAR * hits[0].score]
    choices = tuple(dict.fromkeys(_choice(passage) for passage in near))[:MAX_CHOICES]
    if len(choices) < MIN_CHOICES:
        return "", ()
    listed = "\n".join(f"- {choice}" for choice in choices)
    topic = topics[0] if topics else text("answer.topic")
    return f"{text('answer.ask_back', topic=topic)}\n\n{listed}", choices


def is_about_a_norm(question: str) -> bool:
    """Whether a question asks for the content of a norm and for little else ("Was regelt § 3 OZG?")."""
    for norm in reversed(found := norms.find(question, {})):
        question = question[: norm.span[0]] + " " + question[norm.span[1] :]
    topics = [word for word, own in words(question) if own and fold(word) not in _VAGUE | _ABOUT]
    return bool(found) and len(topics) < 2


def refusal(hits: Sequence[Hit]) -> str:
    """A refusal that helps: the nearest places, who may know more where the sources say so, how to ask again."""
    parts = [text("answer.refusal")]
    if hits:
        nearest = list(dict.fromkeys(hit.passage for hit in hits))[:NEAREST]
        places = [f"- {passage.label} ({passage.heading or passage.source.title})" for passage in nearest]
        parts += [text("answer.refusal_nearest"), "\n".join(places)]
        sources = [item.source for item in nearest if _OFFICE.search(item.source.author)]
        offices = dict.fromkeys(f"- {source.author} ({source.title})" for source in sources)
        parts += [text("answer.refusal_who"), "\n".join(offices)] if offices else []
    return "\n\n".join([*parts, text("answer.refusal_hint")])


def _choice(passage: Passage) -> str:
    """A place as something to pick: "Hundesteuersatzung: Steuersatz"."""
    source = passage.source
    name = source.short if source.kind in {"law", "ordinance", "eu"} else source.title
    heading = passage.heading or passage.locator.section or ""
    return f"{name}: {heading}" if heading and heading != name else name
