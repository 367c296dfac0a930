"""python ui.py: serves the chat. Assembles pages/ into one web application; wiring only."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import config
from assistant.config import Settings
from assistant.errors import ConfigError, FundstelleError
from assistant.store import Generation, Store

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.pipeline import Assistant

BUSY = "Der Port {port} auf {host} ist schon belegt ({reason}). Mit --port einen anderen wählen."
PORTS = "--port {port}: Diese Nummer gibt es nicht. Möglich sind 1 bis 65535, oder 0 für irgendeinen freien Port."
OPEN = (
    "Achtung: Die Seite ist unter {host} auch von anderen Rechnern erreichbar, und nichts fragt dort nach Namen oder "
    "Kennwort. Bitte vorher docs/operations.md lesen."
)

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is stopped; 0, or 1 with a German line on stderr."""
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        store = Store(settings.store)
        generation = store.current()
        listening = _listen(settings)
    except FundstelleError as error:
        print(error, file=sys.stderr)
        return 1
    print(_corpus_line(generation), flush=True)
    if not _loopback(settings.server.host):
        print(OPEN.format(host=settings.server.host), file=sys.stderr)
    _serve(application(settings), settings, listening)
    return 0


def application(settings: Settings) -> FastAPI:
    """Our own pages, and the chat mounted at "/". Nothing of it leaves this host."""
    os.environ["GRADIO_TEMP_DIR"] = str(settings.corpus.data_dir / "gradio")
    import gradio

    from assistant.pipeline import Assistant
    from assistant.records import Records
    from pages import chat, web
    from pages.turn import OpenTurns

    assistant, turns = Assistant(settings, records=Records(settings)), OpenTurns()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with _beside(assistant):
            yield

    mounted: FastAPI = gradio.mount_gradio_app(
        web.application(assistant.store, settings, turns, lifespan),
        chat.chat(assistant, turns),
        path="/",
        theme=chat.theme(),
        head=chat.HEAD,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        show_error=False,
        favicon_path=str(web.STATIC / "icon.png"),
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
    )
    return mounted


@contextmanager
def _beside(assistant: Assistant) -> Iterator[None]:
    """What runs beside the page: the warm-up at its start, and the daily purge of the records."""
    from assistant.records import purge_daily

    def warm_up() -> None:
        try:
            assistant.warm_up()
        except FundstelleError as error:
            log.warning("no warm-up: %s", error)

    warming = threading.Thread(target=warm_up, name="warm-up", daemon=True)
    warming.start()
    purging = purge_daily(assistant.records) if assistant.records else None
    try:
        yield
    finally:
        if purging:
            purging.set()
        warming.join()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python ui.py", description="Startet die Seite von Fundstelle.")
    parser.add_argument("--config", type=Path, metavar="DATEI", help="andere Konfiguration als config.toml")
    parser.add_argument("--host", metavar="ADRESSE", help="Adresse, auf der die Seite erreichbar ist")
    parser.add_argument("--port", type=int, metavar="NUMMER", help="Port, auf dem die Seite erreichbar ist")
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    if options.port is not None and not 0 <= options.port <= 65535:
        raise ConfigError(PORTS.format(port=options.port))
    settings = config.load(options.config)
    given = {key: value for key in ("host", "port") if (value := getattr(options, key)) is not None}
    return settings.model_copy(update={"server": settings.server.model_copy(update=given)})


def _listen(settings: Settings) -> socket.socket:
    """A socket bound to host and port. Raises FundstelleError if it is taken or not ours."""
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise FundstelleError(BUSY.format(port=port, host=host, reason=error.strerror)) from error
    return listening


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _corpus_line(generation: Generation) -> str:
    from pages.corpus import created, summary

    return f"{summary(generation)}; {created(generation)}."


def _serve(app: FastAPI, settings: Settings, listening: socket.socket) -> None:
    import uvicorn

    host, port = settings.server.host, listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print(f"Fundstelle läuft: http://{shown}:{port}   (beenden mit Strg+C)", flush=True)

    # No access log: addresses of Fundstellen would tell who read what.
    settings_of_server = uvicorn.Config(app, log_level="warning", access_log=False)
    Server(settings_of_server).run(sockets=[listening])


if __name__ == "__main__":
    sys.exit(main())
