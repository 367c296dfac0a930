"""python -m ingest sync · show · check · diff · rollback · prune · expand"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.config import Settings, load
from assistant.errors import FundstelleError, StoreError
from assistant.store import Generation
from assistant.storing import pointer
from assistant.storing.pointer import current_number, numbers, point_to, writing

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from ingest.plan import Preview
    from ingest.report import SyncReport

    Commands = _SubParsersAction[argparse.ArgumentParser]


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
    from ingest.sync import preview, sync

    if options.mirror:
        address = options.mirror if "://" in options.mirror else str(Path(options.mirror).expanduser().resolve())
        settings = settings.model_copy(update={"corpus": settings.corpus.model_copy(update={"law_mirror": address})})
    report: Preview | SyncReport
    if options.plan:
        report = preview(settings, _progress, allow_empty=options.allow_empty)
    else:
        report = sync(settings, _progress, refresh=options.refresh, allow_empty=options.allow_empty)
    print(report)
    return 0 if report.ok else 1


def show(settings: Settings, options: argparse.Namespace) -> int:
    from ingest.show import as_json, overview, wanted, whole

    generation = Generation.open(settings.store)
    sources = wanted(generation, options.source)
    if options.json:
        for source in sources:
            for passage in generation.of_source(source.id):
                print(as_json(passage))
    elif options.source:
        for source in sources:
            print(*whole(generation, source), sep="\n")
    else:
        print(*overview(generation, sources), sep="\n")
    return 0


def check(settings: Settings, options: argparse.Namespace) -> int:
    from ingest.check import CODES, check

    generation = Generation.open(settings.store)
    manifest = generation.manifest
    findings = list(check(generation, settings, options.days))
    if options.json:
        listed = [asdict(finding) for finding in findings]
        print(json.dumps({"generation": manifest.number, "findings": listed}, ensure_ascii=False, indent=1))
    else:
        print(*findings, sep="\n", end="\n" if findings else "")
        broken = any(finding.level == "error" for finding in findings)
        print(
            f"Bestand {manifest.number} vom {manifest.created[:10]}: {len(manifest.sources)} Quellen, "
            f"{manifest.passages} Textstellen, {'FEHLERHAFT' if broken else 'in Ordnung'}."
        )
    codes = {CODES[finding.level] for finding in findings}
    return min(codes - {0}, default=0)


def diff(settings: Settings, options: argparse.Namespace) -> int:
    from ingest.diff import diff
    from ingest.diff_text import as_html, as_text

    new = options.new or current_number(settings.store)
    old = options.old or max((number for number in numbers(settings.store) if number < (new or 0)), default=None)
    if old is None:
        raise StoreError("Es gibt keinen früheren Bestand, mit dem sich vergleichen ließe.")
    found = diff(Generation.open(settings.store, old), Generation.open(settings.store, new))
    if options.html:
        try:
            options.html.write_text(as_html(found), encoding="utf-8")
        except OSError as error:
            raise StoreError(f"{options.html}: lässt sich nicht schreiben ({error.strerror}).") from error
        print(f"Der Vergleich steht in {options.html}.")
    elif options.json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    else:
        print(as_text(found))
    return 0


def expand(settings: Settings, options: argparse.Namespace) -> int:
    from assistant.models import ModelServer
    from ingest.expand import expand

    written = list(expand(Generation.open(settings.store), ModelServer(settings.model), options.source))
    print(*written or ["Zu allen Abschnitten gibt es schon Fragen."], sep="\n")
    return 0


def prune(settings: Settings, options: argparse.Namespace) -> int:
    with writing(settings.store):
        went = pointer.prune(settings.store, options.keep)
    listed = ", ".join(map(str, numbers(settings.store))) or "keine"
    print(f"{len(went)} frühere Bestände gelöscht. Vorhanden sind: {listed}.")
    return 0


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


def _progress(names: Sequence[str], title: str) -> Iterable[str]:
    from tqdm import tqdm

    form = "{desc}: {percentage:3.0f} % |{bar}| {n_fmt} von {total_fmt}, {rate_fmt}, noch {remaining}"
    return tqdm(
        names, desc=title, unit="", bar_format=form, file=sys.stderr, leave=False, disable=None, delay=0.5
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"„{text}“ ist keine Zahl ab 1")
    return int(text)


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
    command.add_argument("--plan", action="store_true", help="nur zeigen, was geschähe; nichts ändern")
    command.add_argument("--allow-empty", action="store_true", help="Dokumente leerer Ordner entfernen")
    command.set_defaults(run=sync)

    command = commands.add_parser(
        "show", parents=[shared], help="Quellen auflisten oder die Textstellen einer Quelle zeigen"
    )
    command.add_argument("source", nargs="?", metavar="QUELLE", help="Kennung, Pfad, Kurzname oder Titel")
    command.add_argument("--json", action="store_true", help="jede Textstelle als eine Zeile JSON")
    command.set_defaults(run=show)
    _add_care(commands, shared)
    return parser


def _add_care(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """The commands that look after what is there."""
    command = commands.add_parser("check", parents=[shared], help="prüfen, ob der Bestand vollständig und aktuell ist")
    command.add_argument("--days", type=_positive, default=3 * 365, metavar="TAGE", help="älter ist ein Hinweis (1095)")
    command.add_argument("--json", action="store_true", help="die Befunde als JSON")
    command.set_defaults(run=check)

    command = commands.add_parser("expand", parents=[shared], help="das Sprachmodell Fragen entwerfen lassen")
    command.add_argument("source", nargs="?", metavar="QUELLE", help="Kennung eines Dokuments; sonst alle")
    command.set_defaults(run=expand)

    command = commands.add_parser("diff", parents=[shared], help="zwei Bestände vergleichen, Wort für Wort")
    command.add_argument("old", nargs="?", type=_positive, metavar="ALT", help="sonst der vorige")
    command.add_argument("new", nargs="?", type=_positive, metavar="NEU", help="sonst der aktuelle")
    command.add_argument("--json", action="store_true", help="den Vergleich als JSON")
    command.add_argument("--html", type=Path, metavar="DATEI", help="den Vergleich als Seite für den Browser")
    command.set_defaults(run=diff)

    command = commands.add_parser("prune", parents=[shared], help="frühere Bestände löschen")
    command.add_argument("--keep", type=_positive, required=True, metavar="ANZAHL", help="so viele bleiben")
    command.set_defaults(run=prune)

    command = commands.add_parser("rollback", parents=[shared], help="zu einem früheren Bestand zurückkehren")
    command.add_argument("number", nargs="?", type=int, metavar="NUMMER", help="sonst der vorige")
    command.set_defaults(run=rollback)


if __name__ == "__main__":
    sys.exit(main())
