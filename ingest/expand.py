"""Lets the local model write questions for the city's own documents, as drafts that a person checks.

A draft counts only when its file was moved from FOLDER/entwurf to FOLDER; the next sync indexes it.
Method: Nogueira et al., Document Expansion by Query Prediction (2019).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

from assistant.errors import ModelError
from assistant.finding.written import FOLDER, read
from assistant.models import ModelServer
from assistant.prompts import fill
from assistant.serving.servers import Message
from assistant.store import Generation
from assistant.types import Passage, Source

DRAFTS = "entwurf"
STYLES = ("staff", "everyday", "keywords")
LONGEST, LONGEST_TEXT = 250, 4000

_MARK = re.compile(r"^\s*(?:Zeile\s*)?(?:\d[.):]|[-*•])\s*|[„“\"]")


def expand(
    generation: Generation, model: ModelServer, chosen: str | None = None, folder: Path = FOLDER
) -> Iterator[str]:
    """Drafts questions for each section of the city's documents (or of the chosen source) that has none yet.

    Yields a German line for each file written and each section left out. Raises ModelError if the model cannot be
    asked; what was written until then stays.
    """
    if problem := model.problem():
        raise ModelError(problem)
    known = {(line.source, line.section) for place in (folder, folder / DRAFTS) for line in read(place)}
    for source in generation.sources.values():
        if source.folder is None or (chosen and source.id != chosen):
            continue
        written = 0
        for section, passages in _sections(generation.of_source(source.id)):
            if (source.id, section) in known:
                continue
            questions = _asked(source, section, passages, model)
            if questions:
                _append(folder / DRAFTS / f"{source.id}.jsonl", source, section, questions)
                written += 1
            else:
                yield f"{section} {source.short}: Das Modell hat keine brauchbaren Fragen geschrieben; ausgelassen."
        if written:
            yield f"{source.short}: {written} Abschnitte, Entwurf in {folder / DRAFTS / f'{source.id}.jsonl'}"


def _sections(passages: Sequence[Passage]) -> Iterator[tuple[str, list[Passage]]]:
    for section, run in groupby(passages, key=lambda passage: passage.locator.section):
        if section:
            yield section, list(run)


def _asked(source: Source, section: str, passages: Sequence[Passage], model: ModelServer) -> list[str]:
    """The three questions, or nothing where the model did not keep to three short lines."""
    wording = "\n".join(passage.text for passage in passages)[:LONGEST_TEXT]
    place = f"{section} {source.short}, {source.title}: {passages[0].heading}"
    prompt = fill("expand", place=place, passage=wording.replace(">>>", "> > >"))
    with closing(model.stream((Message("user", prompt),))) as stream:
        text = [progress.text for progress in stream][-1]
    lines = [_MARK.sub("", line).strip() for line in text.splitlines() if line.strip()]
    return lines if len(lines) == len(STYLES) and all(3 < len(line) <= LONGEST for line in lines) else []


def _append(file: Path, source: Source, section: str, questions: Sequence[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    line = {"slug": source.id, "law": source.short, "section": section} | dict(zip(STYLES, questions, strict=True))
    with file.open("a", encoding="utf-8") as handle:
        handle.write(json.dumps(line, ensure_ascii=False) + "\n")
