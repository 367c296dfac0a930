"""The web application: our own pages, the headers that keep everything on this host, and the chat at "/"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.config import Settings
from assistant.errors import FundstelleError, ReadError
from assistant.handing import vermerk
from assistant.render import edition
from assistant.store import Generation, Store
from assistant.texts import text
from assistant.types import Passage
from assistant.wording import Span
from pages.corpus import corpus_page
from pages.layout import document
from pages.passage import passage_page
from pages.section import file_of, has_image, pages_of
from pages.turn import OpenTurns

STATIC = Path(__file__).parent / "static"
# stack.md section 2: even a poisoned answer cannot make the browser ask another host.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

VERMERKE = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", vermerk.docx),
    "pdf": ("application/pdf", vermerk.pdf),
}

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
Starts = Annotated[list[int], Query(alias="von")]
Ends = Annotated[list[int], Query(alias="bis")]


class _Headers:
    """Sets HEADERS on every response; streams pass through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, with_headers)


class _NotFound(Exception):
    """Answered with a German page; the sentence is for the reader."""

    def __init__(self, sentence: str, title: str = "page.not_found_title") -> None:
        super().__init__(sentence)
        self.title = text(title)


def application(store: Store, settings: Settings, turns: OpenTurns, lifespan: Lifespan | None = None) -> FastAPI:
    """All routes except the chat. The caller mounts it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.add_middleware(_Headers)
    app.mount("/static-fundstelle", StaticFiles(directory=STATIC))

    @app.exception_handler(_NotFound)
    async def not_found(request: Request, error: _NotFound) -> HTMLResponse:
        return _error(error.title, str(error), 404, settings)

    @app.exception_handler(FundstelleError)
    async def failed(request: Request, error: FundstelleError) -> HTMLResponse:
        return _error("Fehler", str(error), 503, settings)

    _texts(app, store, settings)
    _vermerke(app, turns, settings)
    return app


def _texts(app: FastAPI, store: Store, settings: Settings) -> None:
    @app.get("/bestand")
    def corpus() -> HTMLResponse:
        return HTMLResponse(corpus_page(store.current(), settings, _today()))

    @app.get("/quelle/{source_id:path}")
    def source(source_id: str) -> Response:
        passages = store.current().of_source(source_id)
        if not passages:
            raise _NotFound(text("page.not_found"))
        return RedirectResponse(f"/fundstelle/{quote(passages[0].id)}")

    @app.get("/fundstelle/{passage_id:path}")
    def passage(passage_id: str, starts: Starts = [], ends: Ends = [], fassung: str = "") -> HTMLResponse:  # noqa: B006
        generation = store.current()
        found = _passage(generation, passage_id)
        changed = fassung not in {"", edition(found)}
        spans = [] if changed else _spans(found, starts, ends)
        return HTMLResponse(passage_page(found, spans, generation, settings, _today(), changed))

    @app.get("/seite/{source_id}/{page}.png")
    def image(
        source_id: str, page: int, passage: str, starts: Starts = [], ends: Ends = [], fassung: str = ""  # noqa: B006
    ) -> Response:
        found = _passage(store.current(), passage)
        if found.source.id != source_id or not has_image(found) or page not in pages_of(found):
            raise _NotFound(text("page.no_image"))
        spans = _spans(found, starts, ends) if fassung in {"", edition(found)} else []
        return Response(_image(found, page, spans), media_type="image/png")


def _vermerke(app: FastAPI, turns: OpenTurns, settings: Settings) -> None:
    @app.get("/vermerk/{key}.{suffix}")
    def download(key: str, suffix: str) -> Response:
        """Made when asked for and never written to a file. Who knows the key has seen the answer."""
        turn = turns.get(key)
        if turn is None or suffix not in VERMERKE:
            raise _NotFound(text("page.vermerk_gone"), "page.vermerk_gone_title")
        kind, write = VERMERKE[suffix]
        day = _today()
        name = f"Vermerk-{day.isoformat()}-{turn.answer.id}.{suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(write(turn.answer, day, settings.server.city), media_type=kind, headers=headers)


def _passage(generation: Generation, passage_id: str) -> Passage:
    try:
        return generation.passage(passage_id)
    except KeyError as error:
        raise _NotFound(text("page.not_found")) from error


def _spans(passage: Passage, starts: Sequence[int], ends: Sequence[int]) -> list[Span]:
    """The marked characters of an address, as far as they make sense."""
    pairs = sorted(zip(starts, ends, strict=False))
    return [(start, end) for start, end in pairs if 0 <= start < end <= len(passage.text)]


def _image(passage: Passage, page: int, spans: Sequence[Span]) -> bytes:
    """The path comes from the store, never from the address."""
    from assistant.facsimile import page_image

    quotes = tuple(passage.text[start:end] for start, end in spans)
    try:
        return page_image(file_of(passage), page, passage.text, quotes)
    except ReadError as error:
        raise _NotFound(str(error)) from error


def _error(title: str, sentence: str, status: int, settings: Settings) -> HTMLResponse:
    body = (
        f'<h1>{escape(title)}</h1><p>{escape(sentence)}</p>'
        '<p><a href="/">Zum Gespräch</a> · <a href="/bestand">Zum Bestand</a></p>'
    )
    return HTMLResponse(document(title, body, settings), status)


def _today() -> date:
    return datetime.now().astimezone().date()
