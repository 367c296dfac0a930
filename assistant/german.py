"""Words of a German text, as the keyword search sees them: folded, no stop words, stemmed, compounds taken apart."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from math import log
from pathlib import Path

import Stemmer

WORDS = Path(__file__).parent / "embedding" / "words.txt"
MIN_COMPOUND, MAX_COMPOUND, MIN_PART, MAX_PART, MIN_COUNT = 8, 60, 3, 20, 8

Cut = tuple[float, tuple[str, ...]]

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SOFT_HYPHEN = "\u00ad"
_GENDERED = re.compile(r"(?<=\w)(?:[*:_]|/-?)in(nen)?\b")
_TOKEN = re.compile(r"§+\s*\d+(?:\s?[a-zA-Z])?\b|\w+(?:-\w+)*")
_LINKS = ("s", "es", "n", "en")
_SHORT = frozenset({"amt", "bad", "bau", "hof", "rad", "rat", "see", "tag", "tor", "weg"})
_PARTICIPLE = re.compile(r"igt$|(?<=ier)t$")
_STOP_TEXT = """
    aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus bei beim
    bin bis bist bitte da dabei dadurch dafuer dagegen daher damit danach daran darauf daraus darf darfst darin
    darueber darum das dass davon dazu dein deine dem den denen denn der deren des desselben dessen deshalb dich die
    dies diese diesem diesen dieser dieses dir doch dort du durch duerfen eben ein eine einem einen einer eines
    einige einigen er es etwa etwas euch euer eure fuer ganz gar geben gegen gehen gern gibt geht haben habe hat
    hatte haetten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im immer in indem ins ist ja
    jede jedem jeden jeder jedes jene jenem jenen jener jenes jetzt kann kannst kein keine keinem keinen keiner
    koennen koennte machen mache man manche mal mehr mein meine meinem meinen meiner mich mir mit muss muessen musst
    nach nachdem nicht nichts noch nun nur ob oder ohne schon sehr sei sein seine seinem seinen seiner seit selbst
    sich sie sind so sobald soll sollen sollte somit sonst soweit sowie sowohl ueber um und uns unser unsere unter
    viel viele vom von vor waehrend war waren warum was wegen weil welche welchem welchen welcher welches wenn wer
    werde werden weder wem wen wessen wie wieder wieso will wir wird wirst wo wobei woher wohin womit wofuer worauf
    worin wurde wurden wuerde wuerden zu zum zur zwar zwischen
"""
_STOP = frozenset(_STOP_TEXT.split())


def fold(text: str) -> str:
    """Lower case, ä as ae, ß as ss."""
    return unicodedata.normalize("NFKC", text).lower().translate(_FOLD)


def words(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The words of a text as they stand there, each with its terms; stop words have none."""
    plain = _GENDERED.sub("", unicodedata.normalize("NFKC", text).replace(_SOFT_HYPHEN, ""))
    return [(word, _terms_of(word)) for word in _TOKEN.findall(plain)]


def terms(text: str) -> list[str]:
    """Search terms in the order of the text: "§3a", numbers, stems, and behind each compound the stems of its parts."""
    return [term for _, found in words(text) for term in found]


@lru_cache(maxsize=500_000)
def _terms_of(word: str) -> tuple[str, ...]:
    """What one word stands for; cached, for texts repeat their words."""
    folded = fold(word)
    if folded[0] == "§":
        return ("§" + re.sub(r"[§\s]", "", folded),)
    if "-" in folded:
        pieces = [piece for piece in folded.split("-") if len(piece) > 1]
        whole = _stem(folded.replace("-", ""))
        return tuple(dict.fromkeys([whole, *(term for piece in pieces for term in _terms_of(piece))]))
    if folded in _STOP or (len(folded) == 1 and not folded.isdigit()):
        return ()
    return tuple(dict.fromkeys([_stem(folded), *(term for part in parts(folded) for term in _terms_of(part))]))


@lru_cache(maxsize=100_000)
def parts(word: str) -> tuple[str, ...]:
    """The words a folded compound is made of, without the linking letters; () if it is none.

    All must stand in words.txt; of several cuts the one with the best product of relative frequencies is taken.
    """
    if not MIN_COMPOUND <= len(word) <= MAX_COMPOUND:
        return ()
    known = _likelihoods()
    best: dict[int, Cut] = {0: (0.0, ())}
    for start in range(len(word) - MIN_PART + 1):
        if start not in best:
            continue
        score, before = best[start]
        for end in range(start + MIN_PART, min(start + MAX_PART, len(word)) + 1):
            piece = word[start:end]
            if piece in known and piece != word:
                cut = (score + known[piece], (*before, piece))
                for after in _behind(word, end):
                    best[after] = max(best.get(after, cut), cut)
    return best.get(len(word), (0.0, ()))[1]


def _behind(word: str, end: int) -> list[int]:
    """Where the next part of a compound may begin: at `end`, or behind linking letters."""
    return [end, *(end + len(link) for link in _LINKS if word.startswith(link, end) and end + len(link) < len(word))]


@cache
def _likelihoods() -> dict[str, float]:
    """Word -> logarithm of its share in federal law: words of four letters or more, and a few shorter ones.

    Made by training, from words that occur eight times or more.
    """
    lines = WORDS.read_text(encoding="utf-8").split()
    counts = dict(zip(lines[::2], map(int, lines[1::2]), strict=True))
    total = sum(counts.values())
    return {word: log(count / total) for word, count in counts.items() if len(word) > MIN_PART or word in _SHORT}


_stemmer = Stemmer.Stemmer("german")


def _stem(word: str) -> str:
    """Snowball's German stem; participles like their noun ("genehmigt" as "Genehmigung")."""
    stem = str(_stemmer.stemWord(word))
    return _PARTICIPLE.sub("", stem) if len(stem) > 6 else stem
