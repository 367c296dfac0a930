"""Other embedding models: one of sentence-transformers by folder, one of an Ollama server, and changing over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from assistant.config import Search, Settings
from assistant.embedders import chosen
from assistant.errors import ConfigError, StoreError
from assistant.pipeline import Assistant
from assistant.store import Generation
from ingest.sync import sync
from tests.scripted import NAME, ScriptedServer, serving
from training.save import save

WORDS = ("query:", "passage:", "hund", "katze", "steuer")
PROMPTS = {"query": "query: ", "passage": "passage: "}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model with a vector of its own for each of five words; with the prefixes that E5 models have."""
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(("[UNK]", *WORDS))}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    path = tmp_path / "e5-klein"
    save(tokenizer, np.eye(6, dtype=np.float16), path, PROMPTS)
    return path


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        yield server


def _with(settings: Settings, embedder: str) -> Settings:
    return settings.model_copy(update={"search": Search(embedder=embedder)})


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_model_of_sentence_transformers_gets_its_own_prefixes(folder: Path) -> None:
    embedder = chosen(Settings(search=Search(embedder=str(folder))))
    half = pytest.approx(0.7071, abs=1e-3)
    assert embedder.dim == 6
    assert embedder.query("hund").tolist() == [0, half, 0, half, 0, 0]
    assert embedder.passages(["hund", "katze"]).tolist() == [[0, 0, half, half, 0, 0], [0, 0, half, 0, half, 0]]
    assert embedder.passages([]).shape == (0, 6)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_changed_model_computes_everything_anew_and_says_so(settings: Settings, folder: Path) -> None:
    sync(settings)
    report = sync(_with(settings, str(folder)))
    assert "Das Einbettungsmodell oder der Aufbau des Bestands hat sich geändert: Alles wird neu" in str(report)
    generation = Generation.open(settings.store)
    assert (generation.number, generation.manifest.embedder) == (2, "e5-klein")
    assert generation.vectors([generation.of_source("steuern-hundesteuer")[0].id]).shape == (1, 6)
    assert sync(_with(settings, str(folder))).changes == ()


def test_a_corpus_made_with_another_model_is_not_searched(settings: Settings, server: ScriptedServer) -> None:
    sync(settings)
    other = _with(settings, f"ollama:{NAME}")
    other = other.model_copy(update={"model": server.settings().model_copy(update={"name": ""})})
    with pytest.raises(StoreError, match="Einbettungsmodell.*ingest sync"):
        Assistant(other).answer("Wie hoch ist die Hundesteuer?")


def test_a_model_of_an_ollama_server_is_asked_without_any_proxy(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    embedder = chosen(Settings(search=Search(embedder=f"ollama:{NAME}"), model=server.settings()))
    vectors = embedder.passages(["Die Steuer für den Hund", ""])
    assert vectors.shape == (2, embedder.dim) == (2, 64)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert [*dict.fromkeys(server.paths)] == ["/api/embed"]


@pytest.mark.parametrize("name", ["ollama:fehlt", "gibt/es-nicht"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_model_that_cannot_be_had_is_named(server: ScriptedServer, name: str) -> None:
    with pytest.raises(ConfigError, match=name):
        chosen(Settings(search=Search(embedder=name), model=server.settings())).passages(["Hund"])


def test_an_ollama_server_that_is_not_there_is_named() -> None:
    settings = Settings(search=Search(embedder="ollama:x"))
    settings = settings.model_copy(update={"model": settings.model.model_copy(update={"base_url": "http://127.0.0.1:9"})})
    with pytest.raises(ConfigError, match=r"http://127\.0\.0\.1:9 antwortet nicht"):
        chosen(settings).query("Hund")
