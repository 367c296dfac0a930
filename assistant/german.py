"""Words of a German text, as the keyword search sees them: folded, no stop words, stemmed, compounds taken apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from math import inf, log
from pathlib import Path

import Stemmer

WORDS = Path(__file__).parent / "embedding" / "words.txt"
MIN_COMPOUND, MAX_COMPOUND, MIN_PART, MAX_PART, MIN_COUNT = 8, 60, 3, 20, 20

Cut = tuple[float, tuple[str, ...]]

_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_SOFT_HYPHEN = "\u00ad"
_GENDERED = re.compile(r"(?<=\w)(?:[*:_]|/-?)in(nen)?\b")
_TOKEN = re.compile(r"§+\s*\d+(?:\s?[a-zA-Z])?\b|\w+(?:-\w+)*")
_LINKS = ("", "s", "es", "n", "en")
_SHORT = frozenset({"amt", "bad", "bau", "hof", "rad", "rat", "see", "tag", "tor", "weg"})
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
    known, total = _frequencies()
    best: list[Cut] = [(0.0, ())]
    for end in range(1, len(word) + 1):
        cuts: list[Cut] = [(-inf, ())]
        for start in range(max(end - MAX_PART, 0), end - MIN_PART + 1):
            score, before = best[start]
            pieces = _bare(word[start:end], end == len(word)) if score > -inf and end - start < len(word) else ()
            cuts += [(score + log(known[piece] / total), (*before, piece)) for piece in pieces if piece in known]
        best.append(max(cuts))
    return best[-1][1]


def _bare(piece: str, last: bool) -> Iterator[str]:
    """A piece of a compound, with and without linking letters at its end; short pieces only where they are words."""
    for link in ("",) if last else _LINKS:
        part = piece.removesuffix(link)
        if piece.endswith(link) and (len(part) > MIN_PART or part in _SHORT):
            yield part


@cache
def _frequencies() -> tuple[dict[str, int], int]:
    """Word -> how often federal law uses it (three letters or more, twenty times or more), and their sum."""
    lines = WORDS.read_text(encoding="utf-8").split()
    counts = dict(zip(lines[::2], map(int, lines[1::2]), strict=True))
    return counts, sum(counts.values())


_stemmer = Stemmer.Stemmer("german")


def _stem(word: str) -> str:
    return str(_stemmer.stemWord(word))
