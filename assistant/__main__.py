"""python -m assistant ask | search | models | purge | export | erase"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import config
from assistant.errors import FundstelleError
from assistant.render import as_json, as_of, hit_json
from assistant.texts import text
from assistant.types import Answer, Hit

if TYPE_CHECKING:
    from assistant.records import Records


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0, or 1 with a German line on stderr."""
    options = _parser().parse_args(arguments)
    try:
        commands = {"ask": _ask, "search": _search, "models": _models}
        commands |= {"purge": _purge, "export": _export, "erase": _erase}
        commands[options.command](options)
    except FundstelleError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m assistant", description="Fragen an den Bestand stellen.")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="eine Frage beantworten")
    ask.add_argument("question", metavar="FRAGE")
    search = commands.add_parser("search", help="Textstellen suchen, ohne Antwort")
    search.add_argument("question", metavar="FRAGE", nargs="?")
    search.add_argument("-k", type=int, default=10, help="wie viele Treffer (voreingestellt: 10)")
    search.add_argument("--batch", type=Path, metavar="DATEI", help='Zeilen {"id", "question"}; mit --json')
    models = commands.add_parser("models", help="zeigen, was der Modellserver hat, und das eingestellte Modell prüfen")
    purge = commands.add_parser("purge", help="Aufzeichnungen löschen, die älter sind als die Fristen in config.toml")
    purge.add_argument("--days", type=int, metavar="N", help="Antworten ab diesem Alter ganz löschen (0: alle)")
    export = commands.add_parser("export", help="alles ausgeben, was zu einem Pseudonym aufgezeichnet ist (JSON)")
    erase = commands.add_parser("erase", help="alles löschen, was zu einem Pseudonym aufgezeichnet ist")
    for command in (export, erase):
        who = command.add_mutually_exclusive_group(required=True)
        who.add_argument("pseudonym", metavar="PSEUDONYM", nargs="?")
        who.add_argument("--user", metavar="NAME", help="Anmeldename; das Pseudonym wird daraus berechnet")
    for command in (ask, search):
        command.add_argument("--json", action="store_true", help="Ausgabe als JSON")
    for command in (ask, search, models, purge, export, erase):
        command.add_argument("--config", type=Path, metavar="DATEI", help="andere Konfiguration als config.toml")
    return parser


def _ask(options: argparse.Namespace) -> None:
    from assistant.pipeline import Assistant

    answer = Assistant(config.load(options.config)).answer(options.question)
    print(json.dumps(as_json(answer), ensure_ascii=False) if options.json else _printed(answer))


def _search(options: argparse.Namespace) -> None:
    from assistant.embedders import chosen
    from assistant.retrieve import retrieve
    from assistant.store import Store

    settings = config.load(options.config)
    embedder = chosen(settings)
    generation = Store(settings.store).current(embedder)

    def hits(question: str) -> list[Hit]:
        return retrieve(question, generation, embedder, settings, k=options.k)

    if options.batch:
        for name, question in _batch(options.batch):
            found = [hit_json(rank, hit) for rank, hit in enumerate(hits(question), 1)]
            print(json.dumps({"id": name, "hits": found}, ensure_ascii=False), flush=True)
        return
    if options.question is None:
        raise FundstelleError("Es fehlt die Frage: python -m assistant search \"…\" oder --batch DATEI.")
    for rank, hit in enumerate(hits(options.question), 1):
        if options.json:
            print(json.dumps(hit_json(rank, hit), ensure_ascii=False))
        else:
            print(f"{rank:>2}. {hit.passage.label}  ({hit.score:.2f}; {', '.join(hit.matched)})")
            print(f"    {hit.passage.text[:160].replace(chr(10), ' ')}")


def _models(options: argparse.Namespace) -> None:
    from assistant.models import ModelServer, connect
    from assistant.serving.servers import Message

    settings = config.load(options.config).model
    print(text("model.server", url=settings.base_url, provider=settings.provider))
    for served in connect(settings).served():
        mark = "*" if served.name in (settings.name, f"{settings.name}:latest") else " "
        size = f"{served.size / 1e9:.1f} GB" if served.size else ""
        print(f"{mark} {served.name:<32} {served.quantisation:<8} {size:>9}  {served.digest[:12]}".rstrip())
    server = ModelServer(settings)
    if problem := server.problem():
        raise FundstelleError(problem)
    if server.window < settings.num_ctx:
        print(text("model.smaller", window=server.window, set=settings.num_ctx))
    *_, last = server.stream([Message("user", text("model.probe"))])
    if pace := last.pace:
        first, speed = round(pace.first_token, 1), round(pace.tokens_per_second)
        print(text("model.works", model=server.label, reply=last.text.strip()[:80], first=first, speed=speed))


def _purge(options: argparse.Namespace) -> None:
    from assistant.records import Records

    if options.days is not None and options.days < 0:
        raise FundstelleError("--days: Bitte eine Zahl ab 0 angeben.")
    purged = Records(config.load(options.config)).purge(keep_days=options.days)
    print(text("records.purged", answers=purged.answers, wordings=purged.wordings))


def _export(options: argparse.Namespace) -> None:
    records, pseudonym = _subject(options)
    print(records.export(pseudonym))


def _erase(options: argparse.Namespace) -> None:
    records, pseudonym = _subject(options)
    print(text("records.erased", answers=records.erase(pseudonym), pseudonym=pseudonym))


def _subject(options: argparse.Namespace) -> tuple[Records, str]:
    """The records, and whose part of them is asked for."""
    from assistant.records import Records

    records = Records(config.load(options.config))
    return records, options.pseudonym or records.pseudonym(options.user)


def _batch(file: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise FundstelleError(f"{file}: Die Datei kann nicht gelesen werden ({error.strerror}).") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            yield str(entry["id"]), str(entry["question"])
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise FundstelleError(f'{file}, Zeile {number}: erwartet wird {{"id": …, "question": …}}.') from error


def _printed(answer: Answer) -> str:
    lines = [answer.notice] if answer.notice else []
    lines += [answer.text, ""]
    for citation in answer.citations:
        source = citation.passage.source
        lines.append(f"[{citation.number}] {citation.label} – {source.title}, {as_of(source)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
