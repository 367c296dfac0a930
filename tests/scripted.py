"""A model server that plays a script over real HTTP, for tests and benchmarks: Ollama's protocol and OpenAI's.

    with serving() as server:
        server.script = ["Die Steuer ", "beträgt 90 Euro [1].", End()]
"""

from __future__ import annotations

import hashlib
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.config import Model
from assistant.german import terms
from assistant.storing.builder import Builder
from assistant.storing.pointer import writing
from assistant.types import Locator, Passage, Source

NAME = "stadt-modell:8b"
DIGEST = "5c1e0d2a9b77" + "0" * 52


@dataclass(frozen=True)
class Thought:
    """Thinking that the server itself keeps apart from the answer."""

    text: str


@dataclass(frozen=True)
class Hang:
    """Nothing, for so many seconds or until the client has gone."""

    seconds: float = 10.0


@dataclass(frozen=True)
class Raw:
    """Bytes sent as they are."""

    data: bytes


@dataclass(frozen=True)
class Cut:
    """The connection breaks."""


@dataclass(frozen=True)
class Fail:
    """An error, as this protocol reports one in the middle of a stream."""

    message: str = "llama runner process has terminated"


@dataclass(frozen=True)
class Refuse:
    """An HTTP status instead of a stream; only as the first step."""

    status: int
    body: str = '{"error": "no"}'


@dataclass(frozen=True)
class End:
    """The regular end. `prompt_tokens` None: a plausible count of what was sent."""

    reason: str = "stop"
    prompt_tokens: int | None = None


Step = str | Thought | Hang | Raw | Cut | Fail | Refuse | End
DEFAULT: tuple[Step, ...] = ("Die Steuer beträgt ", "für den ersten Hund ", "90 Euro im Jahr [1].", End())


class ScriptedServer(ThreadingHTTPServer):
    """`asked` are the bodies of chat requests in order, `gone` counts clients that left before the end."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.script: Sequence[Step] | Callable[[dict[str, Any]], Sequence[Step]] = DEFAULT
        self.models: list[str] = [NAME]
        self.context = 40960
        self.pause = 0.0
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.arrived: list[float] = []
        self.gone = 0
        self.busy = self.most_busy = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def settings(self, provider: str = "ollama", **more: Any) -> Model:  # noqa: ANN401 - any setting
        return Model.model_validate({"provider": provider, "name": NAME, "base_url": self.url, "timeout": 5.0} | more)


@contextmanager
def serving(port: int = 0) -> Iterator[ScriptedServer]:
    with ScriptedServer(port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Gone(Exception):
    pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        models = self.server.models
        if self.path == "/api/tags":
            about = {"digest": DIGEST, "size": 5 * 10**9, "details": {"quantization_level": "Q4_K_M"}}
            self._json({"models": [{"name": name} | about for name in models]})
        elif self.path == "/v1/models":
            about = {"object": "model", "max_model_len": self.server.context}
            self._json({"data": [{"id": name} | about for name in models]})
        else:
            self._json({"error": "not found"}, 404)

    def do_POST(self) -> None:
        self.server.paths.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            self._json({"model_info": {"general.architecture": "x", "x.context_length": self.server.context}})
        elif self.path == "/api/embed" and body["model"] in self.server.models:
            self.server.asked.append(body)
            self._json({"model": NAME, "embeddings": (3 * WordEmbedder().passages(body["input"])).tolist()})
        elif self.path in ("/api/chat", "/v1/chat/completions"):
            self._chat(body)
        else:
            self._json({"error": "not found"}, 404)

    def _chat(self, body: dict[str, Any]) -> None:
        server = self.server
        with server.lock:
            server.asked.append(body)
            server.headers.append(dict(self.headers))
            server.arrived.append(time.monotonic())
            server.busy += 1
            server.most_busy = max(server.busy, server.most_busy)
        try:
            self._play(body)
        except (_Gone, ConnectionError):
            self.close_connection = True
            with server.lock:
                server.gone += 1
        finally:
            with server.lock:
                server.busy -= 1

    def _play(self, body: dict[str, Any]) -> None:
        script = self.server.script(body) if callable(self.server.script) else self.server.script
        if script and isinstance(script[0], Refuse):
            self._json(script[0].body, script[0].status)
            return
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        protocol = _ollama if self.path == "/api/chat" else _openai
        prompt = sum(len(message["content"]) for message in body["messages"]) // 4
        for step in script:
            match step:
                case Hang(seconds):
                    self._hang(seconds)
                case Cut():
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                case Raw(data):
                    self._send(data)
                case _:
                    self._send(protocol(step, prompt))
                    self._hang(self.server.pause)
        self._send(b"")

    def _hang(self, seconds: float) -> None:
        """The client sends nothing more: its connection becomes readable when it leaves."""
        if seconds and select.select([self.connection], [], [], seconds)[0]:
            raise _Gone

    def _send(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _json(self, data: object, status: int = 200) -> None:
        sent = data.encode() if isinstance(data, str) else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _ollama(step: Step, prompt: int) -> bytes:
    message: dict[str, Any] = {"role": "assistant", "content": ""}
    line: dict[str, Any] = {"model": NAME, "created_at": "2026-01-01T00:00:00Z", "message": message, "done": False}
    match step:
        case str():
            message["content"] = step
        case Thought(thought):
            message["thinking"] = thought
        case Fail(error):
            line = {"error": error}
        case End(reason, seen):
            counts = {"prompt_eval_count": prompt if seen is None else seen, "eval_count": 7}
            line |= {"done": True, "done_reason": reason} | counts
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _openai(step: Step, prompt: int) -> bytes:
    delta: dict[str, Any] = {}
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": None}
    events: list[Any] = [{"object": "chat.completion.chunk", "model": NAME, "choices": [choice]}]
    match step:
        case str():
            delta["content"] = step
        case Thought(thought):
            delta["reasoning_content"] = thought
        case Fail(error):
            events = [{"error": {"message": error, "code": 500}}]
        case End(reason, seen):
            choice["finish_reason"] = reason
            counts = {"prompt_tokens": prompt if seen is None else seen, "completion_tokens": 7}
            events.append({"choices": [], "usage": counts})
    sent = [json.dumps(event, ensure_ascii=False) for event in events] + ["[DONE]"] * isinstance(step, End)
    return "".join(f"data: {event}\n\n" for event in sent).encode()


@dataclass(frozen=True)
class WordEmbedder:
    """Hashed terms: no model file, and texts that share words are near."""

    name: str = "words"
    digest: str = "1"
    dim: int = 64
    weights: dict[str, float] = field(default_factory=dict)

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self.query(text) for text in texts], dtype=np.float32).reshape(-1, self.dim)

    def query(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.dim, 1e-3, dtype=np.float32)
        for term in terms(text):
            vector[int.from_bytes(hashlib.sha256(term.encode()).digest()[:4]) % self.dim] += 1
        unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
        return unit


DOGS = Source("hstsatz", "Hundesteuersatzung", "HStSatz", "bylaw", "h.md", folder="g", as_of="2026-01-01", digest="1")
DOG_TAX = "Die Steuer beträgt für den ersten Hund 90 Euro im Jahr."
SECTIONS: dict[str, tuple[str, ...]] = {
    "§ 1": ("Die Stadt erhebt eine Steuer auf das Halten von Hunden.", "Steuerpflichtig ist, wer einen Hund hält."),
    "§ 2": (DOG_TAX, "Für den zweiten Hund beträgt sie 120 Euro im Jahr."),
}
QUESTION = "Wie hoch ist die Steuer für den ersten Hund nach § 2 HStSatz?"


def store(path: Path, sections: dict[str, tuple[str, ...]] | None = None) -> Path:
    """A store with one bylaw at `path`."""
    passages = [
        Passage(f"{DOGS.id}/{name[2:]}/{number}", DOGS, Locator(name, str(number)), text, digest=text)
        for name, texts in (sections or SECTIONS).items()
        for number, text in enumerate(texts, 1)
    ]
    with writing(path), Builder(path, None, WordEmbedder(), "test", fresh=True) as builder:
        builder.put(DOGS, passages)
        builder.seal()
    return path
