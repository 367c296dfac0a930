"""Our own pages, asked over HTTP as a browser does."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

import ui
from assistant.config import Settings
from assistant.facsimile import PASSAGE, QUOTE
from assistant.pipeline import Assistant
from assistant.render import answer_markdown, image_url, passage_url, plain, quote_spans, validity
from assistant.store import Generation
from assistant.types import Answer, Citation, Locator, Passage, Source, Status
from ingest.sync import sync
from pages.conversation import head
from pages.panel import panel
from tests.conftest import with_laws

TODAY = date(2026, 11, 20)
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> ![Bild](http://fremd.example/a.png)"
HOSTILE_FILE = f"# Leitfaden <b>Böse</b>\n\n## § 1 Angriff\n\n(1) Text mit `{HOSTILE}` darin.\n"
PDF_LINES = ("Gebührenordnung", "§ 1 Parkgebühr", "(1) Die Parkgebühr beträgt 2 Euro je Stunde. Der Abend ist frei.")


def _pdf(file: Path) -> None:
    canvas = Canvas(str(file))
    for number, line in enumerate(PDF_LINES):
        canvas.setFontSize(18 - 3 * number)
        canvas.drawString(72, 760 - 30 * number, line)
    canvas.save()


@pytest.fixture
def generation(settings: Settings, corpus_folder: Path, law_folder: Path) -> Generation:
    """The small corpus, two laws, a hostile file and a PDF, read by the real sync."""
    (corpus_folder / "boese.md").write_text(HOSTILE_FILE, encoding="utf-8")
    _pdf(corpus_folder / "gebuehren.pdf")
    sync(with_laws(settings, law_folder))
    return Generation.open(settings.store)


@pytest.fixture
def client(settings: Settings, generation: Generation) -> Iterator[TestClient]:
    async def build() -> FastAPI:
        return ui.application(settings)

    # Outside of a running loop Gradio would open loops of its own and never close them.
    with TestClient(asyncio.run(build()), follow_redirects=False) as client:
        yield client


def _find(generation: Generation, words: str) -> Passage:
    return next(
        passage for source in generation.sources for passage in generation.of_source(source) if words in passage.text
    )


def test_every_response_forbids_other_hosts(client: TestClient) -> None:
    for path in ("/", "/config", "/bestand", "/fundstelle/gibt/es/nicht", "/static-fundstelle/fundstelle.css"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'; script-src 'self';"), path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_nothing_describes_or_keeps_the_calls(client: TestClient) -> None:
    assert client.get("/openapi.json").status_code == 404
    config = client.get("/config").json()
    assert not config.get("run_history")
    assert not config.get("footer_links")
    assert not config.get("analytics_enabled")


def test_a_fundstelle_shows_its_whole_section_with_the_quote_marked(client: TestClient, generation: Generation) -> None:
    passage = _find(generation, "für den ersten Hund")
    page = client.get(passage_url(passage, "für den ersten Hund 90 Euro")).text
    assert "<mark>für den ersten Hund 90 Euro</mark>" in page
    assert 'class="passage here"' in page
    assert "120 Euro" in page
    assert "Steuersatz" in page
    assert "1. Januar 2026" in page
    assert 'rel="prev"' in page
    assert '<html lang="de">' in page


def test_a_law_links_to_the_official_text_of_its_section(client: TestClient, generation: Generation) -> None:
    page = client.get(passage_url(_find(generation, "Muster sind kostenlos"))).text
    assert "https://www.gesetze-im-internet.de/musterg/__1.html" in page


def test_an_unknown_fundstelle_is_a_german_404(client: TestClient) -> None:
    for path in ("/fundstelle/gibt/es/nicht", "/quelle/nichts", "/fundstelle/%3Cscript%3E"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "gibt es im Bestand nicht" in answer.text
        assert "<script" not in answer.text


def test_a_mark_that_makes_no_sense_is_ignored(client: TestClient, generation: Generation) -> None:
    page = client.get(passage_url(_find(generation, "ersten Hund")) + "?von=5&bis=99999&von=-3&bis=2")
    assert page.status_code == 200
    assert "<mark>" not in page.text


def test_hostile_wording_is_shown_as_text_everywhere(client: TestClient, generation: Generation) -> None:
    passage = _find(generation, "onerror")
    for page in (client.get(passage_url(passage)).text, client.get("/bestand").text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>Böse</b>" not in page
    answer = Answer("a", "f", "f", HOSTILE, Status.ANSWERED, hits=())
    assert "fremd.example" not in answer_markdown(answer)
    assert "<script" not in answer_markdown(answer).replace("\\<", "")


def test_markdown_does_not_renumber_or_link_what_is_quoted() -> None:
    assert plain("11. Fall") == "11\\. Fall"
    assert plain("- a") == "\\- a"
    assert plain("post@stadt.example") == "post\\@stadt.example"


def test_a_quote_with_gaps_is_marked_in_all_its_parts() -> None:
    wording = "Der Antrag muss enthalten:\n1. den Namen,\n2. das Datum,\n3. die Unterschrift."
    spans = quote_spans("Der Antrag muss enthalten: […] 3. die Unterschrift.", wording)
    assert [wording[start:end] for start, end in spans] == ["Der Antrag muss enthalten:", "3. die Unterschrift."]
    assert quote_spans("Der Antrag […] fehlt", wording) == []


def test_the_page_image_of_a_pdf_marks_passage_and_quote(client: TestClient, generation: Generation) -> None:
    passage = _find(generation, "Parkgebühr beträgt")
    answer = client.get(image_url(passage, "Die Parkgebühr beträgt 2 Euro je Stunde."))
    assert answer.headers["content-type"] == "image/png"
    image = Image.open(io.BytesIO(answer.content)).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 20) or []}
    assert {PASSAGE, QUOTE} <= colours


def test_no_other_file_comes_out_as_an_image(client: TestClient, generation: Generation) -> None:
    bylaw, park = _find(generation, "ersten Hund"), _find(generation, "Parkgebühr beträgt")
    for path in (
        f"/seite/{bylaw.source.id}/1.png?passage={bylaw.id}",
        f"/seite/{bylaw.source.id}/1.png?passage={park.id}",
        f"/seite/{park.source.id}/2.png?passage={park.id}",
        f"/seite/..%2F..%2Fetc%2Fpasswd/1.png?passage={park.id}",
        f"/seite/{park.source.id}/1.png?passage=..%2F..%2Fetc%2Fpasswd",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert not answer.headers["content-type"].startswith("image/")


def test_a_pdf_that_is_gone_is_a_german_404(client: TestClient, generation: Generation, corpus_folder: Path) -> None:
    passage = _find(generation, "Parkgebühr beträgt")
    (corpus_folder / "gebuehren.pdf").unlink()
    answer = client.get(image_url(passage))
    assert answer.status_code == 404
    assert "gebuehren.pdf" in answer.text


def test_the_bestand_names_every_source_and_its_stand(client: TestClient) -> None:
    page = client.get("/bestand").text
    assert "2 Gesetze, 4 Dokumente" in page
    assert "Zuletzt geändert durch Art. 1" in page or "zuletzt geändert durch Art. 1" in page
    assert client.get("/quelle/musterg").headers["location"].startswith("/fundstelle/musterg/")


def test_a_source_out_of_force_is_marked() -> None:
    source = Source("s", "Satzung", "S", "bylaw", "s.md", folder="f", valid_until="2025-12-31")
    assert validity(source, TODAY) == "Außer Kraft seit 1. Januar 2026"
    assert validity(replace(source, valid_until="2026-11-20"), TODAY) == ""
    assert validity(replace(source, valid_until=None, valid_from="2027-01-01"), TODAY) == "Gilt erst ab 1. Januar 2027"


def test_the_panel_shows_each_citation_with_its_whole_section(settings: Settings, generation: Generation) -> None:
    answer = Assistant(settings).answer("Wie hoch ist die Hundesteuer für den zweiten Hund?")
    shown = panel(answer, generation, TODAY)
    assert answer.citations
    assert shown.count('<li class="card">') == len(answer.citations)
    assert "im Wortlaut geprüft" in shown
    assert "Ganze Vorschrift anzeigen" in shown
    assert "\n" not in shown


def test_a_refusal_offers_the_nearest_places_as_not_relevant(settings: Settings, generation: Generation) -> None:
    answer = Assistant(settings).answer("Wie wird das Wetter auf Mallorca?")
    assert answer.status is Status.REFUSED_NO_PASSAGE
    assert "Nicht einschlägig" in panel(answer, generation, TODAY) or not answer.hits


def test_a_citation_of_a_source_that_has_gone_is_still_shown(generation: Generation) -> None:
    gone = Source("weg", "Alte Satzung", "AltS", "bylaw", "weg.md", folder="f")
    passage = Passage("weg/1/1", gone, Locator(section="§ 1"), "Alles bleibt.")
    citation = Citation(1, passage, "Alles bleibt.", passage.locator, True)
    answer = Answer("a", "f", "f", "x [1]", Status.QUOTED, citations=(citation,))
    assert "Alte Satzung" in panel(answer, generation, TODAY)


def test_the_head_says_who_speaks_and_why(settings: Settings, generation: Generation) -> None:
    assert "ohne Sprachmodell" in head(Assistant(settings))
    model = settings.model.model_copy(update={"name": "qwen3:8b", "base_url": "http://127.0.0.1:9"})
    assert "nicht erreichbar" in head(Assistant(settings.model_copy(update={"model": model})))


def test_without_a_corpus_the_start_ends_in_one_german_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[corpus]\nlaws = "none"\n', encoding="utf-8")
    assert ui.main(["--config", str(config)]) == 1
    assert "python -m ingest sync" in capsys.readouterr().err


def test_a_taken_port_ends_in_one_german_line(
    settings: Settings, generation: Generation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[corpus]\nlaws = "none"\ndata_dir = "{settings.corpus.data_dir}"\n', encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert ui.main(["--config", str(config), "--port", str(taken.getsockname()[1])]) == 1
    assert "ist schon belegt" in capsys.readouterr().err
