"""The thesaurus that training reads."""

from __future__ import annotations

from pathlib import Path

from training.thesaurus import read_thesaurus


def test_groups_without_wider_words_remarks_and_repetitions(tmp_path: Path) -> None:
    lines = (
        "UTF-8",
        "strafzettel|1",
        "-|Strafmandat|Strafzettel|Knöllchen (ugs.)|Beleg (Oberbegriff)",
        "knöllchen|1",
        "-|Strafmandat|Strafzettel|Knöllchen (ugs.)|Beleg (Oberbegriff)",
        "allein|1",
        "-|allein|Zustand (Oberbegriff)",
    )
    (tmp_path / "th.dat").write_text("\n".join(lines), encoding="utf-8")
    assert read_thesaurus(tmp_path / "th.dat") == [("Strafmandat", "Strafzettel", "Knöllchen")]
