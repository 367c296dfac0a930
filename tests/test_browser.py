"""The chat in a real browser: Debian's Chromium against a server on this machine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from assistant.config import ROOT, Settings
from ingest.sync import sync
from tests.conftest import with_laws
from tests.scripted import End, Hang, Step, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LOG = "ui.log"
QUESTION = "Wie hoch ist die Hundesteuer für den zweiten Hund?"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")]


@contextmanager
def _serving(settings: Settings, tmp_path: Path, **environment: str) -> Iterator[str]:
    """`python ui.py` as a user starts it; its address."""
    config = tmp_path / "config.toml"
    config.write_text(f'[corpus]\nlaws = "none"\ndata_dir = "{settings.corpus.data_dir}"\n', encoding="utf-8")
    command = [sys.executable, "ui.py", "--config", str(config), "--port", "0"]
    log = tmp_path / LOG
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=output, stderr=output)
        try:
            yield _address(log)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)


def _address(log: Path) -> str:
    for _ in range(300):
        if found := re.search(r"http://[\d.:]+", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


@contextmanager
def _browser(address: str) -> Iterator[tuple[Page, list[str]]]:
    """A page at the address, and every address it asks for."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="de-DE").new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.wait_for_selector("#question textarea")
        yield page, asked
        browser.close()


def _ask(page: Page, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def _foreign(asked: list[str]) -> list[str]:
    local = ("127.0.0.1", "localhost", None)
    return [url for url in asked if urlsplit(url).scheme.startswith("http") and urlsplit(url).hostname not in local]


@pytest.fixture
def corpus(settings: Settings, law_folder: Path) -> Settings:
    sync(with_laws(settings, law_folder))
    return settings


def test_a_question_is_answered_with_its_fundstellen_and_nothing_leaves(corpus: Settings, tmp_path: Path) -> None:
    with _serving(corpus, tmp_path) as address, _browser(address) as (page, asked):
        assert page.title() == "Fundstelle – Musterstadt"
        assert page.evaluate("document.documentElement.lang") == "de"
        assert page.locator("#messages").get_by_text("Was regelt § 3a VwVfG?").is_visible()
        _ask(page, QUESTION)
        page.wait_for_selector("#messages .meta")
        assert "120 Euro" in page.inner_text("#messages [role=log]")
        card = page.locator("#cards .card").first
        card.get_by_text("im Wortlaut geprüft").wait_for()
        card.locator("summary", has_text="Ganze Vorschrift anzeigen").press("Enter")
        here = card.locator(".passage.here mark")
        here.first.wait_for()
        assert card.locator(".passage").count() == 2
        with page.context.expect_page() as opened:
            page.locator("#messages a", has_text="[1]").first.click()
        opened.value.wait_for_load_state()
        assert opened.value.locator(".passage.here").is_visible()
        assert not _foreign(asked)


def test_an_answer_that_wants_a_foreign_image_gets_none(corpus: Settings, tmp_path: Path) -> None:
    poisoned = "Die Steuer beträgt 120 Euro [1]. ![x](http://fremd.example/a.png) <img src='http://fremd.example/b'>"
    with serving() as model:
        model.script = [poisoned, End()]
        chosen = {"FUNDSTELLE_MODEL__NAME": model.models[0], "FUNDSTELLE_MODEL__BASE_URL": model.url}
        with _serving(corpus, tmp_path, **chosen) as address, _browser(address) as (page, asked):
            _ask(page, QUESTION)
            page.wait_for_selector("#messages .meta")
            page.wait_for_timeout(500)
            assert not _foreign(asked)
            assert page.locator("#messages img").count() == 0


def test_abbrechen_stops_the_model_and_gives_the_question_back(corpus: Settings, tmp_path: Path) -> None:
    with serving() as model:
        model.script = ["Die Steuer ", Hang(30.0), End()]
        chosen = {"FUNDSTELLE_MODEL__NAME": model.models[0], "FUNDSTELLE_MODEL__BASE_URL": model.url}
        with _serving(corpus, tmp_path, **chosen) as address, _browser(address) as (page, _):
            _ask(page, QUESTION)
            page.get_by_text("Entwurf, wird geprüft").wait_for()
            page.click("#stop")
            page.wait_for_selector("#send")
            page.wait_for_function(
                "words => document.querySelector('#question textarea').value === words", arg=QUESTION
            )
            page.wait_for_timeout(3000)
            assert model.gone == 1


def test_the_copy_button_copies_answer_and_fundstellen(corpus: Settings, tmp_path: Path) -> None:
    with _serving(corpus, tmp_path) as address, _browser(address) as (page, _):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        _ask(page, QUESTION)
        page.wait_for_selector("#messages .meta")
        page.click("#copy:enabled")
        page.get_by_text("Kopiert", exact=True).wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert QUESTION in copied
        assert "Fundstellen:\n[1] § 2" in copied


def test_a_question_is_written_to_the_records_and_nowhere_else(corpus: Settings, tmp_path: Path) -> None:
    with _serving(corpus, tmp_path) as address, _browser(address) as (page, _):
        _ask(page, "Geheimwort Quastenflosser")
        page.wait_for_selector("#messages .meta")
    written = [file for file in [tmp_path / LOG, *corpus.corpus.data_dir.rglob("*")] if file.is_file()]
    holding = [file.name for file in written if b"Quastenflosser" in file.read_bytes()]
    assert holding == ["records.db"]


def test_a_question_of_the_works_council_mode_is_written_nowhere(corpus: Settings, tmp_path: Path) -> None:
    chosen = {"FUNDSTELLE_RECORDS__MODE": "counts"}
    with _serving(corpus, tmp_path, **chosen) as address, _browser(address) as (page, _):
        _ask(page, QUESTION)
        page.wait_for_selector("#messages .meta")
        page.click("#vote-down")
        page.wait_for_selector("#feedback")
        assert page.locator("#comment textarea").count() == 0
        with page.expect_download() as started:
            page.click("#vermerk a >> nth=0")
        assert started.value.suggested_filename.endswith(".docx")
    written = [file for file in [tmp_path / LOG, *corpus.corpus.data_dir.rglob("*")] if file.is_file()]
    assert not [file for file in written if b"zweiten Hund?" in file.read_bytes()]
    assert not [file for file in written if file.suffix in {".docx", ".pdf"}]


def test_the_keyboard_is_enough(corpus: Settings, tmp_path: Path) -> None:
    with _serving(corpus, tmp_path) as address, _browser(address) as (page, _):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_selector("#messages .meta")
        page.wait_for_selector("#copy")
        _tab_to(page, "#copy", "Shift+Tab")
        page.keyboard.press("Enter")
        page.get_by_text("Kopiert", exact=True).wait_for()
        assert QUESTION in page.evaluate("navigator.clipboard.readText()")
        _tab_to(page, "#cards summary")
        page.keyboard.press("Enter")
        page.locator("#cards .passage.here mark").first.wait_for()
        _tab_to(page, "#new", "Shift+Tab")
        page.keyboard.press("Enter")
        page.get_by_text("Was möchten Sie wissen?").wait_for()
        assert page.locator("#actions").count() == 0 or not page.locator("#actions").is_visible()


def _tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached by {key}")


def test_personal_data_is_masked_before_it_is_sent(corpus: Settings, tmp_path: Path) -> None:
    with _serving(corpus, tmp_path) as address, _browser(address) as (page, _):
        _ask(page, f"Herr Max Mustermann fragt: {QUESTION}")
        page.wait_for_function("() => document.activeElement.id === 'gate-masked'")
        assert page.locator("#messages .meta").count() == 0
        page.keyboard.press("Escape")
        page.wait_for_function("() => document.activeElement.matches('#question textarea')")
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.id === 'gate-masked'")
        page.keyboard.press("Enter")
        page.wait_for_selector("#messages .meta")
        talk = page.inner_text("#messages [role=log]")
        assert "Herr [Name] fragt" in talk
        assert "Mustermann" not in talk
        assert "120 Euro" in talk


def test_einfache_sprache_is_a_turn_of_its_own(corpus: Settings, tmp_path: Path) -> None:
    first: list[Step] = ["Die Steuer beträgt für den ersten Hund ", "90 Euro im Jahr [1].", End()]
    simple: list[Step] = ["Der erste Hund kostet Steuer: ", "90 Euro im Jahr. [1]", End()]
    with serving() as model:
        model.script = lambda body: simple if "Einfache Sprache" in str(body) else first
        chosen = {"FUNDSTELLE_MODEL__NAME": model.models[0], "FUNDSTELLE_MODEL__BASE_URL": model.url}
        with _serving(corpus, tmp_path, **chosen) as address, _browser(address) as (page, _):
            assert model.models[0] in page.inner_text("#head .mode")
            _ask(page, QUESTION)
            page.click("#simple")
            page.get_by_text("In Einfacher Sprache. Rechtlich maßgeblich").wait_for()
            assert "Der erste Hund kostet Steuer: 90 Euro" in page.inner_text("#messages [role=log]")
            assert page.locator("#messages a", has_text="[1]").count() == 2
            assert not page.locator("#simple").is_visible()
            page.click("#messages .user.message >> nth=0")
            page.wait_for_selector("#simple")
