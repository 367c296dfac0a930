"""The language model on the city's own server. Whatever goes wrong becomes a ModelError with a German sentence."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import httpx
from langchain_core.messages import BaseMessage
from langchain_ollama import ChatOllama
from ollama import ResponseError

from assistant.config import Model
from assistant.errors import ModelError, ModelTimeout
from assistant.texts import text

RECHECK_SECONDS = 30
PROBE_TIMEOUT = 2.0


@dataclass
class ModelServer:
    """An Ollama server and the model chosen on it. Proxies of the environment are never used."""

    settings: Model
    _problem: str = field(default="", init=False)
    _checked: float = field(default=float("-inf"), init=False)

    def problem(self) -> str:
        """Why the model cannot be asked right now, as a German sentence; "" when it can. Asked again after 30 s."""
        if time.monotonic() - self._checked > RECHECK_SECONDS:
            self._problem = self._probe()
            self._checked = time.monotonic()
        return self._problem

    def stream(self, messages: list[BaseMessage]) -> Iterator[str]:
        """The answer, piece by piece. Raises ModelError or ModelTimeout, also for an answer that stops half-way."""
        seen, reason = "", None
        with self._translated():
            for piece in self._chat.stream(messages):
                reason = piece.response_metadata.get("done_reason", reason)
                if isinstance(piece.content, str) and piece.content:
                    seen += piece.content
                    yield piece.content
        if not seen.strip():
            raise ModelError(text("model.empty"))
        if reason is None:
            raise ModelError(text("model.unfinished"))

    @cached_property
    def _chat(self) -> ChatOllama:
        chosen = self.settings
        return ChatOllama(
            model=chosen.name,
            base_url=chosen.base_url,
            num_ctx=chosen.num_ctx,
            num_predict=chosen.num_predict,
            temperature=chosen.temperature,
            keep_alive=chosen.keep_alive,
            reasoning=None,
            client_kwargs={"trust_env": False, "timeout": chosen.timeout},
        )

    def _probe(self) -> str:
        if not self.settings.name:
            return text("model.none")
        url = self.settings.base_url
        try:
            with httpx.Client(trust_env=False, timeout=PROBE_TIMEOUT) as client:
                listed = client.get(f"{url}/api/tags").raise_for_status().json()
                names = {entry["name"] for entry in listed["models"]}
        except (httpx.HTTPError, httpx.InvalidURL, json.JSONDecodeError, KeyError, TypeError):
            return text("model.unreachable", url=url)
        if names.isdisjoint({self.settings.name, f"{self.settings.name}:latest"}):
            return text("model.not_installed", model=self.settings.name, url=url)
        return ""

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except httpx.TimeoutException as error:
            raise ModelTimeout(text("model.timeout", seconds=round(self.settings.timeout))) from error
        except ResponseError as error:
            code = error.status_code
            if code == httpx.codes.NOT_FOUND:
                name, url = self.settings.name, self.settings.base_url
                raise ModelError(text("model.not_installed", model=name, url=url)) from error
            key = "model.busy" if code == httpx.codes.SERVICE_UNAVAILABLE else "model.failed"
            raise ModelError(text(key, code=code)) from error
        except (httpx.ConnectError, ConnectionError) as error:
            raise ModelError(text("model.unreachable", url=self.settings.base_url)) from error
        except (httpx.HTTPError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise ModelError(text("model.broken")) from error
