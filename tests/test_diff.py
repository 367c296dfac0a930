"""Fassungsvergleich: what a reader sees between two generations."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import Settings
from assistant.store import Generation
from ingest.__main__ import main
from ingest.diff import Diff, Piece, diff, words
from ingest.diff_text import as_html, as_text
from ingest.sync import sync
from tests.conftest import DOG_TAX


@pytest.fixture
def changed(settings: Settings, corpus_folder: Path) -> Diff:
    sync(settings)
    text = DOG_TAX.replace("90 Euro", "96 < 97 & mehr Euro")
    text = text.replace("## § 2", "## § 1a Zuständigkeit\n\nDas Amt.\n\n## § 2")
    (corpus_folder / "steuern" / "hundesteuer.md").write_text(text, encoding="utf-8")
    (corpus_folder / "scannen.md").unlink()
    sync(settings)
    return diff(Generation.open(settings.store, 1), Generation.open(settings.store, 2))


def test_sections_added_changed_and_removed_are_listed(changed: Diff) -> None:
    bylaw, guideline = changed.sources
    assert (bylaw.kind, guideline.kind, guideline.name) == ("changed", "removed", "Leitfaden Scannen")
    assert [(section.kind, section.label) for section in bylaw.sections] == [
        ("added", "§ 1a Hundesteuersatzung"),
        ("changed", "§ 2 Hundesteuersatzung"),
    ]
    assert Piece("old", "90") in bylaw.sections[1].pieces
    assert any(piece.part == "new" and "96" in piece.text for piece in bylaw.sections[1].pieces)
    assert "[-90-]{+" in as_text(changed)


def test_a_section_that_is_repealed_is_said_to_be(settings: Settings, corpus_folder: Path) -> None:
    file = corpus_folder / "steuern" / "hundesteuer.md"
    sync(settings)
    file.write_text(DOG_TAX.split("## § 2")[0] + "## § 2 Steuersatz\n\n(weggefallen)\n", encoding="utf-8")
    sync(settings)
    found = diff(Generation.open(settings.store, 1), Generation.open(settings.store, 2))
    assert [section.kind for section in found.sources[0].sections] == ["repealed"]
    assert "§ 2 Hundesteuersatzung (weggefallen)" in as_text(found)


def test_a_moved_file_is_no_change(settings: Settings, corpus_folder: Path) -> None:
    sync(settings)
    (corpus_folder / "scannen.md").rename(corpus_folder / "steuern" / "anders.md")
    sync(settings)
    found = diff(Generation.open(settings.store, 1), Generation.open(settings.store, 2))
    assert found.sources == ()
    assert "kein Text geändert" in as_text(found)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


def test_the_page_is_escaped_and_stands_by_itself(changed: Diff) -> None:
    page = as_html(changed)
    tags = _Tags()
    tags.feed(page)
    assert tags.tags <= set("html head meta title style body main h1 h2 h3 p ins del span section".split())
    assert "96 &lt; 97 &amp; mehr" in page
    assert "http://" not in page
    assert "https://" not in page
    assert '<html lang="de">' in page


@given(
    st.lists(st.sampled_from("der die das 90 120 Euro\n . Hund".split(" "))),
    st.lists(st.sampled_from("der Hund 5 .".split())),
)
def test_both_texts_can_be_told_from_the_pieces(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    pieces = words(before, after)
    assert "".join(piece.text for piece in pieces if piece.part != "new") == before
    assert "".join(piece.text for piece in pieces if piece.part != "old") == after


def test_the_command_writes_text_json_and_html(
    settings: Settings, changed: Diff, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[corpus]\nfolders = []\nlaws = "none"\ndata_dir = "var"\n', encoding="utf-8")
    page = tmp_path / "vergleich.html"
    assert main(["diff", "--config", str(config)]) == 0
    assert "Von Bestand 1" in capsys.readouterr().out
    assert main(["diff", "1", "2", "--json", "--config", str(config)]) == 0
    assert json.loads(capsys.readouterr().out)["sources"][0]["name"] == "Hundesteuersatzung"
    assert main(["diff", "1", "2", "--html", str(page), "--config", str(config)]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert main(["diff", "7", "--config", str(config)]) == 1
