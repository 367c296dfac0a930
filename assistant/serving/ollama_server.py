"""Ollama, through langchain's ChatOllama. Protocol: https://docs.ollama.com/api"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from langchain_ollama import ChatOllama
from ollama import ResponseError

from assistant.config import Model
from assistant.serving.servers import Message, Piece, Served, ask, check, connection, translated


class Ollama:
    """One Ollama server and the model of the settings."""

    def __init__(self, settings: Model) -> None:
        self._settings = settings
        with translated(settings):
            self._chat = ChatOllama(
                model=settings.name,
                base_url=settings.base_url.rstrip("/"),
                num_ctx=settings.num_ctx,
                num_predict=settings.num_predict,
                temperature=settings.temperature,
                keep_alive=settings.keep_alive,
                reasoning=None,
                client_kwargs=connection(settings),
            )

    def served(self) -> list[Served]:
        with translated(self._settings):
            entries = ask(self._settings, "/api/tags")["models"]
            return sorted((_served(entry) for entry in entries), key=lambda model: model.name)

    def chosen(self) -> Served | None:
        name = self._settings.name
        with translated(self._settings):
            for entry in ask(self._settings, "/api/tags")["models"]:
                if entry["name"] in (name, f"{name}:latest"):
                    shown = ask(self._settings, "/api/show", {"model": name})
                    return _served(entry, _context(shown.get("model_info") or {}))
        return None

    async def stream(self, messages: Sequence[Message]) -> AsyncIterator[Piece]:
        sent = [(message.role, message.content) for message in messages]
        try:
            with translated(self._settings, "broken"):
                async for chunk in self._chat.astream(sent):
                    used = chunk.usage_metadata
                    yield Piece(
                        chunk.text,
                        chunk.response_metadata.get("done_reason"),
                        used["input_tokens"] if used else None,
                        used["output_tokens"] if used else None,
                    )
        except ResponseError as error:
            check(error.status_code, error.error, self._settings)


def _served(entry: dict[str, Any], context: int | None = None) -> Served:
    details = entry.get("details") or {}
    quantisation = str(details.get("quantization_level") or "")
    return Served(entry["name"], entry.get("digest") or "", quantisation, context, entry.get("size"))


def _context(info: dict[str, Any]) -> int | None:
    """The longest context the model was made for, in tokens; its key begins with the architecture's name."""
    return next((int(value) for key, value in info.items() if key.endswith(".context_length")), None)
