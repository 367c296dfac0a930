"""The model server: what it has, whether it can be asked, and how a reply comes, waits and is stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.__main__ import main
from assistant.config import Model, Settings
from assistant.errors import ModelError
from assistant.models import ModelServer
from assistant.serving.reply import fewest_tokens, most_tokens, repeats
from assistant.serving.servers import Message
from assistant.serving.turns import Turns
from tests.scripted import DIGEST, NAME, End, Hang, ScriptedServer, Step, Thought, serving

PROVIDERS = ("ollama", "openai")
ASK = [Message("system", "Regeln"), Message("user", "Wie hoch ist die Steuer?")]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as server:
        yield server


def _until(reached: object, seconds: float = 3.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if callable(reached) and reached():
            return True
        time.sleep(0.01)
    return False


def _reply(model: ModelServer) -> str:
    *_, last = model.stream(ASK)
    return last.text


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_reply_comes_word_by_word_with_its_pace(server: ScriptedServer, provider: str) -> None:
    server.script = ["Neunzig ", "Euro", " [1].", End(prompt_tokens=33)]
    steps = list(ModelServer(server.settings(provider)).stream(ASK))
    shown = [progress.text for progress in steps if progress.text]
    assert shown[:3] == ["Neunzig ", "Neunzig Euro", "Neunzig Euro [1]."]
    pace = steps[-1].pace
    assert pace
    assert (pace.prompt_tokens, pace.tokens) == (33, 7)
    assert 0 <= pace.first_token < 2
    [body] = server.asked
    assert [message["content"] for message in body["messages"]] == ["Regeln", "Wie hoch ist die Steuer?"]
    assert body["stream"] is True


def test_every_setting_reaches_the_server(server: ScriptedServer) -> None:
    chosen = {"num_ctx": 4096, "num_predict": 300, "temperature": 0.4}
    _reply(ModelServer(server.settings("ollama", keep_alive="5m", **chosen)))
    _reply(ModelServer(server.settings("openai", **chosen)))
    ollama, openai = server.asked
    assert ollama["options"] == chosen
    assert ollama["keep_alive"] == "5m"
    assert (openai["max_tokens"], openai["temperature"], openai["model"]) == (300, 0.4, NAME)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_key_comes_from_the_environment_and_no_proxy_does(
    server: ScriptedServer, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("FUNDSTELLE_API_KEY", "geheim")
    _reply(ModelServer(Settings(model=server.settings(provider)).model))
    headers = {name.lower(): value for name, value in server.headers[0].items()}
    assert headers["authorization"] == "Bearer geheim"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_thinking_is_never_shown(server: ScriptedServer, provider: str) -> None:
    server.script = [Thought("Der Nutzer will …"), "<think>Hm, ", "90?</think>", "Neunzig Euro.", End()]
    shown = [progress.text for progress in ModelServer(server.settings(provider)).stream(ASK)]
    assert set(shown) == {"", "Neunzig Euro."}
    server.script = ["Ich überlege. ", "Also:</think>\n\nNeunzig Euro.", End()]
    assert _reply(ModelServer(server.settings(provider))) == "Neunzig Euro."


def test_the_state_names_version_and_context_and_is_asked_once(server: ScriptedServer) -> None:
    server.context = 2048
    model = ModelServer(server.settings())
    served = model.state().served
    assert served
    assert (served.digest, served.quantisation, model.label) == (DIGEST, "Q4_K_M", f"{NAME}@{DIGEST[:12]}")
    assert (model.window, model.room) == (2048, 1024), "a model that holds less than num_ctx gets shorter prompts"
    model.state()
    assert server.paths == ["/api/tags", "/api/show"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_missing_model_is_named_and_found_again(server: ScriptedServer, provider: str) -> None:
    server.models = ["anderes:1b"]
    model = ModelServer(server.settings(provider))
    assert NAME in model.problem()
    assert ("ollama pull" in model.problem()) == (provider == "ollama")
    server.models = [NAME]
    assert NAME in model.problem(), "asked at most once a minute"
    model._checked -= 61
    assert model.problem() == ""


def test_a_foreign_server_and_none_at_all_are_told_apart(server: ScriptedServer) -> None:
    foreign = ModelServer(Model(name=NAME, base_url=f"{server.url}/irgendwo"))
    assert "nicht vorhanden" in foreign.problem() or "anderes" in foreign.problem()
    assert "nicht erreichbar" in ModelServer(Model(name=NAME, base_url="http://127.0.0.1:9")).problem()
    assert ModelServer(Model()).problem() == "Es ist kein Sprachmodell eingerichtet."


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("script", [[Hang(9)], ["Neunzig ", Hang(9)], ["Neunzig "] * 3 + [Hang(9)]])
def test_closing_the_stream_ends_the_request_at_once(
    server: ScriptedServer, provider: str, script: list[Step]
) -> None:
    server.script = script
    model = ModelServer(server.settings(provider, parallel=1))
    with closing(model.stream(ASK)) as stream:
        next(stream)
    assert _until(lambda: server.gone == 1)
    server.script = ["Weiter.", End()]
    assert _reply(model) == "Weiter.", "the place is free again"


def test_the_others_wait_in_the_order_they_came_and_see_their_place(server: ScriptedServer) -> None:
    server.script, server.pause = ["Eins ", "zwei.", End()], 0.1
    model = ModelServer(server.settings(parallel=1))
    ends: list[int] = []
    places: dict[int, list[int]] = {number: [] for number in range(4)}

    def ask(number: int) -> None:
        for progress in model.stream(ASK):
            places[number].append(progress.place)
        ends.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert ends == [0, 1, 2, 3]
    assert server.most_busy == 1
    assert places[3][-1] == 0
    assert max(places[3]) <= 3


def test_who_leaves_the_line_makes_room() -> None:
    turns = Turns(1)
    with turns.join() as first, turns.join() as third:
        with turns.join() as gone:
            assert (first.wait(0), third.wait(0), gone.wait(0)) == (0, 1, 2)
        with turns.join() as fourth:
            assert fourth.wait(0) == 2


def test_a_place_is_shown_while_waiting(server: ScriptedServer) -> None:
    model = ModelServer(server.settings(parallel=1))
    server.script = [Hang(9)]
    with closing(model.stream(ASK)) as busy, closing(model.stream(ASK)) as second, closing(model.stream(ASK)) as third:
        next(busy)
        assert next(second).place == 1
        assert next(third).place == 2
        second.close()
        assert next(third).place == 1
        busy.close()
        server.script = ["Da.", End()]
        assert [progress.text for progress in third][-1] == "Da."


def test_repetition_is_told_from_a_list() -> None:
    assert repeats("Die Steuer beträgt 90 Euro. " * 8)
    assert repeats("Anfang. " + "ja " * 80)
    assert repeats("Anfang." + "\n" * 160)
    fees = "".join(f"- Für den {number}. Hund sind es {number}0 Euro [{number}].\n" for number in range(1, 30))
    assert not repeats(fees)
    assert not repeats("Nach § 2 Abs. 1 Satz 1 OZG gilt das. Nach § 2 Abs. 1 Satz 2 OZG gilt es nicht. " * 2)


def test_the_token_bounds_hold_for_ordinary_prose() -> None:
    prose = "Die Verwaltungsgebührensatzung der Stadt gilt nach § 3 Abs. 2 Satz 1 für Amtshandlungen. " * 20
    assert fewest_tokens(prose) < len(prose) / 4.5 < len(prose) / 3 < most_tokens(prose)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_command_lists_asks_and_says_how_to_load(
    server: ScriptedServer, provider: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    lines = ["[model]", f'provider = "{provider}"', f'name = "{NAME}"', f'base_url = "{server.url}"']
    config.write_text("\n".join(lines), encoding="utf-8")
    server.models, server.script = ["anderes:1b", NAME], ["bereit", End()]
    assert main(["models", "--config", str(config)]) == 0
    shown = capsys.readouterr().out
    assert f"* {NAME}" in shown
    assert "anderes:1b" in shown
    assert "antwortet: „bereit“" in shown
    server.models = []
    assert main(["models", "--config", str(config)]) == 1
    assert NAME in (said := capsys.readouterr().err)
    assert (f"ollama pull {NAME}" in said) == (provider == "ollama")


def test_no_answer_is_asked_of_no_model() -> None:
    with pytest.raises(ModelError, match="kein Sprachmodell"):
        next(ModelServer(Model()).stream(ASK))
