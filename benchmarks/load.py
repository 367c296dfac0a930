"""Many chats at once, and what Fundstelle itself adds: python -m benchmarks.load [--data var] [--chats 50]

A scripted model server in a process of its own writes 30 tokens a second for as many as ask. Needs a store
(python -m ingest sync). Printed: errors, seconds to the first word and to the end; with few slots, who overtook whom
in the queue; and the time from a question to its request reaching the server, one question after the other.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np

from assistant.config import load
from assistant.pipeline import Assistant
from assistant.store import Generation
from assistant.types import Answer
from tests.scripted import NAME, End, Step, serving

RATE = 30


@dataclass
class Chat:
    """One question's times, on the clock that all processes share."""

    asked: float
    first: float = 0.0
    end: float = 0.0
    place: int = 0
    answer: Answer | None = None


def main() -> None:
    options = _options()
    settings = load()
    # Every question is to reach the model.
    search = settings.search.model_copy(update={"evidence": 0.0})
    corpus = settings.corpus.model_copy(update={"data_dir": options.data.resolve()})
    with _server(options.tokens) as (url, arrivals):

        def assistant(parallel: int) -> Assistant:
            chosen = {"provider": options.provider, "name": NAME, "base_url": url, "parallel": parallel}
            model = settings.model.model_copy(update=chosen)
            ready = Assistant(settings.model_copy(update={"corpus": corpus, "search": search, "model": model}))
            ready.answer(questions[0])
            arrivals()
            return ready

        generation = Generation.open(corpus.data_dir / "store")
        questions = _questions(generation, options.chats + options.overhead)
        print(f"{generation.manifest.passages} passages, {options.provider}, {options.tokens} tokens at {RATE}/s\n")
        print(f"{'':24}{'errors':>8}{'first p50':>12}{'p95':>8}{'end p95':>10}{'overtaken':>11}")
        for parallel in (options.chats, 2):
            _show(f"{options.chats} chats, parallel={parallel}", _rush(assistant(parallel), questions[: options.chats]))
        alone = assistant(1)
        arrivals(pause=0.0)
        used = time.process_time()
        chats = [_ask(alone, question) for question in questions[options.chats :]]
        used = (time.process_time() - used) / len(chats) * 1000
        arrived = arrivals()
        added = [came - chat.asked for chat in chats for came in arrived if chat.asked <= came <= chat.end]
        p50, p95 = np.percentile(added, [50, 95]) * 1000
        print(f"\nquestion to request, {len(added)} one by one: p50 {p50:.1f} ms, p95 {p95:.1f} ms")
        print(f"  processor time of a whole question, mean {used:.1f} ms")
        for step in ("retrieve", "cite"):
            times = [chat.answer.seconds.get(step, 0.0) * 1000 for chat in chats if chat.answer]
            print(f"  {step:10} p50 {np.percentile(times, 50):.1f} ms, p95 {np.percentile(times, 95):.1f} ms")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("var"))
    parser.add_argument("--provider", choices=("ollama", "openai"), default="ollama")
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument("--overhead", type=int, default=200, help="questions asked one by one")
    return parser.parse_args()


def _questions(generation: Generation, count: int) -> list[str]:
    """Questions after headings of the corpus; the same every time."""
    headings = sorted({item.heading for source in generation.sources for item in generation.of_source(source)} - {""})
    return [f"Was gilt für {heading}?" for heading in random.Random(1).sample(headings, count)]


def _rush(assistant: Assistant, questions: Sequence[str]) -> list[Chat]:
    """All questions at the same time."""
    chats: list[Chat] = []
    threads = [threading.Thread(target=lambda q=question: chats.append(_ask(assistant, q))) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return chats


def _ask(assistant: Assistant, question: str) -> Chat:
    chat = Chat(time.monotonic())
    for step in assistant.stream(question):
        if isinstance(step, Answer):
            chat.answer = step
        elif step.text and not chat.first:
            chat.first = time.monotonic()
        elif step.notice and not chat.place:
            chat.place = int(step.notice.split()[1])
    chat.end = time.monotonic()
    return chat


def _show(name: str, chats: Sequence[Chat]) -> None:
    errors = sum(_failed(chat) for chat in chats)
    first = np.percentile([chat.first - chat.asked for chat in chats if chat.first], [50, 95])
    end = np.percentile([chat.end - chat.asked for chat in chats], 95)
    line = sorted((chat for chat in chats if chat.place), key=lambda chat: chat.place)
    overtaken = sum(b.first < a.first - 1 / RATE for a, b in zip(line, line[1:], strict=False))
    print(f"{name:24}{errors:>8}{first[0]:>11.2f}s{first[1]:>7.2f}s{end:>9.2f}s{overtaken:>11}")


def _failed(chat: Chat) -> bool:
    """Whether the model did not answer to its end (a reply that was refused by the checks is not meant)."""
    return chat.answer is None or "first_token" not in chat.answer.seconds


@contextmanager
def _server(tokens: int) -> Iterator[tuple[str, Any]]:
    """Address of a server in its own process, and a function that gives when requests arrived and sets its pace."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, tokens), daemon=True)
    process.start()
    url = ours.recv()

    def arrivals(pause: float = 1 / RATE) -> list[float]:
        ours.send(pause)
        times: list[float] = ours.recv()
        return times

    yield url, arrivals
    ours.send(None)
    process.join()


def _serve(pipe: Connection, tokens: int) -> None:
    def echo(body: dict[str, Any]) -> list[Step]:
        """The first passage of the prompt word by word, padded, so that the answer can be checked like a real one."""
        passage = body["messages"][-1]["content"].split("\n")[4].rstrip(".")
        words = [f"{word} " for word in passage.split()][:tokens]
        padding = [f"{first}{second}lich " for first in ascii_lowercase for second in ascii_lowercase]
        return [*padding[: tokens - len(words)], *words, "[1].", End()]

    with serving() as server:
        server.script, server.pause = echo, 1 / RATE
        pipe.send(server.url)
        while (pause := pipe.recv()) is not None:
            pipe.send(server.arrived[:])
            server.arrived.clear()
            server.pause = pause


if __name__ == "__main__":
    main()
