"""The built-in embedding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.embed import BUILT_IN, StaticEmbedder, built_in
from assistant.errors import ConfigError
from assistant.german import terms

TEXTS = [
    "Wie hoch ist die Hundesteuer für den zweiten Hund?",
    "§ 1a OZG Portalverbund für digitale Verwaltungsleistungen",
    "Bürger*innen, E-Akte; 12,50 €",
    "🙂",
    "",
]


def test_vectors_have_length_one_or_none() -> None:
    vectors = built_in().passages(TEXTS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1, 0, 0], abs=1e-5)


def test_a_question_is_nearer_to_its_answer() -> None:
    embedder = built_in()
    texts = ["Die Steuer beträgt für jeden weiteren Hund 150 Euro.", "Der Pass ist zehn Jahre gültig."]
    dog, passport = embedder.passages(texts) @ embedder.query("Was kostet es, einen zweiten Hund zu halten?")
    assert dog > passport + 0.1


def test_query_and_passage_are_embedded_alike() -> None:
    embedder = built_in()
    assert np.array_equal(embedder.query(TEXTS[0]), embedder.passages(TEXTS)[0])
    assert embedder.passages([]).shape == (0, embedder.dim)


def test_a_folder_without_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Einbettungsmodell"):
        StaticEmbedder(tmp_path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_sentence_transformers_gives_the_same_vectors() -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(BUILT_IN), local_files_only=True, model_kwargs={"torch_dtype": "float32"})
    texts = [*TEXTS[:3], "Quarkquatsch im Hund"]
    analysed = [" ".join(terms(text)) for text in texts]
    assert model.encode(analysed) == pytest.approx(built_in().passages(texts), abs=1e-3)
