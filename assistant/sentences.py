"""Sentences of a German legal or administrative text, as lawyers count them (Satz 1, Satz 2 …)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant import items

ROW = " |"
"""What a line holds that is the row of a table; its cells are joined by " | "."""

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_MARK = re.compile(r"[¹²³⁴-⁹][⁰¹²³⁴-⁹]*(?=[^\W\d_]|[§„\"(])")
_NEXT_MARK = re.compile(rf"\s+{_MARK.pattern}")
_SUBSECTION = re.compile(r"\s*(?:\(\d{1,3}[a-z]?\)\s+)?")
_LINE = re.compile(r"[^\n]+")
_STOP = re.compile(r"(?<![.!?…])[.!?…]+[\"“”»«’'‘)\]]*(?=\s+[\"„“»«‚(\[]*[A-ZÄÖÜ§\d–¹²³⁴-⁹])")
_WORD = re.compile(r"[\w/§%€-]+$")
_BEFORE = re.compile(r"([\w§]+\.?)\s+$")
_END = re.compile(r"[.!?…][\"“”»«’'‘)\]]*\s*$")
_OPEN = re.compile(r"[,:;–(]\s*$|\b(?:und|oder|sowie|der|die|das|dass|wer|wenn|zu)\s*$")
_NEXT = re.compile(r"\s+[\"„“»«‚(\[]*(\w+)?")

_MONTHS = frozenset(
    (
        "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember "
        "Jan Feb Mrz Apr Jun Jul Aug Sep Sept Okt Nov Dez"
    ).split()
)
_NEVER = frozenset(
    (
        "abs abschn abt abw alt amtl anl anm art aufl ausg az bek bekl ber betr bez bgbl bspw buchst bzgl bzw ca cf co "
        "dergl dgl dipl dr ebd einschl entspr erl erw ev evtl exkl fa fn fr gbl gem ges ggf ggfs gmbl grds grdl hbf hj "
        "hlbs halbs hr hrsg hs inkl insb insbes jhd kap kfm kgl lfd lit lt max mdl med min mind mio mrd monatl mtl nds "
        "nr nrn od op par pos prof prot rd rdnr rn rz rspr sen sog std stellv str tel tgl tit tz u überw "
        "unterabs urspr urt usf v verb verf vgl vol vorl wg zb ziff zit zul zust zzgl zzt gv mbl abl amtsbl "
        "gvbl hess bay nrw ausf bes allg öff städt jährl schriftl ggü dez jan feb mrz apr jun jul aug sep sept okt nov"
    ).split()
)
_SOMETIMES = frozenset("usw etc ff f st s a h f n b d z i m e g o".split())
_REFERENCE = frozenset(
    "§ §§ Abs. Absatz Absatzes Absätze Absätzen Nr. Nrn. Nummer Nummern Satz Satzes Sätze Sätzen Art. Artikel Artikels "
    "Anlage Ziffer Ziff. Buchst. und oder bis S. Seite Rz. Stufe Kapitel Teil Abschnitt Punkt".split()
)
_STARTERS = frozenset(
    "Der Die Das Den Dem Des Ein Eine Einer Eines Einem Es Er Sie Im In Bei Für Wer Wenn Ist Sind Soweit Sofern Dies "
    "Diese Dieser Dieses Hierzu Hierbei Hat Haben Auf Auch Als Nach Zur Zum Zu Von Vor Mit Über Alle Ab Wird Werden "
    "Kann Können Soll Sollen Darf Dürfen Muss Müssen Bis Satz Absatz Nummer Entsprechendes Gleiches Im Ihr Ihre Sein "
    "Seine Wir Kein Keine Nur Nicht Dabei Dazu Danach Daher Dann Dort Ferner Insbesondere Jede Jeder Jedes An Am Aus "
    "Beim Beträgt Gilt Gelten Ohne Sonst Um Unter Was Während Weitere Wie § §§ Zuständig So Sonstige".split()
)


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence of `text`, in order, without surrounding white space.

    Abbreviations, ordinals and dates do not end a sentence. A list belongs to the sentence that introduces it
    (one that ends in ":" or stays unfinished), whatever stops its items contain. Each row of a table stands for
    itself. In an Absatz whose sentences the law numbers ("¹Die …. ²Das …"), these numbers decide. A leading
    "(1) " belongs to no sentence. Everything else of the text lies in exactly one of the spans.
    """
    lead = _SUBSECTION.match(text)
    start = lead.end() if lead else 0
    result: list[tuple[int, int]] = []
    for cut in [*_cuts(text, start), len(text)]:
        piece = text[start:cut]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            result.append((left, start + len(piece.rstrip())))
        start = cut
    return result


def numbers(text: str, first: int = 1) -> list[int | None]:
    """The number of each of the `spans` as a lawyer counts it, the first being `first`.

    None where a sentence has none: the row of a table, an item of a list without introduction, one within a quotation,
    or one whose number the law gives and that goes back (a sentence of an item).
    """
    result: list[int | None] = []
    last = first - 1
    balanced = text.count("„") == text.count("“") + text.count("”")
    for start, end in spans(text):
        mark = _MARK.match(text, start)
        number = int(mark[0].translate(_SUPERSCRIPT)) if mark else last + 1
        quoted = balanced and text.count("„", 0, start) > text.count("“", 0, start) + text.count("”", 0, start)
        back = mark and number <= last and result
        if quoted or back or items.read(text[start:end]) or ROW in text[start:end]:
            result.append(None)
        else:
            result.append(number)
            last = number
    return result


def _cuts(text: str, start: int) -> Iterator[int]:
    """Where one sentence ends and the next may begin."""
    lines = list(_LINE.finditer(text, start))
    found = items.outside([line[0] for line in lines])
    on = items.going_on(found)
    marked = _MARK.match(text, start) is not None
    inside = False  # within a list that belongs to an unfinished sentence
    for index, (line, item) in enumerate(zip(lines, found, strict=True)):
        previous = lines[index - 1][0] if index else None
        row = ROW in line[0]
        if previous is not None:
            inside = not row and (inside or bool(item and not _ended(previous) and not _complete(previous)))
            if inside and not item:
                inside = not _ended(previous) or on[index]
            if row or ROW in previous or (not inside and _breaks(previous, line[0], bool(item))):
                yield line.start()
        if not (row or (inside and (item or on[index]))):
            body = line.start() + (item.length if item else 0)
            yield from (stop.end() for stop in _STOP.finditer(text, body, line.end()) if _ends(text, stop, marked))


def _ended(line: str) -> bool:
    """Whether a line ends with a stop that is not the one of a list mark ("2.")."""
    item = items.read(line)
    return bool(_END.search(line, item.length if item else 0))


def _complete(line: str) -> bool:
    """True for an item of a list without introduction: items follow each other, each for itself."""
    item = items.read(line)
    return item is not None and bool(line[item.length :].strip()) and not _OPEN.search(line)


def _breaks(line: str, following: str, item: bool) -> bool:
    """Does a line break separate two sentences?"""
    if _ended(line) or item:
        return True
    return not _OPEN.search(line) and not following.lstrip()[:1].islower()


def _ends(text: str, stop: re.Match[str], marked: bool) -> bool:
    """Is this stop the end of a sentence, or part of an abbreviation, a date or an ordinal number?

    `marked`: the law numbers the sentences, so that only a number tells the next one.
    """
    if _NEXT_MARK.match(text, stop.end()):
        return True
    if marked:
        return False
    if text[stop.start()] != ".":
        return True
    window = text[max(0, stop.start() - 40) : stop.start()]
    found = _WORD.search(window)
    if found is None or stop.end() - stop.start() > 1:
        return True
    word = found[0]
    following = _NEXT.match(text, stop.end())
    after = (following[1] or "") if following else ""
    if word.isdigit():
        return _number_ends(window[: found.start()], word, after)
    low = word.casefold()
    if low in _NEVER:
        return False
    return after in _STARTERS if low in _SOMETIMES or len(word) == 1 else True


def _number_ends(before: str, number: str, after: str) -> bool:
    """ "nach Absatz 2. Die" ends; "am 1. Januar", "der 3. Senat" do not."""
    if len(number) > 2:
        return True
    if after in _MONTHS:
        return False
    word = _BEFORE.search(before)
    return after in _STARTERS or bool(word and word[1] in _REFERENCE and after and not after[0].isdigit())
