"""The question sets that are measured, and how their gold is named."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from assistant.config import ROOT
from assistant.types import Passage, Source


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its style, and the names of what it should find."""

    text: str
    style: str
    gold: frozenset[str]


def file_name(passage: Passage) -> str:
    return passage.source.path


def section_name(passage: Passage) -> str:
    return place_name(passage.source, passage.locator.section or "„" + passage.heading + "“")


def place_name(source: Source, section: str) -> str:
    return f"{source.short} {section}"


def municipal_questions(shared: Path) -> list[Question]:
    rows = (shared / "municipal" / "dev_questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [Question(row["question"], "", frozenset(row["gold_files"])) for row in map(json.loads, rows)]


def staff_questions() -> list[Question]:
    """The gold labels ("OZG § 1a Abs. 1") without what is narrower than a section."""
    with (ROOT / "evals" / "suites" / "staff.csv").open(encoding="utf-8", newline="") as file:
        return [
            Question(row["question"], row["style"], frozenset(map(_section, row["expected"].split(" | "))))
            for row in csv.DictReader(file, delimiter=";")
        ]


def _section(label: str) -> str:
    for cut in (" Abs. ", " Satz "):
        label = label.split(cut)[0]
    return label
