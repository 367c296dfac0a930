"""Builds the city's PDF, DOCX and HTML documents from their Markdown sources: `python -m tools.guidelines`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.errors import FundstelleError
from tools.make_docx import make_docx
from tools.make_html import make_html
from tools.make_pdf import make_pdf
from tools.source import Front, Guideline, read

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
LICENCE = "CC BY 4.0"
MAKERS: dict[str, Callable[[Guideline], bytes]] = {"pdf": make_pdf, "docx": make_docx, "html": make_html}


def outputs(source: Path) -> dict[str, bytes]:
    """The two files that one source gives, by name: the document and its metadata. Raises ReadError."""
    guideline = read(source)
    front = guideline.front
    try:
        document = MAKERS[front.build](guideline)
    except FundstelleError as error:
        raise type(error)(f"{source.name}: {error}") from error
    return {f"{source.stem}.{front.build}": document, f"{source.stem}.meta.toml": _meta(front).encode()}


def build(sources: Path, target: Path) -> Iterator[str]:
    """Writes what changed, removes what has no source, and yields a German line for each file touched.

    Every PDF, DOCX and HTML file in `target` belongs to this command; other files there are left alone.
    """
    made = {name: data for source in sorted(sources.glob("*.md")) for name, data in outputs(source).items()}
    target.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        file = target / name
        if not file.exists() or file.read_bytes() != data:
            file.write_bytes(data)
            yield f"geschrieben: {name}"
    for file in _orphans(target, set(made)):
        file.unlink()
        yield f"entfernt: {file.name}"


def _orphans(target: Path, made: set[str]) -> list[Path]:
    documents = [file for suffix in MAKERS for file in target.glob(f"*.{suffix}") if file.name not in made]
    sidecars = [file.with_name(f"{file.stem}.meta.toml") for file in documents]
    return documents + [file for file in sidecars if file.exists() and file.name not in made]


def _meta(front: Front) -> str:
    values = front.model_dump(mode="json", exclude_none=True, exclude={"author", "build", "layout"}) | {
        "licence": LICENCE
    }
    # A JSON string is a TOML basic string, too.
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())


def main() -> int:
    try:
        for line in build(CORPUS / "sources", CORPUS / "guidelines"):
            print(line)
    except FundstelleError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
