"""How well assistant/cite.py tells proven sentences from others: false alarms and misses on real law.

    python benchmarks/checking.py MIRROR [--laws SLUG …] [--each 400]

MIRROR is a folder laid out like gesetze-im-internet.de (SLUG/xml.zip). Sentences are copied from random passages,
or rewritten without a change of meaning (should be verified), or changed in one number, norm, law, negation, duty or
quoted word, or cited to another passage of the same law (should not be). Printed: rates, milliseconds per answer.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant import cite, norms
from assistant.checking.figures import figures
from assistant.checking.narrow import sentences
from assistant.types import Hit, Passage, Source
from benchmarks.paraphrases import PARAPHRASES
from ingest.readers.gii import read

LAWS = "vwvfg vwvg bgb owig_1968 sgb_10 sgb_1 ao_1977 pauswg bmg gewo ifg bdsg_2018 waffg_2002 hgb ustg_1980".split()
SHORT = {"owig_1968": "OWiG", "sgb_10": "SGB X", "sgb_1": "SGB I", "ao_1977": "AO", "bdsg_2018": "BDSG"}
SHORT |= {"waffg_2002": "WaffG", "ustg_1980": "UStG"}
NEGATION = re.compile(r"\b(nicht|keine?[rnsm]?)\b ")
VERB = re.compile(r"\b(ist|sind|wird|werden|gilt|gelten|hat|haben|kann|können|darf|dürfen|muss|müssen|soll|sollen)\b")
MODALS = {"kann": "muss", "können": "müssen", "muss": "kann", "müssen": "können", "darf": "muss", "soll": "muss"}
NUMBER = re.compile(
    r"\b(zwei|drei|vier|fünf|sechs|sieben|acht|zehn|zwölf|\d+)(?= (?:Tag|Woche|Monat|Jahr|Stunde|Euro|Prozent|vom))"
)
WORDS = "zwei drei vier fünf sechs sieben acht zehn zwölf".split()
VALUES = (2, 3, 4, 5, 6, 7, 8, 10, 12)

Change = Callable[[str, Passage, random.Random], str | None]


def passages(mirror: Path, slugs: Sequence[str]) -> list[Passage]:
    """One passage per Absatz of these laws, repealed ones and annexes left out."""
    found = []
    for slug in slugs:
        file = mirror / slug / "xml.zip"
        if not file.exists():
            continue
        document = read(file.read_bytes(), slug)
        short = SHORT.get(slug) or document.meta["short"]
        source = Source(slug, document.meta["title"], short, "law", slug)
        for block in document.blocks:
            locator = block.locator
            if locator and (locator.section or "").startswith("§") and "weggefallen" not in block.text:
                id_ = f"{slug}/{(locator.section or '')[2:]}/{locator.subsection}"
                found.append(Passage(id_, source, locator, block.text))
    return found


def copied(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    return sentence


def quoted(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    return f"In {passage.label} heißt es: „{sentence}“" if "„" not in sentence else None


def named(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    return f"Nach {passage.label} gilt: {sentence}"


def rewritten(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    """Other spellings of the same: figures for words, "Abs." for "Absatz", a first or last clause left out."""
    text = sentence.replace("Absatz ", "Abs. ").replace("Nummer ", "Nr. ").replace(" vom Hundert", " %")
    text = text.replace(" Euro", " €").replace("insbesondere ", "").replace("gemäß", "nach").replace("sowie", "und")
    text = NUMBER.sub(lambda match: str(dict(zip(WORDS, VALUES, strict=True)).get(match[1], match[1])), text)
    main = re.split(r"(?:, (?:soweit|wenn|sofern|es sei denn|die|der|das)\b|; )", text)
    if len(main) > 1 and len(main[0].split()) > 6:
        text = main[0].rstrip(".") + "."
    return text if text != sentence else None


def other_number(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    changed = NUMBER.sub(lambda match: str(chance.choice([11, 13, 17, 45])), sentence, count=1)
    return changed if changed != sentence else None


def other_norm(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    changed = re.sub(r"§ (\d+)", lambda match: f"§ {int(match[1]) + 101}", sentence, count=1)
    other = f"§ {chance.randint(700, 900)} {passage.source.short}"
    return changed if changed != sentence else f"Nach {other} gilt: {sentence}"


def other_subsection(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    section = passage.locator.section
    return f"Nach {section} Abs. {chance.randint(11, 19)} {passage.source.short} gilt: {sentence}"


def other_law(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    return f"Nach dem {chance.choice(['BauGB', 'AsylG', 'Tierschutzgesetz', 'SGB II'])} gilt: {sentence}"


def other_negation(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    if NEGATION.search(sentence):
        return NEGATION.sub(lambda match: "" if match[1] == "nicht" else match[1][1:] + " ", sentence, count=1)
    changed = VERB.sub(lambda match: f"{match[1]} nicht", sentence, count=1)
    return changed if changed != sentence else None


def other_duty(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    changed = re.sub(rf"\b({'|'.join(MODALS)})\b", lambda match: MODALS[match[1]], sentence, count=1)
    return changed if changed != sentence else None


def other_quote(sentence: str, passage: Passage, chance: random.Random) -> str | None:
    pieces = sentence.split()
    del pieces[chance.randrange(1, len(pieces) - 1)]
    return f"Es heißt: „{' '.join(pieces)}“" if "„" not in sentence else None


RIGHT: tuple[Change, ...] = (copied, quoted, named, rewritten)
WRONG: tuple[Change, ...] = (
    other_number, other_norm, other_subsection, other_law, other_negation, other_duty, other_quote,
)  # fmt: skip


def cases(pool: Sequence[Passage], change: Change, count: int) -> Iterator[tuple[str, Passage]]:
    """Up to `count` claims with the passage each cites."""
    chance, made = random.Random(f"{change.__name__}"), 0
    for passage in chance.sample(pool, len(pool)):
        sentence = chance.choice(sentences(passage.text)).replace("\n", " ")
        if not 6 <= len(sentence.split()) <= 60 or sentence[-1] != ".":
            continue
        if claim := change(sentence, passage, chance):
            yield claim, passage
            made += 1
        if made == count:
            return


def elsewhere(pool: Sequence[Passage], count: int) -> Iterator[tuple[str, Passage]]:
    """Copied sentences, cited to another passage of the same law."""
    chance = random.Random("elsewhere")
    for claim, passage in cases(pool, copied, count):
        others = [item for item in pool if item.source == passage.source and item.id != passage.id]
        yield claim, chance.choice(others)


def verified(claim: str, passage: Passage) -> tuple[bool, str]:
    checked = cite.resolve(f"{claim} [1]", [Hit(passage, 1.0)])
    why = next((citation.why for citation in checked.citations if citation.why), "")
    return not checked.unproven and all(citation.verified for citation in checked.citations), why


def paraphrased(pool: Sequence[Passage]) -> Iterator[tuple[str, Passage]]:
    for place, claim in PARAPHRASES:
        for norm in norms.find(place, {item.source.id: item.source for item in pool}):
            for item in pool:
                own = (item.source, item.locator.section, item.locator.subsection)
                if own == (norm.source, norm.locator.section, norm.locator.subsection):
                    yield claim, item


def line(name: str, claims: Sequence[tuple[str, Passage]], should: bool, shown: int) -> tuple[int, int]:
    """Prints one row; (mistakes, claims)."""
    results = [(claim, passage, *verified(claim, passage)) for claim, passage in claims]
    wrong = [result for result in results if result[2] != should]
    print(f"{name:18} {len(results):5}  {len(wrong):5}  {len(wrong) / max(len(results), 1):7.1%}")
    for claim, passage, _, why in wrong[:shown]:
        print(f"    {passage.label}: {claim[:230]}  <{why}>")
    return len(wrong), len(results)


def seconds(pool: Sequence[Passage]) -> list[float]:
    """CPU seconds for answers of six sentences over eight passages that were never seen before."""
    chance, times = random.Random(1), []
    for _ in range(200):
        chosen = chance.sample(pool, 8)
        draft = " ".join(f"{sentences(item.text)[0]} [{index}]" for index, item in enumerate(chosen[:6], 1))
        start = time.process_time()
        cite.resolve(draft, [Hit(item, 1.0) for item in chosen])
        times.append(time.process_time() - start)
    return sorted(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mirror", type=Path)
    parser.add_argument("--laws", nargs="*", default=LAWS)
    parser.add_argument("--each", type=int, default=400, help="claims of each kind")
    parser.add_argument("--show", type=int, default=0, help="mistakes to print of each kind")
    options = parser.parse_args()
    pool = passages(options.mirror, options.laws)
    with_figures = [item for item in pool if figures(item.text)]
    print(f"{len(pool)} passages, {len(with_figures)} with figures\n\nshould be verified  n  alarms")
    totals = [line(change.__name__, list(cases(pool, change, options.each)), True, options.show) for change in RIGHT]
    totals.append(line("paraphrased", list(paraphrased(pool)), True, options.show))
    print("\nshould not be       n  misses")
    misses = [line(change.__name__, list(cases(pool, change, options.each)), False, options.show) for change in WRONG]
    misses.append(line("elsewhere", list(elsewhere(pool, options.each)), False, options.show))
    for name, rows in (("false alarms", totals), ("misses", misses)):
        print(f"\n{name}: {sum(row[0] for row in rows) / sum(row[1] for row in rows):.1%}", end="")
    times = seconds(pool)
    median, late = 1000 * statistics.median(times), 1000 * times[189]
    print(f"\nCPU ms per answer of six sentences over eight new passages: median {median:.1f}, p95 {late:.1f}")


if __name__ == "__main__":
    main()
