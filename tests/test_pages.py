"""Our own pages, asked over HTTP as a browser does, and what the chat's handlers do."""

from __future__ import annotations

import asyncio
import io
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

import ui
from assistant.config import Corpus, Settings
from assistant.facsimile import PASSAGE, QUOTE
from assistant.pipeline import Assistant
from assistant.records import Reason, Records
from assistant.render import answer_markdown, image_url, passage_url, plain, quote_spans, validity
from assistant.store import Generation, Store
from assistant.types import Answer, Citation, Locator, Passage, Source, Status
from ingest.sync import sync
from pages import web
from pages.after import After
from pages.ask import Ask
from pages.conversation import head, messages
from pages.panel import panel
from pages.parts import proofs_column, talk_column
from pages.turn import OpenTurns, Turn
from pages.view import View
from tests.conftest import DOG_TAX, SCANNING, law_toc, law_zip
from tests.sample_answers import QUOTED, WRITTEN

TODAY = date(2026, 11, 20)
DOGS = "Wie hoch ist die Hundesteuer für den zweiten Hund?"
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> ![Bild](http://fremd.example/a.png)"
HOSTILE_FILE = f"# Leitfaden <b>Böse</b>\n\n## § 1 Angriff\n\n(1) Text mit `{HOSTILE}` darin.\n"
PDF_LINES = ("Gebührenordnung", "§ 1 Parkgebühr", "(1) Die Parkgebühr beträgt 2 Euro je Stunde. Der Abend ist frei.")
LAWS = {"musterg": "Muster sind kostenlos.", "beispielg": "Beispiele sind zu kennzeichnen."}


@dataclass(frozen=True)
class Site:
    """A served corpus: two documents, two laws, a hostile file and a PDF."""

    settings: Settings
    generation: Generation
    client: httpx.Client
    folder: Path


@contextmanager
def _serving(build: Callable[[], FastAPI]) -> Iterator[httpx.Client]:
    """A real server on a free port of this machine. The application is made in the loop that runs it."""
    listening = socket.create_server(("127.0.0.1", 0))
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        config = uvicorn.Config(build(), log_level="error", access_log=False, ws="none", timeout_graceful_shutdown=2)
        servers.append(uvicorn.Server(config))
        await servers[0].serve([listening])

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with httpx.Client(base_url=address, timeout=20, trust_env=False) as client:
            yield client
    finally:
        for server in servers:
            server.should_exit = True
        thread.join(timeout=20)
        listening.close()
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    base = tmp_path_factory.mktemp("seite")
    folder, mirror = base / "dokumente", base / "spiegel"
    folder.mkdir()
    for name, content in {"hundesteuer.md": DOG_TAX, "scannen.md": SCANNING, "boese.md": HOSTILE_FILE}.items():
        (folder / name).write_text(content, encoding="utf-8")
    _pdf(folder / "gebuehren.pdf")
    for slug, wording in LAWS.items():
        (mirror / slug).mkdir(parents=True)
        data = law_zip(slug.title(), {"§ 1": wording, "§ 2": "Das Nähere regelt § 1."})
        (mirror / slug / "xml.zip").write_bytes(data)
    (mirror / "gii-toc.xml").write_bytes(law_toc(*LAWS))
    settings = Settings(
        corpus=Corpus(folders=(folder,), laws="all", law_mirror=str(mirror), data_dir=base / "var")
    )
    sync(settings)
    with closing(Generation.open(settings.store)) as generation, _serving(lambda: ui.application(settings)) as client:
        yield Site(settings, generation, client, folder)


@pytest.fixture
def client(site: Site) -> httpx.Client:
    return site.client


@pytest.fixture
def generation(site: Site) -> Generation:
    return site.generation


def _pdf(file: Path) -> None:
    canvas = Canvas(str(file))
    for number, line in enumerate(PDF_LINES):
        canvas.setFontSize(18 - 3 * number)
        canvas.drawString(72, 760 - 30 * number, line)
    canvas.save()


def _find(generation: Generation, words: str) -> Passage:
    return next(
        passage for source in generation.sources for passage in generation.of_source(source) if words in passage.text
    )


def test_every_response_forbids_other_hosts(client: httpx.Client) -> None:
    for path in ("/", "/config", "/bestand", "/fundstelle/gibt/es/nicht", "/static-fundstelle/fundstelle.css"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'; script-src 'self';"), path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_nothing_describes_or_keeps_the_calls(client: httpx.Client) -> None:
    assert client.get("/openapi.json").status_code == 404
    config = client.get("/config").json()
    assert not config.get("run_history")
    assert not config.get("footer_links")
    assert not config.get("analytics_enabled")


def test_a_fundstelle_shows_its_whole_section_and_marks_the_quote(
    client: httpx.Client, generation: Generation
) -> None:
    passage = _find(generation, "für den ersten Hund")
    page = client.get(passage_url(passage, "für den ersten Hund 90 Euro")).text
    assert "<mark>für den ersten Hund 90 Euro</mark>" in page
    assert 'class="passage here"' in page
    assert "120 Euro" in page
    assert "Steuersatz" in page
    assert "1. Januar 2026" in page
    assert 'rel="prev"' in page
    assert '<html lang="de">' in page


def test_a_law_links_to_the_official_text_of_its_section(client: httpx.Client, generation: Generation) -> None:
    page = client.get(passage_url(_find(generation, "Muster sind kostenlos"))).text
    assert "https://www.gesetze-im-internet.de/musterg/__1.html" in page


def test_an_unknown_fundstelle_is_a_german_404(client: httpx.Client) -> None:
    for path in ("/fundstelle/gibt/es/nicht", "/quelle/nichts", "/fundstelle/%3Cscript%3E"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "gibt es im Bestand nicht" in answer.text
        assert "<script" not in answer.text


def test_a_mark_that_makes_no_sense_is_ignored(client: httpx.Client, generation: Generation) -> None:
    page = client.get(passage_url(_find(generation, "ersten Hund")) + "?von=5&bis=99999&von=-3&bis=2")
    assert page.status_code == 200
    assert "<mark>" not in page.text


def test_hostile_wording_is_shown_as_text_everywhere(client: httpx.Client, generation: Generation) -> None:
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


def test_the_page_image_of_a_pdf_marks_passage_and_quote(client: httpx.Client, generation: Generation) -> None:
    passage = _find(generation, "Parkgebühr beträgt")
    answer = client.get(image_url(passage, "Die Parkgebühr beträgt 2 Euro je Stunde."))
    assert answer.headers["content-type"] == "image/png"
    image = Image.open(io.BytesIO(answer.content)).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 20) or []}
    assert {PASSAGE, QUOTE} <= colours


def test_no_other_file_comes_out_as_an_image(client: httpx.Client, generation: Generation) -> None:
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


def test_a_pdf_that_is_gone_is_a_german_404(site: Site) -> None:
    passage = _find(site.generation, "Parkgebühr beträgt")
    (site.folder / "gebuehren.pdf").rename(site.folder / "weg.pdf")
    answer = site.client.get(image_url(passage))
    (site.folder / "weg.pdf").rename(site.folder / "gebuehren.pdf")
    assert answer.status_code == 404
    assert "gebuehren.pdf" in answer.text


def test_the_bestand_names_every_source_and_its_stand(client: httpx.Client) -> None:
    page = client.get("/bestand").text
    assert "2 Gesetze, 4 Dokumente" in page
    assert "Zuletzt geändert durch Art. 1" in page or "zuletzt geändert durch Art. 1" in page
    assert client.get("/quelle/musterg").headers["location"].startswith("/fundstelle/musterg/")


def test_a_source_out_of_force_is_marked() -> None:
    source = Source("s", "Satzung", "S", "bylaw", "s.md", folder="f", valid_until="2025-12-31")
    assert validity(source, TODAY) == "Außer Kraft seit 1. Januar 2026"
    assert validity(replace(source, valid_until="2026-11-20"), TODAY) == ""
    assert validity(replace(source, valid_until=None, valid_from="2027-01-01"), TODAY) == "Gilt erst ab 1. Januar 2027"


def test_the_panel_shows_each_citation_with_its_whole_section(site: Site) -> None:
    answer = Assistant(site.settings).answer(DOGS)
    shown = panel(answer, site.generation, TODAY)
    assert answer.citations
    assert shown.count('<li class="card">') == len(answer.citations)
    assert "im Wortlaut geprüft" in shown
    assert "Ganze Vorschrift anzeigen" in shown
    assert "\n" not in shown


def test_a_refusal_offers_the_nearest_places_as_not_relevant(site: Site) -> None:
    answer = Assistant(site.settings).answer("Wie wird das Wetter auf Mallorca?")
    assert answer.status is Status.REFUSED_NO_PASSAGE
    assert "Nicht einschlägig" in panel(answer, site.generation, TODAY) or not answer.hits


def test_a_citation_of_a_source_that_has_gone_is_still_shown(generation: Generation) -> None:
    gone = Source("weg", "Alte Satzung", "AltS", "bylaw", "weg.md", folder="f")
    passage = Passage("weg/1/1", gone, Locator(section="§ 1"), "Alles bleibt.")
    citation = Citation(1, passage, "Alles bleibt.", passage.locator, True)
    answer = Answer("a", "f", "f", "x [1]", Status.QUOTED, citations=(citation,))
    shown = panel(answer, generation, TODAY)
    assert "Alte Satzung" in shown
    assert "nicht mehr im Bestand" in shown


def test_a_quote_of_an_earlier_wording_says_so_and_marks_nothing(client: httpx.Client, generation: Generation) -> None:
    passage = _find(generation, "für den ersten Hund")
    before = replace(passage, text=passage.text.replace("90 Euro", "80 Euro"))
    page = client.get(passage_url(before, "für den ersten Hund 80 Euro")).text
    assert "heute einen anderen Wortlaut" in page
    assert "90 Euro" in page
    assert "<mark>" not in page
    citation = Citation(1, before, "für den ersten Hund 80 Euro", before.locator, True)
    shown = panel(Answer("a", "f", "f", "x [1]", Status.QUOTED, citations=(citation,)), generation, TODAY)
    assert "heute einen anderen Wortlaut" in shown


def test_a_table_row_is_shown_as_cells_and_only_they_count_as_wording(generation: Generation) -> None:
    row = "Hund: zweiter <Hund> | Steuer: 120 Euro"
    passage = replace(_find(generation, "zweiten Hund"), text=row)
    citation = Citation(1, passage, row, Locator(), True)
    answer = Answer("a", "f", "f", f"Dazu:\n\nX [1]\n> {row}", Status.QUOTED, citations=(citation,))
    assert "<dt>Steuer</dt><dd>120 Euro</dd>" in answer_markdown(answer)
    assert "zweiter &lt;Hund&gt;" in answer_markdown(answer)
    assert "Tabellenzeile, Zellen im Wortlaut" in panel(answer, generation, TODAY)


def test_the_head_says_who_speaks_and_why(site: Site) -> None:
    settings = site.settings
    assert "ohne Sprachmodell" in head(Assistant(settings))
    model = settings.model.model_copy(update={"name": "qwen3:8b", "base_url": "http://127.0.0.1:9"})
    assert "nicht erreichbar" in head(Assistant(settings.model_copy(update={"model": model})))


def test_without_a_corpus_the_start_ends_in_one_german_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[corpus]\nlaws = "none"\n', encoding="utf-8")
    assert ui.main(["--config", str(config)]) == 1
    assert "python -m ingest sync" in capsys.readouterr().err


def test_a_taken_port_ends_in_one_german_line(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[corpus]\nlaws = "none"\ndata_dir = "{site.settings.corpus.data_dir}"\n', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert ui.main(["--config", str(config), "--port", str(taken.getsockname()[1])]) == 1
    assert "ist schon belegt" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_is_none_is_named(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ui.main(["--port", port]) == 1
    assert f"--port {port}: Diese Nummer gibt es nicht" in capsys.readouterr().err


def test_a_vermerk_comes_by_its_key_as_long_as_the_conversation_is_open(site: Site) -> None:
    turns = OpenTurns()
    turn = turns.opened(WRITTEN)
    path = f"/vermerk/{turn.key}"
    with _serving(lambda: web.application(Store(site.settings.store), site.settings, turns)) as client:
        for suffix, magic in (("docx", b"PK"), ("pdf", b"%PDF")):
            answer = client.get(f"{path}.{suffix}")
            assert answer.content.startswith(magic)
            name = answer.headers["content-disposition"]
            assert re.fullmatch(rf'attachment; filename="Vermerk-[\d-]+-a2\.{suffix}"', name)
            assert answer.headers["cache-control"] == "no-store"
        assert client.get(f"{path}.exe").status_code == 404
        assert client.get("/vermerk/a2.pdf").status_code == 404
        del turn
        gone = client.get(f"{path}.pdf")
        assert gone.status_code == 404
        assert "nicht mehr geöffnet" in gone.text


def _page(site: Site, **records: object) -> tuple[Ask, After, View]:
    """The chat's handlers with real components, on records of their own."""
    table = site.settings.records.model_copy(update={"url": "sqlite://", **records})
    settings = site.settings.model_copy(update={"records": table})

    async def build() -> View:
        with gr.Blocks(analytics_enabled=False):
            return View(Assistant(settings, records=Records(settings)), *talk_column(True), proofs_column(""))

    # Outside of a running loop Gradio would open loops of its own and never close them.
    view, turns = asyncio.run(build()), OpenTurns()
    return Ask(view, turns), After(view, turns), view


def _shown(updates: dict[Any, Any], part: Any) -> object:  # noqa: ANN401  Gradio has no types
    return updates[part]["visible"]


def test_personal_data_is_not_sent_before_the_reader_has_chosen(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    ask, _, view = _page(site)
    question = "Muss Herr Max Mustermann, Musterstr. 5, 12345 Musterstadt Hundesteuer zahlen?"
    caplog.set_level(logging.DEBUG)
    (warned,) = ask.checked(question, [])
    assert _shown(warned, view.gate.box)
    assert "Name, Anschrift" in warned[view.gate.warning]
    assert "Herr [Name], [Anschrift] Hundesteuer" in warned[view.gate.warning]
    assert view.talk.chatbot not in warned
    *_, masked = ask.masked(question, [])
    assert masked[view.talk.history][0].answer.question == "Muss Herr [Name], [Anschrift] Hundesteuer zahlen?"
    *_, sent = ask.asked(question, [])
    assert sent[view.talk.history][0].answer.question == question
    assert "Mustermann" not in caplog.text


def test_a_vote_counts_at_once_and_its_reason_follows(site: Site) -> None:
    ask, after, view = _page(site)
    *_, ended = ask.checked(DOGS, [])
    (turn,) = history = ended[view.talk.history]
    records = view.assistant.records
    assert records
    assert _shown(ended, view.actions.row)
    voted = after.down(0, history)
    assert _shown(voted, view.actions.more)
    assert turn.vote == "down"
    thanked = after.because(Reason.OUTDATED.value, "seit Mai neu", 0, history)
    assert not _shown(thanked, view.actions.more)
    assert "Danke" in thanked[view.actions.thanks]["value"]
    after.up(0, history)
    counted = {count.status: count.number for count in records.counts(date.min, date.max)}
    assert counted["quoted"] == 1
    assert counted["feedback_up"] == 1
    assert "feedback_down" not in counted


def test_without_records_nobody_is_asked_for_a_vote(site: Site) -> None:
    _, _, view = _page(site, mode="off")
    assert not _shown(view.votes(Turn(QUOTED)), view.actions.up)


def test_records_that_fail_cost_no_vote_its_page(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    ask, after, view = _page(site, url="sqlite:////gibt/es/nicht.db")
    *_, ended = ask.checked(DOGS, [])
    history = ended[view.talk.history]
    assert history[0].answer.status is Status.QUOTED
    assert "nicht gespeichert" in after.up(0, history)[view.actions.thanks]["value"]
    assert "was not kept" in caplog.text
    assert "Hundesteuer" not in caplog.text


def test_a_question_back_has_its_choices_as_buttons_until_it_is_answered() -> None:
    back = Answer("a", "Gebühr?", "Gebühr?", "Worum geht es?\n\n- A\n- B", Status.ASKED_BACK, choices=("A", "B"))
    asked = messages([Turn(back)])[-1]
    assert asked["options"] == [{"value": "A"}, {"value": "B"}]
    assert "- A" not in asked["content"]
    assert "options" not in messages([Turn(back), Turn(QUOTED)])[1]


def test_einfache_sprache_is_offered_only_where_a_model_can_be_asked(site: Site) -> None:
    _, _, view = _page(site)
    assert not _shown(view.offered(Turn(QUOTED)), view.actions.simple)
    assert _shown(view.offered(Turn(QUOTED)), view.actions.vermerk)
