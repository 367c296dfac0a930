"""Signs that a text wants to deceive its reader or the assistant: orders, hidden signs, look-alike letters."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.sentences import spans

# Zero-width characters, marks of writing direction, and the tag characters that show nothing.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
_WORD = re.compile(r"[^\W\d_]+")
_ORDERS = re.compile(
    r"""\b(?:ignorier|vergiss|vergess|missacht|übergeh|überschreib)\w*\s+(?:\w+\s+){0,5}?
        (?:regel|anweisung|vorgabe|instruktion|prompt|befehl|textstelle)\w*
    | \b(?:anweisung|hinweis|befehl|nachricht|auftrag|achtung)\w*\s*(?:,\s*)?(?:\w+\s+){0,2}?
        (?:an|für)\s+(?:den|die|das|jeden|jede)\s+(?:\w+\s+)?
        (?:assistent\w*|ki|sprachmodell\w*|modell\w*|chatbot\w*|system|bot)\b
    | \b(?:lieber|liebe|hallo|an\ den|achtung)\s+(?:ki-?)?(?:assistent|assistentin|sprachmodell|chatbot|ki)\b
    | \b(?:assistent|sprachmodell|chatbot|modell|ki)\w*\s*[,:]\s*(?:ignorier|antwort|nenne|gib|schreib|du\ )\w*
    | \bdu\s+bist\s+(?:ab\s+(?:jetzt|sofort)|jetzt|nun|ein\s+(?:\w+\s+)?(?:assistent|modell))\b
    | \bantworte\s+(?:immer|nur|ausschließlich|ab|auf|stets|mit)\b
    | \b(?:system|entwickler)-?\s?(?:prompt|nachricht|anweisung|meldung|message)\b
    | \b(?:ignore|disregard|forget)\s+(?:\w+\s+){0,4}?(?:instruction|rule|prompt)s?
    | \byou\s+are\s+now\b | \bas\s+an\s+ai\b
    | <\|?/?(?:im_start|im_end|system|assistant|user|endoftext|start_header_id)\|? | \[/?INST\] | <</?SYS>>
    | ^[ \t]*(?:system|assistant|assistent|developer|entwickler)\s*:
    | (?:\#\#\#|>>>|<<<)\s*(?:system|anweisung|instruction|ende|textstelle)
    | \bende\s+der\s+(?:textstellen|quellen|dokumente)\b
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


def visible(text: str) -> str:
    """The text without characters that are there but show nothing, or turn the direction of writing."""
    return _INVISIBLE.sub("", text)


def gives_orders(text: str) -> bool:
    """Whether a text speaks to the assistant, or poses as its prompt, instead of stating something."""
    return bool(_ORDERS.search(visible(text)))


@lru_cache(maxsize=1000)
def trusted(text: str) -> str:
    """The text without the sentences that give orders to the assistant, and without what follows them in their line."""
    if not gives_orders(text):
        return text
    kept = []
    for line in text.split("\n"):
        orders = (start for start, end in spans(line) if gives_orders(line[start:end]))
        kept.append(line[: next(orders, len(line))])
    return "\n".join(kept)


def looks_alike(text: str) -> str:
    """The first word that mixes Latin letters with others that only look like them; "" if there is none."""
    if text.isascii():
        return ""
    for word in _WORD.findall(text):
        scripts = {unicodedata.name(char, "?").split()[0] for char in word if not char.isascii()}
        latin = any(char.isascii() for char in word) or "LATIN" in scripts
        if latin and scripts & {"CYRILLIC", "GREEK", "MATHEMATICAL", "FULLWIDTH", "ARMENIAN", "CHEROKEE"}:
            return str(word)
    return ""
