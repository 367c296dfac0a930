"""python -m ingest sync · show · check · rollback"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from pathlib import Path

from assistant.config import Settings, load
from assistant.errors import FundstelleError, StoreError
from assistant.pointer import current_number, numbers, point_to, writing
from assistant.store import Generation
from assistant.types import Passage, Source


def main(arguments: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # pipes on Windows would get another one
    options = _parser().parse_args(arguments)
    try:
        settings = load(options.config)
        code: int = options.run(settings, options)
    except FundstelleError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Abgebrochen; der bisherige Bestand bleibt in Gebrauch.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe (head, less) has had enough
        return 0
    return code


def sync(settings: Settings, options: argparse.Namespace) -> int:
    from ingest.sync import sync

    if options.mirror:
        address = options.mirror if "://" in options.mirror else str(Path(options.mirror).expanduser().resolve())
        settings = settings.model_copy(update={"corpus": settings.corpus.model_copy(update={"law_mirror": address})})
    report = sync(settings, _progress, refresh=options.refresh)
    print(report)
    return 0 if report.ok else 1


def show(settings: Settings, options: argparse.Namespace) -> int:
    generation = Generation.open(settings.store)
    sources = _wanted(generation, options.source)
    if options.json:
        for source in sources:
            for passage in generation.of_source(source.id):
                print(_line(passage))
    elif options.source:
        for source in sources:
            print(_about(source), end="\n\n")
            for passage in generation.of_source(source.id):
                print(f"{passage.label}  [{passage.id}]\n{passage.text}\n")
    else:
        for source in sources:
            entry = generation.manifest.sources[source.id]
            print(f"{source.id:<40} {entry.passages:>6}  {_about(source)}")
    return 0


def check(settings: Settings, options: argparse.Namespace) -> int:
    from ingest.check import errors, hints

    generation = Generation.open(settings.store)
    faults = list(errors(generation))
    for fault in faults:
        print(f"Fehler: {fault}")
    for hint in hints(generation):
        print(f"Hinweis: {hint}")
    manifest = generation.manifest
    print(
        f"Bestand {manifest.number} vom {manifest.created[:10]}: {len(manifest.sources)} Quellen, "
        f"{manifest.passages} Textstellen, {'FEHLERHAFT' if faults else 'in Ordnung'}."
    )
    return 1 if faults else 0


def rollback(settings: Settings, options: argparse.Namespace) -> int:
    with writing(settings.store):
        there = numbers(settings.store)
        now = current_number(settings.store) or 0
        target = options.number or max((number for number in there if number < now), default=None)
        if target is None:
            raise StoreError("Es gibt keinen früheren Bestand.")
        if target not in there:
            listed = ", ".join(map(str, there)) or "keine"
            raise StoreError(f"Diesen Bestand gibt es nicht. Vorhanden sind: {listed}.")
        generation = Generation.open(settings.store, target)
        point_to(settings.store, generation.number)
    print(
        f"Bestand {target} vom {generation.manifest.created[:10]} ist jetzt der aktuelle. "
        "Der nächste Abgleich baut auf ihm auf."
    )
    return 0


def _wanted(generation: Generation, name: str | None) -> list[Source]:
    sources = list(generation.sources.values())
    if name is None:
        return sources
    found = [source for source in sources if name in (source.id, source.path)]
    found = found or [
        source for source in sources if name.casefold() in (source.short.casefold(), source.title.casefold())
    ]
    if not found:
        raise StoreError(f"Die Quelle „{name}“ gibt es im Bestand nicht; „python -m ingest show“ nennt alle.")
    return found


def _line(passage: Passage) -> str:
    fields = {
        "id": passage.id,
        "source": passage.source.id,
        "path": passage.source.path,
        "section": passage.locator.section,
        "label": passage.label,
        "page": passage.locator.page,
        "text": passage.text,
    }
    return json.dumps(fields, ensure_ascii=False)


def _about(source: Source) -> str:
    name = source.title if source.title == source.short else f"{source.short}: {source.title}"
    return f"{name} (Stand: {source.as_of})" if source.as_of else f"{name} (ohne Stand)"


def _progress(names: Sequence[str], title: str) -> Iterable[str]:
    from tqdm import tqdm

    return tqdm(names, desc=title, unit="", file=sys.stderr, leave=False, disable=None, delay=0.5)


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--config", type=Path, metavar="DATEI", help="Konfigurationsdatei (sonst config.toml)")
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Der Bestand: Dokumente und Gesetze.")
    commands = parser.add_subparsers(required=True, metavar="BEFEHL")

    command = commands.add_parser(
        "sync", parents=[shared], help="den Bestand auf den Stand der Ordner und Gesetze bringen"
    )
    command.add_argument("--mirror", metavar="ORDNER_ODER_ADRESSE", help="Gesetzesspiegel statt des eingestellten")
    command.add_argument("--refresh", action="store_true", help="auch heute schon geprüfte Gesetze neu abfragen")
    command.set_defaults(run=sync)

    command = commands.add_parser(
        "show", parents=[shared], help="Quellen auflisten oder die Textstellen einer Quelle zeigen"
    )
    command.add_argument("source", nargs="?", metavar="QUELLE", help="Kennung, Pfad, Kurzname oder Titel")
    command.add_argument("--json", action="store_true", help="jede Textstelle als eine Zeile JSON")
    command.set_defaults(run=show)

    command = commands.add_parser("check", parents=[shared], help="prüfen, ob der Bestand vollständig und aktuell ist")
    command.set_defaults(run=check)

    command = commands.add_parser("rollback", parents=[shared], help="zu einem früheren Bestand zurückkehren")
    command.add_argument("number", nargs="?", type=int, metavar="NUMMER", help="sonst der vorige")
    command.set_defaults(run=rollback)
    return parser


if __name__ == "__main__":
    sys.exit(main())
