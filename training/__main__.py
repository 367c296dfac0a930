"""python -m training --laws ../shared/gii --questions ../shared/questions/train.jsonl: makes assistant/embedding/."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from training.card import write_card
from training.laws import Section, read_laws
from training.pairs import TokenSection, questions, tokenise
from training.save import save
from training.tokens import train_tokenizer, write_words
from training.train import first_vectors, train

STYLES = ("staff", "everyday", "keywords")
REPEALED = "(weggefallen)"


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    began = time.monotonic()

    def report(line: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {line}", flush=True)

    sections = list(read_laws(options.laws))
    report(f"{len(sections)} sections read")
    options.out.mkdir(parents=True, exist_ok=True)
    texts = (text for section in sections for text in (section.heading, *section.subsections))
    write_words(texts, options.out / "words.txt")
    report("words counted")
    live = [section for section in sections if REPEALED not in section.heading + section.subsections[0][:40]]
    tokenizer = train_tokenizer((text for section in live[::2] for text in section.subsections), options.tokens)
    tokenised = tokenise(live, tokenizer)
    report(f"{tokenizer.get_vocab_size()} tokens learnt, {len(tokenised)} sections tokenised")
    rows, owners = _asked(options.questions, live, tokenised)
    vectors = train(
        tokenised,
        questions(rows, owners, tokenizer),
        first_vectors(tokenised, tokenizer, options.dim, options.seed),
        steps=tuple(options.steps),
        batch=options.batch,
        seed=options.seed,
        report=report,
    )
    save(tokenizer, vectors.astype(np.float16), options.out)
    write_card(options, len(live), len(rows), time.monotonic() - began)
    report(f"{options.out} written")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--laws", type=Path, required=True, help="law mirror: SLUG/xml.zip")
    parser.add_argument("--questions", type=Path, required=True, help="lines with slug, section and three questions")
    parser.add_argument("--out", type=Path, default=Path("assistant/embedding"))
    parser.add_argument("--tokens", type=int, default=32_000)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--steps", type=int, nargs=2, default=(2000, 800), help="on laws alone, then with questions")
    parser.add_argument("--batch", type=int, default=2048)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2026)
    return parser.parse_args()


def _asked(
    path: Path, sections: Sequence[Section], tokenised: Sequence[TokenSection]
) -> tuple[list[list[str]], list[TokenSection]]:
    """The questions of each section that has some, and that section."""
    place = {(section.slug, section.name): token for section, token in zip(sections, tokenised, strict=True)}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = [(line, place.get((line["slug"], line["section"]))) for line in lines]
    rows = [[line[style] for style in STYLES] for line, owner in found if owner]
    return rows, [owner for _, owner in found if owner]


if __name__ == "__main__":
    main()
