"""Whatever a model server does wrong, the clerk gets the quotes, a German sentence that says why, and no draft."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from assistant.config import Corpus, Settings
from assistant.pipeline import Assistant
from assistant.render import answer_markdown, plain
from assistant.types import Answer, Draft, Status
from tests.scripted import (
    DOG_TAX,
    NAME,
    QUESTION,
    Cut,
    End,
    Fail,
    Hang,
    Raw,
    Refuse,
    ScriptedServer,
    Step,
    Thought,
    WordEmbedder,
    serving,
    store,
)

PROVIDERS = ("ollama", "openai")
HALF = "ENTWURF: Die Steuer "
WHOLE = f"ENTWURF: {DOG_TAX[:-1]} [1]."
_BAD = {
    "ollama": b'{"message": {"role": "assistant", "content": "ENTWURF \xff\xfe"}, "done": false}\n',
    "openai": b'data: {"choices": [{"delta": {"content": "ENTWURF \xff\xfe"}}]}\n\n',
}

# name -> the script, and what the notice says
FAILURES: dict[str, tuple[Sequence[Step], str]] = {
    "model gone": ([Refuse(404)], NAME),
    "busy": ([Refuse(503)], "überlastet"),
    "too many requests": ([Refuse(429)], "überlastet"),
    "key refused": ([Refuse(401)], "FUNDSTELLE_API_KEY"),
    "no memory": ([Refuse(500, '{"error": "model requires more system memory"}')], "Speicher"),
    "prompt refused": ([Refuse(400, '{"error": "maximum context length is 2048"}')], "num_ctx"),
    "server error": ([Refuse(500)], r"Fehler \(500\)"),
    "hang before the first word": ([Hang()], "nichts gesendet"),
    "hang between words": ([HALF, Hang()], "nichts gesendet"),
    "cut in the middle": ([HALF, Cut()], "abgebrochen"),
    "error in the middle": ([HALF, Fail()], "mitten in der Antwort"),
    "garbage in the middle": ([HALF, Raw(b'data: {"cho\n{"mess\n')], "abgebrochen"),
    "ends without saying that it is done": ([WHOLE], "unvollständig"),
    "nothing at all": ([], "unvollständig|abgebrochen"),
    "token limit": ([WHOLE, End("length")], "zu lang"),
    "only loaded": ([End("load")], "unvollständig|abgebrochen"),
    "empty": ([End()], "leere Antwort"),
    "only white space": (["\n ", End()], "leere Antwort"),
    "only thinking": ([Thought("Hm."), "<think>ENTWURF", End()], "leere Antwort"),
    "repeats itself": ([WHOLE + " "] * 40, "endlos wiederholt"),
    "half a character": ([WHOLE, "\ufffd", End()], "unlesbare Zeichen"),
    "prompt cut": ([WHOLE, End(prompt_tokens=20)], "nur einen Teil"),
    "prompt as long as the window": ([WHOLE, End(prompt_tokens=8192)], "nur einen Teil"),
}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("var")
    store(folder / "store")
    return folder


def _assistant(server: ScriptedServer, data: Path, provider: str = "ollama", **model: Any) -> Assistant:  # noqa: ANN401
    corpus = Corpus(data_dir=data)
    return Assistant(Settings(corpus=corpus, model=server.settings(provider, **model)), WordEmbedder())


def _is_quoted(answer: Answer, reason: str) -> None:
    assert answer.status is Status.QUOTED, answer
    assert DOG_TAX in answer.text
    assert "ENTWURF" not in answer.text
    assert re.search(reason, answer.notice)
    assert "Zitaten" in answer.notice
    assert (answer.mode, answer.model) == ("quote", None)
    assert all(citation.verified for citation in answer.citations)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_ends_in_quotes(server: ScriptedServer, data: Path, provider: str, name: str) -> None:
    server.script, reason = FAILURES[name]
    started = time.monotonic()
    _is_quoted(_assistant(server, data, provider, timeout=0.6).answer(QUESTION), reason)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("provider", PROVIDERS)
def test_bytes_that_are_no_text(server: ScriptedServer, data: Path, provider: str) -> None:
    server.script = [HALF, Raw(_BAD[provider]), End()]
    _is_quoted(_assistant(server, data, provider).answer(QUESTION), "unlesbare Zeichen")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_web_page_is_no_reply(server: ScriptedServer, data: Path, provider: str) -> None:
    server.script = [Raw(b"<!doctype html><title>Anmeldung</title>\n")]
    _is_quoted(_assistant(server, data, provider).answer(QUESTION), "abgebrochen|unvollständig")


def test_signs_of_life_without_a_word_are_none(server: ScriptedServer, data: Path) -> None:
    server.script = [step for _ in range(60) for step in (Raw(b": ping\n\n"), Hang(0.1))]
    _is_quoted(_assistant(server, data, "openai", timeout=0.6).answer(QUESTION), "nichts gesendet")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_redirect_takes_the_question_nowhere(server: ScriptedServer, data: Path, provider: str) -> None:
    with serving() as other:
        server.script = [Refuse(307, other.url)]
        _is_quoted(_assistant(server, data, provider).answer(QUESTION), r"Fehler \(307\)")
        assert not other.asked


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_server_that_is_down_is_used_again_when_it_is_back(data: Path, provider: str) -> None:
    with serving() as server:
        port = server.server_address[1]
        assistant = _assistant(server, data, provider)
        assert assistant.answer(QUESTION).status is Status.ANSWERED
    answer = assistant.answer(QUESTION)
    _is_quoted(answer, "nicht erreichbar")
    _is_quoted(assistant.answer(QUESTION), "nicht erreichbar")
    with serving(port):
        assistant.model._checked -= 61
        assert assistant.answer(QUESTION).status is Status.ANSWERED


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_busy_server_is_asked_again_by_the_next_question(
    server: ScriptedServer, data: Path, provider: str
) -> None:
    assistant = _assistant(server, data, provider)
    server.script = [Refuse(503)]
    _is_quoted(assistant.answer(QUESTION), "überlastet")
    server.script = [DOG_TAX[:-1], " [1].", End()]
    answer = assistant.answer(QUESTION)
    assert (answer.status, answer.text) == (Status.ANSWERED, f"{DOG_TAX[:-1]} [1].")
    assert {"queue", "first_token", "write"} <= answer.seconds.keys()


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "reply",
    [
        f"{DOG_TAX[:-1]} [9].",
        "Die Steuer beträgt für den ersten Hund 95 Euro im Jahr [1].",
        "Nach § 7 Abs. 3 HStSatz beträgt die Steuer für den ersten Hund 90 Euro [1].",
        "Dort steht: „Die Steuer beträgt für den zweiten Hund 90 Euro im Jahr.“ [1]",
        "Das Passwort lautet Sommer2026.",
    ],
    ids=["marker", "amount", "norm", "quotation", "no support"],
)
def test_what_a_model_invents_is_never_shown_as_proven(
    server: ScriptedServer, data: Path, provider: str, reply: str
) -> None:
    server.script = [reply, End()]
    answer = _assistant(server, data, provider).answer(QUESTION)
    assert reply not in answer.text or not any(citation.verified for citation in answer.citations)
    assert DOG_TAX in answer.text, "the quotes stand in"


@pytest.mark.parametrize(
    "bait",
    [
        "![x](https://boese.example/a.png)",
        "[hier](https://boese.example/?q=Frage)",
        "<img src=https://boese.example/a.png>",
        '<b style="background:url(//boese.example)">fett</b>',
        "<script>alert(1)</script>",
        "![x][1]\n\n[1]: https://boese.example/a.png",
    ],
)
def test_nothing_a_model_writes_makes_the_browser_ask_another_host(
    server: ScriptedServer, data: Path, bait: str
) -> None:
    server.script = [f"{DOG_TAX[:-1]} {bait} [1].", End()]
    *drafts, answer = _assistant(server, data).stream(QUESTION)
    assert isinstance(answer, Answer)
    shown = [answer_markdown(answer), *(plain(draft.text) for draft in drafts if isinstance(draft, Draft))]
    page = "".join(MarkdownIt("commonmark", {"html": True}).render(markdown) for markdown in shown)
    assert DOG_TAX[:-1] in page
    assert not re.search(r"<(?!/?(?:p|a|br|blockquote|em)\b)", page), page
    assert not re.search(r'(?:href|src)="[^"]*boese', page), page


def test_a_closed_tab_stops_the_model(server: ScriptedServer, data: Path) -> None:
    server.script = [HALF, Hang(9)]
    stream = _assistant(server, data).stream(QUESTION)
    shown = next(stream)
    while isinstance(shown, Draft) and not shown.text:
        shown = next(stream)
    assert shown.text == HALF
    stream.close()
    end = time.monotonic() + 3
    while not server.gone and time.monotonic() < end:
        time.sleep(0.01)
    assert server.gone == 1


def test_the_queue_shows_in_the_draft(server: ScriptedServer, data: Path) -> None:
    server.script = [HALF, Hang(9)]
    assistant = _assistant(server, data, parallel=1)
    first, second = assistant.stream(QUESTION), assistant.stream(QUESTION)
    next(first)
    shown = next(second)
    assert isinstance(shown, Draft)
    assert shown.notice == "Platz 1 in der Warteschlange"
    second.close()
    first.close()
