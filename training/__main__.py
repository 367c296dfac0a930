"""python -m training --laws ../shared/gii --questions ../shared/questions/train.jsonl: makes assistant/embedding/."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.card import write_card
from training.laws import Section, read_laws
from training.measure import recall
from training.pairs import Texts, TokenSection, questions, synonyms, tokenise
from training.save import save
from training.teacher import everyday_words, word_vectors
from training.thesaurus import read_thesaurus
from training.tokens import SPECIAL, count_words, forms, frequent, tokenizer_of, write_words
from training.train import lengths, train

STYLES = ("staff", "everyday", "keywords")
REPEALED = "(weggefallen)"
THESAURUS = Path("/usr/share/mythes/th_de_DE_v2.dat")


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    began = time.monotonic()

    def report(line: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

    groups = read_thesaurus(options.thesaurus)
    sections = [section for section in read_laws(options.laws) if not _repealed(section)]
    report(f"{len(sections)} sections read")
    write_words(text for section in sections for text in (section.heading, *section.subsections))
    report("words counted")
    asked = [line for file in options.questions for line in _lines(file)]
    tokenizer, taught = _vocabulary(sections, asked, options)
    report(f"{tokenizer.get_vocab_size()} terms chosen and looked up at the teacher")
    tokenised = tokenise(sections, tokenizer)
    report(f"{len(tokenised)} sections tokenised")
    rows, owners = _asked(asked, sections, tokenised)
    live = [section for section in tokenised if section.subsections]
    vectors = train(
        Texts(live, questions(rows, owners, tokenizer), synonyms(groups, tokenizer)),
        taught * lengths(live, len(taught)),
        dim=options.dim,
        steps=options.steps,
        batch=options.batch,
        seed=options.seed,
        report=report,
    )
    vectors[: len(SPECIAL)] = 0
    save(tokenizer, vectors.astype(np.float16), options.out)
    report(f"{options.out} saved")
    unseen = _lines(options.unseen) if options.unseen else []
    by_style = {style: _asked(unseen, sections, tokenised, (style,)) for style in STYLES if unseen}
    figures = {style: recall(vectors, live, questions(*asked, tokenizer)) for style, asked in by_style.items()}
    write_card(options, len(live), len(rows), time.monotonic() - began, figures)


def _vocabulary(
    sections: Sequence[Section], asked: Sequence[dict[str, str]], options: argparse.Namespace
) -> tuple[Tokenizer, NDArray[np.float32]]:
    """The terms that get a vector, and the teacher's vector of each."""
    counts = count_words(
        (text for section in sections for text in (section.heading, *section.subsections)),
        (line[style] for line in asked for style in STYLES),
    )
    known = frequent(counts, options.tokens)
    everyday = everyday_words(set(known), options.everyday)
    return tokenizer_of([*known, *everyday]), word_vectors([*forms(known, counts), *everyday.values()])


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _repealed(section: Section) -> bool:
    return REPEALED in section.heading + section.subsections[0][:40]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--laws", type=Path, required=True, help="law mirror: SLUG/xml.zip")
    parser.add_argument(
        "--questions", type=Path, nargs="+", required=True, help="files of lines with slug, section and three questions"
    )
    parser.add_argument("--unseen", type=Path, help="likewise, kept out of training: measured, for the model card")
    parser.add_argument("--out", type=Path, default=Path("assistant/embedding"))
    parser.add_argument("--thesaurus", type=Path, default=THESAURUS, help="of Debian's package mythes-de")
    parser.add_argument("--tokens", type=int, default=32_000, help="terms of federal law and the questions")
    parser.add_argument("--everyday", type=int, default=14_500, help="further terms of everyday German")
    parser.add_argument("--dim", type=int, default=192)
    parser.add_argument("--steps", type=int, nargs=2, default=(3000, 1500), help="on laws, then on questions")
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2026)
    return parser.parse_args()


def _asked(
    lines: Sequence[dict[str, str]],
    sections: Sequence[Section],
    tokenised: Sequence[TokenSection],
    styles: Sequence[str] = STYLES,
) -> tuple[list[list[str]], list[TokenSection]]:
    """The questions of each section that has some, and that section."""
    place = {(section.slug, section.name): token for section, token in zip(sections, tokenised, strict=True)}
    found = [(line, place.get((line["slug"], line["section"]))) for line in lines]
    known = [(line, owner) for line, owner in found if owner and owner.subsections]
    return [[line[style] for style in styles] for line, _ in known], [owner for _, owner in known]


if __name__ == "__main__":
    main()
