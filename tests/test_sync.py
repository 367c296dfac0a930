"""Syncing: what a coordinator sees when files come, change, break and go."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.config import Settings
from assistant.embed import built_in
from assistant.store import Generation
from assistant.storing.builder import Builder
from assistant.storing.pointer import numbers, writing
from assistant.types import Source
from ingest.__main__ import main
from ingest.check import errors
from ingest.plan import plan
from ingest.sync import recipe, sync
from tests.conftest import DOG_TAX, SCANNING, law_zip, with_laws

BYLAW = "steuern-hundesteuer"


def _current(settings: Settings) -> Generation:
    return Generation.open(settings.store)


def _texts(settings: Settings, source: str) -> list[str]:
    return [passage.text for passage in _current(settings).of_source(source)]


def test_the_first_sync_reads_everything_and_the_second_nothing(settings: Settings) -> None:
    first = sync(settings)
    assert str(first).splitlines()[:-1] == [
        "Leitfaden Scannen: 2 neu, 0 geändert, 0 unverändert, 0 entfernt",
        "Hundesteuersatzung: 4 neu, 0 geändert, 0 unverändert, 0 entfernt",
    ]
    assert "Bestand 1 neu angelegt: 0 Gesetze, 2 Dokumente, 6 Textstellen" in str(first)
    second = sync(settings)
    assert second.changes == ()
    assert "Bestand 1 unverändert" in str(second)
    assert numbers(settings.store) == [1]


def test_an_edit_changes_one_passage_and_keeps_the_other_vectors(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    before = _current(settings)
    file = corpus_folder / "steuern" / "hundesteuer.md"
    file.write_text(DOG_TAX.replace("120 Euro", "144 Euro") + "\n(3) Assistenzhunde sind befreit.\n", encoding="utf-8")
    report = sync(settings)
    assert str(report.changes[0]) == "Hundesteuersatzung: 1 neu, 1 geändert, 3 unverändert, 0 entfernt"
    after = _current(settings)
    same = [id_ for id_, digest in before.digests(BYLAW).items() if after.digests(BYLAW).get(id_) == digest]
    assert len(same) == 3
    assert np.array_equal(before.vectors(same), after.vectors(same))
    assert list(errors(after)) == []


def test_a_deleted_file_leaves_and_a_renamed_one_moves(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    old = _current(settings)
    (corpus_folder / "scannen.md").rename(corpus_folder / "digitalisieren.md")
    report = sync(settings)
    assert str(report.changes[0]) == "Leitfaden Scannen: verschoben (scannen.md → digitalisieren.md)"
    assert len(report.changes) == 1
    assert set(_current(settings).sources) == {BYLAW, "digitalisieren"}
    ids = {id_.removeprefix("scannen") for id_ in old.digests("scannen")}
    assert ids == {id_.removeprefix("digitalisieren") for id_ in _current(settings).digests("digitalisieren")}
    for id_ in sorted(ids):
        assert np.array_equal(old.vectors([f"scannen{id_}"]), _current(settings).vectors([f"digitalisieren{id_}"]))
    (corpus_folder / "digitalisieren.md").unlink()
    sync(settings)
    assert set(_current(settings).sources) == {BYLAW}
    assert list(errors(_current(settings))) == []


def test_a_broken_file_keeps_its_old_passages_and_the_rest_goes_on(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    (corpus_folder / "scannen.md").write_bytes(b"")
    (corpus_folder / "neu.md").write_text("# Neues\n\nEtwas Neues.\n", encoding="utf-8")
    report = sync(settings)
    assert not report.ok
    [problem] = report.problems
    assert problem.startswith("scannen.md:")
    assert "bisherige Fassung bleibt" in problem
    assert _texts(settings, "scannen")[0].startswith("Gescannt wird")
    assert "neu" in _current(settings).sources
    again = sync(settings)
    assert again.problems == report.problems
    assert not again.sealed, "a file that stays broken makes no new generation"


def test_an_empty_or_missing_folder_is_refused(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    shutil.move(corpus_folder, corpus_folder.with_name("abgehängt"))
    gone = sync(settings)
    assert "Den Ordner gibt es nicht" in gone.problems[0]
    corpus_folder.mkdir()
    empty = sync(settings)
    assert "Der Ordner ist leer" in empty.problems[0]
    assert set(_current(settings).sources) == {"scannen", BYLAW}
    assert not empty.sealed


def test_a_sidecar_beats_the_document_and_the_document_its_folder(settings: Settings, corpus_folder: Path) -> None:
    (corpus_folder / "folder.toml").write_text('as_of = 2025-05-05\nlicence = "CC BY 4.0"\n', encoding="utf-8")
    (corpus_folder / "scannen.meta.toml").write_text('short = "LF Scan"\nkind = "directive"\n', encoding="utf-8")
    assert sync(settings).ok
    sources = _current(settings).sources
    assert (sources["scannen"].short, sources["scannen"].kind) == ("LF Scan", "directive")
    assert (sources["scannen"].as_of, sources[BYLAW].as_of) == ("2025-05-05", "2026-01-01")
    assert sources[BYLAW].licence == "CC BY 4.0"
    (corpus_folder / "scannen.meta.toml").write_text('stand = "gestern"\n', encoding="utf-8")
    assert "„stand“ gibt es nicht" in sync(settings).problems[0]
    assert _current(settings).sources["scannen"].short == "LF Scan"


def test_files_of_the_same_name_get_ids_of_their_own(settings: Settings, corpus_folder: Path) -> None:
    (corpus_folder / "scannen.txt").write_text("Kurz gefasst: 300 dpi.\n", encoding="utf-8")
    (corpus_folder / "~$scannen.docx").write_bytes(b"lock file of an office program")
    (corpus_folder / "foto.jpg").write_bytes(b"")
    report = sync(settings)
    assert set(_current(settings).sources) == {BYLAW, "scannen-md", "scannen-txt"}
    assert report.ok
    assert "1 × .jpg" in str(report)


def test_a_new_embedder_or_recipe_makes_everything_anew_and_says_so(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    base = _current(settings)
    older = f"texts:0 words:0 {recipe().split()[-1]}"
    with writing(settings.store), Builder(settings.store, base, built_in(), older, fresh=False) as builder:
        builder.seal()
    (corpus_folder / "scannen.md").write_bytes(b"")
    report = sync(settings)
    assert "Regeln" in str(report)
    assert report.changes == ()
    assert _current(settings).manifest.recipe == recipe()
    assert len(_texts(settings, "scannen")) == 2, "what cannot be read now is carried over"

    class Other:
        name, digest, dim = "other", "0", 8

        def passages(self, texts: list[str]) -> np.ndarray:
            return np.ones((len(texts), 8), dtype=np.float32)

    with writing(settings.store), Builder(settings.store, None, Other(), recipe(), fresh=True) as builder:  # type: ignore[arg-type]
        builder.put(base.sources[BYLAW], base.of_source(BYLAW))
        builder.seal()
    (corpus_folder / "scannen.md").write_text(SCANNING, encoding="utf-8")
    assert "Einbettungsmodell" in str(sync(settings))
    assert _current(settings).vectors(list(_current(settings).digests(BYLAW))).shape == (4, built_in().dim)


def test_a_damaged_store_is_built_anew(settings: Settings) -> None:
    sync(settings)
    (settings.store / "0001" / "passages.db").write_bytes(b"no database" * 1000)
    report = sync(settings)
    assert "beschädigt" in str(report) or "nicht lesbar" in str(report)
    assert report.generation == 2
    assert list(errors(_current(settings))) == []


def test_laws_come_from_a_folder_and_follow_it(settings: Settings, law_folder: Path) -> None:
    settings = with_laws(settings, law_folder)
    assert sync(settings).laws == 2
    law = _current(settings).sources["musterg"]
    assert (law.short, law.kind, law.folder) == ("Musterg", "law", None)
    assert law.as_of
    assert "2.3.2026" in law.as_of
    (law_folder / "musterg" / "xml.zip").write_bytes(law_zip("Musterg", {"§ 1": "Muster kosten 5 Euro."}))
    report = sync(settings)
    assert str(report.changes[0]) == "Musterg: 0 neu, 1 geändert, 0 unverändert, 1 entfernt"
    (law_folder / "musterg" / "xml.zip").write_bytes(b"PK truncated")
    report = sync(settings)
    assert "Musterg" in report.problems[0] or "musterg" in report.problems[0]
    assert "5 Euro" in _texts(settings, "musterg")[0]


def test_plan_is_set_arithmetic() -> None:
    known = {id_: Source(id_, id_, id_, "guideline", f"{id_}.md") for id_ in "ab"}
    todo = plan([], known, {"b", "c"})
    assert (todo.read, todo.remove, todo.keep) == ((), ("a",), ("b",))


@pytest.fixture
def config(settings: Settings, tmp_path: Path) -> str:
    file = tmp_path / "config.toml"
    folders = json.dumps([str(folder) for folder in settings.corpus.folders])
    file.write_text(f'[corpus]\nfolders = {folders}\nlaws = "none"\ndata_dir = "var"\n', encoding="utf-8")
    return str(file)


def test_the_commands_from_sync_to_rollback(
    config: str, settings: Settings, corpus_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "--config", config]) == 1
    assert "python -m ingest sync" in capsys.readouterr().err
    assert main(["sync", "--config", config]) == 0
    assert main(["show", "Hundesteuersatzung", "--json", "--config", config]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [line["section"] for line in lines] == ["§ 1", "§ 1", "§ 2", "§ 2"]
    assert lines[0].keys() == {"id", "source", "path", "section", "label", "page", "text"}
    assert lines[0]["path"] == "steuern/hundesteuer.md"

    (corpus_folder / "scannen.md").unlink()
    assert main(["sync", "--config", config]) == 0
    assert main(["check", "--config", config]) == 0
    assert main(["rollback", "--config", config]) == 0
    assert "Bestand 1 vom" in capsys.readouterr().out
    assert main(["show", "--config", config]) == 0
    shown = capsys.readouterr().out
    assert "Leitfaden Scannen (ohne Stand)" in shown
    assert main(["rollback", "99", "--config", config]) == 1
    assert "Vorhanden sind: 1, 2" in capsys.readouterr().err


def test_check_finds_a_lost_index(config: str, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    main(["sync", "--config", config])
    shutil.rmtree(settings.store / "0001" / "keywords")
    assert main(["check", "--config", config]) == 1
    assert "Stichwortindex" in capsys.readouterr().out


def test_the_plan_tells_and_changes_nothing(
    config: str, settings: Settings, corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sync", "--plan", "--config", config]) == 0
    assert "neu: scannen.md" in capsys.readouterr().out
    assert not (tmp_path / "var").exists()
    sync(settings)
    (corpus_folder / "scannen.md").rename(corpus_folder / "digitalisieren.md")
    (corpus_folder / "steuern" / "hundesteuer.md").write_text(DOG_TAX + "\n(3) Neu.\n", encoding="utf-8")
    (corpus_folder / "neu.md").write_text("# Neu\n\nText.\n", encoding="utf-8")
    shutil.copy(corpus_folder / "neu.md", corpus_folder / "zweimal.md")
    before = sorted((file, file.stat().st_mtime_ns) for file in (tmp_path / "var").rglob("*") if file.is_file())
    assert main(["sync", "--plan", "--config", config]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "neu: neu.md",
        "geändert: steuern/hundesteuer.md",
        "verschoben: scannen.md → digitalisieren.md",
        "derselbe Inhalt: neu.md = zweimal.md",
        "Unverändert: 0 Quellen. Das ist nur ein Plan; nichts wurde geändert.",
    ]
    assert before == sorted((file, file.stat().st_mtime_ns) for file in (tmp_path / "var").rglob("*") if file.is_file())


def test_the_same_file_twice_is_one_source_with_both_paths(settings: Settings, corpus_folder: Path) -> None:
    shutil.copy(corpus_folder / "scannen.md", corpus_folder / "steuern" / "kopie.md")
    sync(settings)
    sources = _current(settings).sources
    assert set(sources) == {"scannen", BYLAW}
    assert sources["scannen"].copies == ("steuern/kopie.md",)
    (corpus_folder / "steuern" / "kopie.meta.toml").write_text('audience = ["amt20"]\n', encoding="utf-8")
    sync(settings)
    assert "steuern-kopie" in _current(settings).sources, "who may see it differs, so it is a text of its own"
    (corpus_folder / "scannen.md").unlink()
    (corpus_folder / "steuern" / "kopie.meta.toml").unlink()
    sync(settings)
    assert set(_current(settings).sources) == {"steuern-kopie", BYLAW}


def test_an_empty_folder_loses_its_documents_only_on_request(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    shutil.rmtree(corpus_folder)
    corpus_folder.mkdir()
    assert "--allow-empty" in sync(settings).problems[0]
    assert sync(settings, allow_empty=True).ok
    assert _current(settings).sources == {}


def test_each_value_says_where_it_came_from(
    config: str, settings: Settings, corpus_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (corpus_folder / "folder.toml").write_text('licence = "CC BY 4.0"\nas_of = 2020-01-01\n', encoding="utf-8")
    (corpus_folder / "scannen.meta.toml").write_text('short = "LF Scan"\n', encoding="utf-8")
    sync(settings)
    assert main(["show", "scannen.md", "--config", config]) == 0
    shown = capsys.readouterr().out
    assert "Titel: Leitfaden Scannen  [erste Überschrift]" in shown
    assert "Kurzname: LF Scan  [scannen.meta.toml]" in shown
    assert "Stand: 2020-01-01  [folder.toml in dokumente]" in shown
    assert dict(_current(settings).sources[BYLAW].origins)["as_of"] == "Kopf der Datei"


def test_a_chain_of_syncs_ends_where_a_sync_from_scratch_does(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    (corpus_folder / "neu.md").write_text("# Neu\n\nNach § 2 Hundesteuersatzung.\n", encoding="utf-8")
    sync(settings)
    shutil.copy(corpus_folder / "neu.md", corpus_folder / "alt.md")
    (corpus_folder / "scannen.md").rename(corpus_folder / "scan.md")
    sync(settings)
    (corpus_folder / "steuern" / "hundesteuer.md").write_text(DOG_TAX.replace("90", "96"), encoding="utf-8")
    sync(settings)
    chain = _current(settings)
    scratch = with_laws(settings, "", "none")
    corpus = scratch.corpus.model_copy(update={"data_dir": settings.corpus.data_dir / "anew"})
    sync(scratch := scratch.model_copy(update={"corpus": corpus}))
    anew = _current(scratch)
    assert chain.manifest.digest == anew.manifest.digest
    ids = [id_ for source in anew.sources for id_ in anew.digests(source)]
    assert np.allclose(chain.vectors(ids), anew.vectors(ids))
    for words in (["hund"], ["steuer", "euro"], ["scannen"], ["neu"]):
        assert np.allclose(chain.keywords.scores(words), anew.keywords.scores(words))
    layouts = [np.load(generation.path / "layout" / "vectors.npy") for generation in (chain, anew)]
    assert np.allclose(layouts[0], layouts[1], atol=1e-3)
    assert list(errors(chain)) == []


def test_prune_keeps_the_newest_and_the_current(
    config: str, settings: Settings, corpus_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for version in range(4):
        (corpus_folder / "scannen.md").write_text(f"# Leitfaden\n\nFassung {version}.\n", encoding="utf-8")
        sync(settings)
    assert main(["rollback", "1", "--config", config]) == 0
    assert main(["prune", "--keep", "2", "--config", config]) == 0
    assert numbers(settings.store) == [1, 3, 4]
    assert "1 frühere" in capsys.readouterr().out
    assert _texts(settings, "scannen") == ["Fassung 0."]
