"""Passages: what they hold and how they are named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.types import Locator, Passage, Source
from ingest.chunk import passages, slug
from ingest.clean import clean
from ingest.document import Block
from ingest.readers import READERS
from ingest.split import LONGEST
from ingest.structure import locate

SHARED = Path(__file__).parents[2] / "shared"
SOURCE = Source(id="satzung", title="Satzung", short="Satzung", kind="bylaw", path="satzung.md")


def cut(text: str, source: Source = SOURCE) -> list[Passage]:
    return passages(source, locate(clean(READERS[".md"](text.encode(), "satzung.md"))))


def test_one_passage_per_absatz_with_a_readable_id() -> None:
    made = cut(
        "## § 4 Steuersätze\n\n(1) Erster Hund. § 2 KAG gilt.\n\n1. klein,\n2. groß.\n\n"
        "(2) Zweiter Hund.\n\n## Art. 6 Ende\n\nX.\n"
    )
    assert [passage.id for passage in made] == ["satzung/4/1", "satzung/4/2", "satzung/art-6"]
    assert made[0].text == "(1) Erster Hund. § 2 KAG gilt.\n1. klein,\n2. groß."
    assert made[0].label == "§ 4 Abs. 1 Satzung"
    assert made[0].refs == ("§ 2 KAG",)


def test_ids_of_guidelines_questions_and_rows() -> None:
    rows = "\n".join(f"| 3.{i} | Kopie in der Größe {i} {'sehr ' * 12}lang | {i},00 |" for i in range(1, 9))
    made = cut(
        "## 4 Schutz\n\n### 4.2 Feststellung\n\nText.\n\n## Was kostet ein Ausweis?\n\n37 Euro.\n\n"
        f"## Anlage 1 Tarif\n\n| Nr. | Gegenstand | Gebühr |\n|---|---|---|\n{rows}\n"
    )
    assert [passage.id for passage in made][:4] == [
        "satzung/nr-4.2",
        "satzung/was-kostet-ein-ausweis",
        "satzung/anlage-1/nr-3.1",
        "satzung/anlage-1/nr-3.2",
    ]


def test_an_edit_elsewhere_changes_no_other_id_or_text() -> None:
    text = "## § 1 A\n\n(1) Eins.\n\n(2) Zwei.\n\n## § 2 B\n\nDrei.\n"
    before = {passage.id: passage.text for passage in cut(text)}
    after = {
        passage.id: passage.text for passage in cut(text.replace("## § 2", "(3) Neu.\n\n## § 1a Neu\n\nNeu.\n\n## § 2"))
    }
    assert before.items() <= after.items()


def test_a_long_absatz_is_split_at_numbers_and_knows_them() -> None:
    items = "\n".join(f"{number}. {'etwas sehr Langes, ' * 12}und" for number in range(1, 8))
    made = cut(f"## § 3 Pflichten\n\n(2) Zu beachten sind:\n\n{items}\n\n8. Ende.\n\nDas gilt immer.\n")
    assert made[0].id == "satzung/3/2"
    assert made[1].id == "satzung/3/2/nr-4"
    assert made[1].label == "§ 3 Abs. 2 Nr. 4 Satzung"
    assert made[1].text.startswith("4. etwas")
    assert all(len(passage.text) <= LONGEST for passage in made)


def test_a_long_list_is_split_at_letters_and_words_and_every_piece_knows_its_item() -> None:
    items = "\n".join(
        f"{number}.\n" + "\n".join(f"   {letter}) {'etwas sehr Langes, ' * 22}" for letter in "abc")
        for number in (1, 2)
    )
    text = f"Steuerfrei sind\n{items}\n3. {'ein Satz ohne Ende und ' * 80}\nDas gilt."
    made = passages(SOURCE, [Block(text=text, locator=Locator("§ 3"))])
    assert [passage.id for passage in made] == [
        "satzung/3",
        "satzung/3/nr-1-buchst-c",
        "satzung/3/nr-2-buchst-b",
        "satzung/3/nr-3",
        "satzung/3/nr-3/teil-2",
    ]
    assert made[1].label == "§ 3 Nr. 1 Buchst. c Satzung"
    assert "".join("".join(passage.text.split()) for passage in made) == "".join(text.split())
    assert max(len(passage.text) for passage in made) <= LONGEST


def test_a_long_absatz_is_split_at_sentences_and_knows_them() -> None:
    made = cut("## § 3 Pflichten\n\n(1) " + " ".join(f"Satz Nummer {i} ist {'sehr ' * 30}lang." for i in range(1, 13)))
    assert made[1].locator.sentence == str(made[0].text.count("lang.") + 1)
    assert made[1].id == f"satzung/3/1/satz-{made[1].locator.sentence}"


def test_an_absatz_keeps_its_first_page_and_other_text_is_cut_at_pages() -> None:
    def at(page: int, subsection: str | None) -> Block:
        return Block(text="Ein Satz, der lang genug ist. " * 8, locator=Locator("Nr. 1", subsection, page=page))

    made = passages(SOURCE, [at(1, "1"), at(2, "1"), at(2, None), at(3, None)])
    assert [(passage.locator.subsection, passage.locator.page) for passage in made] == [("1", 1), (None, 2), (None, 3)]


def test_repeats_get_a_number() -> None:
    made = cut("## § 1 A\n\nEins.\n\n## § 2 B\n\nZwei.\n\n## § 1 A\n\nDrei.\n")
    assert [passage.id for passage in made] == ["satzung/1", "satzung/2", "satzung/1~2"]


def test_slug() -> None:
    assert slug("Dienstanweisung KI – Größe 4.2 (neu).") == "dienstanweisung-ki-groesse-4.2-neu"


@pytest.mark.skipif(not (SHARED / "municipal").is_dir(), reason="../shared/municipal is not there")
def test_real_bylaws_keep_their_letters_and_have_unique_ids() -> None:
    for file in sorted((SHARED / "municipal" / "texts").rglob("*.md"))[::6]:
        document = clean(READERS[".md"](file.read_bytes(), file.name))
        made = passages(replace(SOURCE, id=slug(file.stem)), locate(document))
        body = sum(len("".join(block.text.split())) for block in document.blocks if not block.level and not block.rows)
        assert sum(len("".join(passage.text.split())) for passage in made) >= body
        assert len({passage.id for passage in made}) == len(made)
