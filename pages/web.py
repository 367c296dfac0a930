"""The web application: our own pages, the headers that keep everything on this host, and the chat at "/"."""

from __future__ import annotations

from collections.abc import Sequence
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
from assistant.render import Span
from assistant.store import Generation, Store
from assistant.texts import text
from assistant.types import Passage
from pages.corpus import corpus_page
from pages.layout import document
from pages.passage import passage_page
from pages.section import has_image

STATIC = Path(__file__).parent / "static"
# stack.md section 2: even a poisoned answer cannot make the browser ask another host.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

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


def application(store: Store, settings: Settings) -> FastAPI:
    """All routes except the chat. The caller mounts it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(_Headers)
    app.mount("/static-fundstelle", StaticFiles(directory=STATIC))

    @app.exception_handler(_NotFound)
    async def not_found(request: Request, error: _NotFound) -> HTMLResponse:
        return _error(str(error), 404, settings)

    @app.exception_handler(FundstelleError)
    async def failed(request: Request, error: FundstelleError) -> HTMLResponse:
        return _error(str(error), 503, settings)

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
    def passage(passage_id: str, starts: Starts = [], ends: Ends = []) -> HTMLResponse:  # noqa: B006
        generation = store.current()
        found = _passage(generation, passage_id)
        return HTMLResponse(passage_page(found, _spans(found, starts, ends), generation, settings, _today()))

    @app.get("/seite/{source_id}/{page}.png")
    def image(source_id: str, page: int, passage: str, starts: Starts = [], ends: Ends = []) -> Response:  # noqa: B006
        found = _passage(store.current(), passage)
        if found.source.id != source_id or found.locator.page != page or not has_image(found):
            raise _NotFound(text("page.no_image"))
        return Response(_image(found, _spans(found, starts, ends)), media_type="image/png")

    return app


def _passage(generation: Generation, passage_id: str) -> Passage:
    try:
        return generation.passage(passage_id)
    except KeyError as error:
        raise _NotFound(text("page.not_found")) from error


def _spans(passage: Passage, starts: Sequence[int], ends: Sequence[int]) -> list[Span]:
    """The marked characters of an address, as far as they make sense."""
    pairs = sorted(zip(starts, ends, strict=False))
    return [(start, end) for start, end in pairs if 0 <= start < end <= len(passage.text)]


def _image(passage: Passage, spans: Sequence[Span]) -> bytes:
    """The path comes from the store, never from the address, and must lie in its corpus folder."""
    from assistant.facsimile import page_image

    source = passage.source
    folder = Path(source.folder or "").resolve()
    file = (folder / source.path).resolve()
    if not file.is_relative_to(folder):
        raise _NotFound(text("page.no_image"))
    try:
        quotes = tuple(passage.text[start:end] for start, end in spans)
        return page_image(file, passage.locator.page or 0, passage.text, quotes)
    except ReadError as error:
        raise _NotFound(str(error)) from error


def _error(sentence: str, status: int, settings: Settings) -> HTMLResponse:
    title = text("page.not_found_title") if status == 404 else "Fehler"
    body = f'<h1>{title}</h1><p>{escape(sentence)}</p><p><a href="/bestand">Zum Bestand</a></p>'
    return HTMLResponse(document(title, body, settings), status)


def _today() -> date:
    return datetime.now().astimezone().date()
