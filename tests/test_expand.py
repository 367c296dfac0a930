"""Questions that the local model drafts for the city's own documents."""

import json
from pathlib import Path

import pytest

from assistant.config import Model, Settings
from assistant.errors import ModelError
from assistant.models import ModelServer
from assistant.store import Generation
from ingest.expand import DRAFTS, expand
from ingest.sync import sync
from tests.scripted import NAME, End, serving

ANSWER = "1. Was kostet ein zweiter Hund im Jahr?\nWie viel zahle ich für meinen Hund?\n„Hundesteuer Höhe Satz“\n"


@pytest.fixture
def generation(settings: Settings) -> Generation:
    sync(settings)
    return Generation.open(settings.store)


def test_drafts_are_files_to_check_and_a_second_run_adds_nothing(generation: Generation, tmp_path: Path) -> None:
    with serving() as server:
        server.script = [ANSWER, End()]
        model = ModelServer(Model(name=NAME, base_url=server.url))
        report = list(expand(generation, model, folder=tmp_path))
        drafts = sorted((tmp_path / DRAFTS).glob("*.jsonl"))
        lines = [json.loads(line) for file in drafts for line in file.read_text().splitlines()]
        assert lines
        assert lines[0]["staff"] == "Was kostet ein zweiter Hund im Jahr?"
        assert lines[0]["keywords"] == "Hundesteuer Höhe Satz"
        assert any("Entwurf in" in line for line in report)
        assert list(expand(generation, model, folder=tmp_path)) == []


def test_an_answer_that_is_no_three_lines_is_left_out_and_named(generation: Generation, tmp_path: Path) -> None:
    with serving() as server:
        server.script = ["Gern! Hier sind meine Vorschläge für Sie.", End()]
        model = ModelServer(Model(name=NAME, base_url=server.url))
        assert all("ausgelassen" in line for line in expand(generation, model, folder=tmp_path))
    assert not list((tmp_path / DRAFTS).glob("*"))


def test_without_a_model_it_says_what_is_missing(generation: Generation, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="kein Sprachmodell"):
        list(expand(generation, ModelServer(Model()), folder=tmp_path))
