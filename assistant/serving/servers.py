"""What all model servers have in common: what they send, how they are reached, and what their failures mean."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol

import httpx

from assistant.config import Model
from assistant.errors import ModelError, ModelTimeout
from assistant.texts import text

KEY_VARIABLE = "FUNDSTELLE_API_KEY"
CONNECT_TIMEOUT = 5.0
PROBE_TIMEOUT = 3.0


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user"]
    content: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a reply as it arrives. The last ones say why it ended ("stop", "length") and count tokens."""

    text: str = ""
    reason: str | None = None
    prompt_tokens: int | None = None
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """A model that a server offers. `context` in tokens, `size` in bytes; None or "" where the server does not say."""

    name: str
    digest: str = ""
    quantisation: str = ""
    context: int | None = None
    size: int | None = None

    @property
    def label(self) -> str:
        """Name and exact version, e.g. "qwen3:8b@500a1f067a9f"."""
        return f"{self.name}@{self.digest[:12]}" if self.digest else self.name


class Server(Protocol):
    """One kind of model server. Both methods raise ModelError or ModelTimeout."""

    def served(self) -> list[Served]:
        """What it offers, sorted by name."""
        ...

    def chosen(self) -> Served | None:
        """The model of the settings as the server has it; None where it does not."""
        ...

    def stream(self, messages: Sequence[Message]) -> AsyncIterator[Piece]: ...


def connection(settings: Model) -> dict[str, Any]:
    """Options of the HTTP clients: no proxy, no redirect and no key but our own, so that a question goes nowhere else.

    Certificates are checked against the operating system's, where a city's own authority is installed.
    Idle connections are not kept: the server may restart between two questions.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    return {
        "trust_env": False,
        "follow_redirects": False,
        "verify": _certificates(),
        "timeout": httpx.Timeout(settings.timeout, connect=CONNECT_TIMEOUT),
        "limits": httpx.Limits(max_connections=None, max_keepalive_connections=0),
        "headers": {"authorization": f"Bearer {key}"} if key else {},
    }


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


def ask(settings: Model, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The JSON object that a GET (with a body: POST) of this path gives. Raises ModelError or ModelTimeout."""
    options = connection(settings) | {"timeout": PROBE_TIMEOUT}
    with translated(settings), httpx.Client(**options) as client:
        response = client.request("POST" if body else "GET", settings.base_url.rstrip("/") + path, json=body)
        check(response.status_code, response.text, settings)
        found = response.json()
        if not isinstance(found, dict):
            raise ValueError(f"{path}: no JSON object")
        return found


async def post_lines(settings: Model, path: str, body: dict[str, Any]) -> AsyncIterator[str]:
    """The lines of a streamed reply as they arrive. Raises ModelError, ModelTimeout, or UnicodeDecodeError."""
    url = settings.base_url.rstrip("/") + path
    with translated(settings):
        client = httpx.AsyncClient(**connection(settings))
        async with client, client.stream("POST", url, json=body) as response:
            if response.status_code != httpx.codes.OK:
                check(response.status_code, (await response.aread()).decode(errors="replace"), settings)
            rest = b""
            async for arrived in response.aiter_bytes():
                *lines, rest = (rest + arrived).split(b"\n")
                for line in lines:
                    yield line.decode()
            if rest:
                yield rest.decode()


def check(code: int, body: str, settings: Model) -> None:
    """Raises a ModelError for any HTTP status but 200. `body` is looked at, never shown: it may hold the question."""
    said = body.lower()
    values: dict[str, object] = {"url": settings.base_url, "model": settings.name, "code": code}
    match code:
        case 200:
            return
        case 401 | 403:
            name = "forbidden"
        case 404:
            name = "not_installed" if settings.provider == "ollama" else "not_served"
        case 429 | 503:
            name = "busy"
        case 400 | 413 if "context" in said or "too long" in said:
            name = "too_long"
        case _ if "memory" in said:
            name = "memory"
        case _:
            name = "failed" if code > 0 else "failed_midway"
    raise ModelError(text(f"model.{name}", variable=KEY_VARIABLE, **values))


@contextmanager
def translated(settings: Model, malformed: str = "not_a_model_server") -> Iterator[None]:
    """Turns what an HTTP client raises into a ModelError that says what happened; `malformed`: to what is no reply."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, ConnectionError) as error:
        raise ModelError(text("model.unreachable", url=settings.base_url)) from error
    except httpx.TimeoutException as error:
        raise ModelTimeout(text("model.timeout", seconds=round(settings.timeout))) from error
    except UnicodeDecodeError as error:
        raise ModelError(text("model.garbled")) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ModelError(text("model.broken")) from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(text(f"model.{malformed}", url=settings.base_url)) from error
