"""Any server that speaks OpenAI's chat protocol (vLLM, llama.cpp, LiteLLM, LocalAI). Why by hand: docs/adr/0004.

Protocol: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.config import Model
from assistant.errors import ModelError
from assistant.serving.servers import Message, Piece, Served, ask, post_lines, translated
from assistant.texts import text

_STOPPED = ("stop", "eos_token", "stop_sequence")


class OpenAICompatible:
    """One server, or several replicas behind one address, and the model of the settings."""

    def __init__(self, settings: Model) -> None:
        address = settings.base_url.rstrip("/")
        self._settings = settings.model_copy(update={"base_url": address.removesuffix("/v1") + "/v1"})

    def served(self) -> list[Served]:
        with translated(self._settings):
            entries = ask(self._settings, "/models")["data"]
            return sorted((_served(entry) for entry in entries), key=lambda model: model.name)

    def chosen(self) -> Served | None:
        return next((model for model in self.served() if model.name == self._settings.name), None)

    async def stream(self, messages: Sequence[Message]) -> AsyncIterator[Piece]:
        body = {
            "model": self._settings.name,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": self._settings.num_predict,
            "temperature": self._settings.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        with translated(self._settings, "broken"):
            async for line in post_lines(self._settings, "/chat/completions", body):
                event = line.removeprefix("data:").strip()
                if event == "[DONE]":
                    return
                if line.startswith("data:") and event:
                    yield _piece(json.loads(event))


def _piece(event: dict[str, Any]) -> Piece:
    if event.get("error") or event.get("object") == "error":
        raise ModelError(text("model.failed_midway"))
    used = event.get("usage") or {}
    piece = Piece(prompt_tokens=used.get("prompt_tokens"), tokens=used.get("completion_tokens"))
    for choice in event.get("choices") or []:
        reason = choice.get("finish_reason")
        said = (choice.get("delta") or {}).get("content") or ""
        piece = replace(piece, text=said, reason="stop" if reason in _STOPPED else reason)
    return piece


def _served(entry: dict[str, Any]) -> Served:
    """vLLM names the context `max_model_len`; llama.cpp puts it into `meta`, with the size."""
    meta = entry.get("meta") or {}
    context = entry.get("max_model_len") or meta.get("n_ctx") or meta.get("n_ctx_train")
    return Served(entry["id"], context=context, size=meta.get("size"))
