"""Generations: what a reader can rely on."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.config import Settings
from assistant.embed import built_in, passage_text
from assistant.errors import LockedError, StoreError
from assistant.store import Generation, Store
from assistant.storing.builder import Builder
from assistant.storing.pointer import KEEP, numbers, point_to, writing
from ingest.sync import sync


@pytest.fixture
def generation(settings: Settings) -> Generation:
    assert sync(settings).ok
    return Generation.open(settings.store)


def _ids(generation: Generation) -> list[str]:
    return [passage.id for source in generation.sources for passage in generation.of_source(source)]


def test_a_section_is_found_by_its_name_with_all_its_passages(generation: Generation) -> None:
    [row] = generation.find("steuern-hundesteuer", "§ 2")
    [passages] = generation.sections([row]).values()
    assert [passage.label for passage in passages] == [
        "§ 2 Abs. 1 Hundesteuersatzung",
        "§ 2 Abs. 2 Hundesteuersatzung",
    ]
    assert passages[0].source.kind == "bylaw"
    assert passages[0].source.as_of == "2026-01-01"
    assert generation.section_of(passages[1]) == row
    assert generation.find("steuern-hundesteuer", "§ 99") == []


def test_rows_are_dense_and_the_indexes_agree(generation: Generation) -> None:
    ids = _ids(generation)
    rows = generation.section_rows(ids)
    assert sorted(set(rows.values())) == list(range(generation.keywords.size))
    assert len(generation.open_vectors()) == len(ids) == generation.manifest.passages
    order = [rows[id_] for id_ in ids]
    assert order == sorted(order), "rows follow source id and order in the text"


def test_passages_come_back_in_the_order_asked_for(generation: Generation) -> None:
    ids = _ids(generation)[::-1]
    assert [passage.id for passage in generation.passages(ids)] == ids
    assert generation.passage(ids[0]) == generation.passages(ids)[0]
    with pytest.raises(KeyError):
        generation.passage("gibt/es/nicht")


def test_the_nearest_passage_to_a_passage_is_itself(generation: Generation) -> None:
    embedder = built_in()
    for passage in generation.of_source("steuern-hundesteuer"):
        vector = embedder.passages([passage_text(passage)])[0]
        [(first, similarity), *_] = generation.nearest(vector, 100)
        assert first == passage.id
        assert similarity == pytest.approx(1.0, abs=1e-3)
        assert np.allclose(generation.vectors([passage.id])[0], vector, atol=1e-5)


def test_many_threads_can_read_at_once(generation: Generation) -> None:
    ids, errors = _ids(generation), []
    vector = generation.vectors(ids[:1])[0]

    def read() -> None:
        for _ in range(20):
            if [passage.id for passage in generation.passages(ids)] != ids or generation.nearest(vector, 1)[0][
                0
            ] != ids[0]:
                errors.append("wrong answer")

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_reader_gets_the_new_generation_and_keeps_the_old_one(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    store = Store(settings.store)
    old = store.current()
    assert store.current() is old
    (corpus_folder / "scannen.md").unlink()
    sync(settings)
    new = store.current()
    assert new.number == old.number + 1
    assert "scannen" not in new.sources
    [first, *_] = old.of_source("scannen")
    assert first.text.startswith("Gescannt wird")
    assert old.nearest(old.vectors([first.id])[0], 1)[0][0] == first.id


def test_without_a_store_the_message_tells_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="python -m ingest sync"):
        Store(tmp_path / "store").current()


def test_a_damaged_generation_is_named(settings: Settings) -> None:
    sync(settings)
    (settings.store / "0001" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="Bestand 1 fehlt oder ist beschädigt"):
        Generation.open(settings.store)


def test_only_one_may_write(settings: Settings) -> None:
    with writing(settings.store), pytest.raises(LockedError, match="anderer Vorgang"), writing(settings.store):
        pass


def test_what_is_not_sealed_leaves_no_trace(settings: Settings, generation: Generation) -> None:
    with writing(settings.store), Builder(settings.store, generation, built_in(), "", fresh=False) as builder:
        builder.remove("scannen")
    assert "scannen" in Generation.open(settings.store).sources
    assert numbers(settings.store) == [1]
    assert list(settings.store.glob("building-*")) == []


def test_old_generations_go_but_the_newest_stay(settings: Settings, generation: Generation) -> None:
    for _ in range(KEEP + 1):
        with writing(settings.store), Builder(settings.store, generation, built_in(), "", fresh=False) as builder:
            generation = builder.seal()
    assert numbers(settings.store) == list(range(3, KEEP + 3))


def test_a_new_generation_after_a_rollback_takes_a_new_number(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    (corpus_folder / "scannen.md").unlink()
    sync(settings)
    point_to(settings.store, 1)
    assert "scannen" in Generation.open(settings.store).sources
    report = sync(settings)
    assert report.generation == 3
    assert "scannen" not in Generation.open(settings.store).sources
