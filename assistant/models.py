"""The language model on the city's own server. Whatever goes wrong becomes a ModelError with a German sentence."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from assistant.config import Model
from assistant.errors import ModelError, ModelTimeout
from assistant.serving.background import read
from assistant.serving.reply import Reply
from assistant.serving.servers import Message, Served, Server
from assistant.serving.turns import Turns
from assistant.texts import text

RECHECK_SECONDS = 45
# So often a stream that waits gives a sign, which is when a caller who has left can close it.
TICK = 0.5


@dataclass(frozen=True, slots=True)
class State:
    """Whether the model can be asked: `problem` is a German sentence that says why not, or ""."""

    problem: str = ""
    served: Served | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How a reply came, in seconds: in the queue, from the request to the first word, from there to the end."""

    queue: float
    first_token: float
    writing: float
    prompt_tokens: int | None
    tokens: int

    @property
    def tokens_per_second(self) -> float:
        return self.tokens / self.writing if self.writing else 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reply is: its place in the queue (0: none), all of its text so far, and at the very end its pace."""

    text: str = ""
    place: int = 0
    pace: Pace | None = None


def connect(settings: Model) -> Server:
    """The server of the settings; nothing is sent yet. Raises ModelError for an address that is none."""
    if settings.provider == "openai":
        from assistant.serving.openai_server import OpenAICompatible

        return OpenAICompatible(settings)
    from assistant.serving.ollama_server import Ollama

    return Ollama(settings)


class ModelServer:
    """The model of the settings, shared by all questions of a process."""

    def __init__(self, settings: Model) -> None:
        self.settings = settings
        self._server = connect(settings) if settings.name else None
        self._turns = Turns(settings.parallel)
        self._lock = threading.Lock()
        self._state = State(text("model.none"))
        self._checked = float("-inf")

    def state(self) -> State:
        """Whether the model can be asked right now. Asks the server every 45 seconds at most, or after a failure."""
        with self._lock:
            if self._server and time.monotonic() - self._checked > RECHECK_SECONDS:
                self._state = self._probe(self._server)
                self._checked = time.monotonic()
            return self._state

    def problem(self) -> str:
        """Why the model cannot be asked, as a German sentence; "" when it can."""
        return self.state().problem

    @property
    def window(self) -> int:
        """Tokens that prompt and answer may have together: as set, or fewer where the model cannot hold so many."""
        served = self._state.served
        return min(self.settings.num_ctx, served.context or self.settings.num_ctx) if served else self.settings.num_ctx

    @property
    def room(self) -> int:
        """Tokens left for the prompt when the answer has its own."""
        return max(self.window - self.settings.num_predict, self.window // 2)

    @property
    def label(self) -> str:
        """The model's name, with the first twelve digits of its digest where the server tells one."""
        served = self._state.served
        return served.label if served else self.settings.name

    def stream(self, messages: Sequence[Message]) -> Generator[Progress, None, None]:
        """Waits in the queue, then gives the reply while it is written; twice a second at least something is given.

        Closing it gives up the place, or ends the request, at once. Raises ModelError or ModelTimeout: also for a reply
        that is cut, empty, endless, unreadable, or answers a prompt of which the server saw only a part.
        """
        if self._server is None:
            raise ModelError(text("model.none"))
        came = time.monotonic()
        with self._turns.join() as turn:
            while place := turn.wait(TICK):
                yield Progress(place=place)
            try:
                yield from self._reply(self._server, messages, time.monotonic() - came)
            except ModelError:
                self._checked = float("-inf")
                raise

    def _reply(
        self, server: Server, messages: Sequence[Message], queued: float
    ) -> Generator[Progress, None, None]:
        reply, shown = Reply(), Progress()
        start = last = time.monotonic()
        first: float | None = None
        with closing(read(server.stream(messages), TICK)) as pieces:
            for piece in pieces:
                now = time.monotonic()
                if piece:
                    reply.add(piece)
                    last = now
                    shown = Progress(reply.text)
                elif now - last > self.settings.timeout:
                    raise ModelTimeout(text("model.timeout", seconds=round(self.settings.timeout)))
                first = first or (now if shown.text else None)
                yield shown
        reply.finish("\n".join(message.content for message in messages), self.window)
        first, end = first or last, time.monotonic()
        yield Progress(reply.text, 0, Pace(queued, first - start, end - first, reply.prompt_tokens, reply.tokens))

    def _probe(self, server: Server) -> State:
        try:
            served = server.chosen()
        except ModelTimeout:
            return State(text("model.unreachable", url=self.settings.base_url))
        except ModelError as error:
            return State(str(error))
        if served is None:
            name = "not_installed" if self.settings.provider == "ollama" else "not_served"
            return State(text(f"model.{name}", model=self.settings.name, url=self.settings.base_url))
        return State(served=served)
