"""The model card beside the vectors."""

from __future__ import annotations

import argparse


def write_card(options: argparse.Namespace, sections: int, asked: int, seconds: float) -> None:
    """README.md of the model: what it is, what it was made from and how."""
    text = f"""---
language: de
library_name: sentence-transformers
license: apache-2.0
tags: [sentence-similarity, static-embedding, german, law]
---

# The built-in embedding of Fundstelle

A static embedding for German administrative and legal text: a text's vector is the mean of the vectors of its
WordPiece tokens ({options.tokens:,} tokens, {options.dim} dimensions, float16), normalised. No neural network runs
when it is used, so it embeds thousands of passages a second on one core. `words.txt` is the word list with
frequencies by which `assistant/german.py` takes compounds apart.

Made by `python -m training` (see `training/README.md`) in {seconds / 60:.0f} minutes on {options.threads} CPU
threads, seed {options.seed}, from
- {sections:,} sections of German federal law (gesetze-im-internet.de, official works, free of copyright, § 5 UrhG),
- three questions each for {asked:,} of these sections, written for this project.

{options.steps[0]} steps on pairs of the laws themselves, then {options.steps[1]} with half questions; batches of
{options.batch}. No other text, no other model and no personal data went into it.

Meant for: finding the section or the passage of a guideline that belongs to a German question, next to keyword
search. Not meant for: other languages, judging whether a statement is true, fine shades of word order (a mean of
token vectors knows none).
"""
    (options.out / "README.md").write_text(text, encoding="utf-8")
