"""The database of the records: a SQLite file, or whatever a URL of SQLAlchemy names. Its errors tell no data."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from assistant.errors import RecordsError

LOCKED_SECONDS = 3

T = TypeVar("T")

_REASONS = {
    "locked": "die Datei ist gesperrt; läuft gerade eine Sicherung?",
    "full": "der Datenträger ist voll",
    "readonly": "die Datei ist schreibgeschützt",
    "unable to open": "die Datei kann nicht angelegt oder geöffnet werden",
    "not a database": "die Datei ist keine SQLite-Datenbank",
    "malformed": "die Datei ist beschädigt",
    "connection": "keine Verbindung zur Datenbank; läuft sie, stimmen Adresse und Kennwort?",
}


class Database:
    """Opened when first used. `url` "" stands for the SQLite file."""

    def __init__(self, url: str, file: Path, tables: sa.MetaData) -> None:
        self._url, self._file, self._tables = url, file, tables

    def run(self, action: Callable[[sa.Connection], T]) -> T:
        """What the action returns, run in one transaction. Raises RecordsError.

        Where another writer made the same row first, it is run once more.
        """
        try:
            try:
                return self._once(action)
            except IntegrityError:
                return self._once(action)
        except (SQLAlchemyError, OSError) as error:
            # "from None": a driver's message may hold the values of the row, and with them the question.
            raise RecordsError(f"{self._place}: Die Aufzeichnung ist nicht möglich ({_reason(error)}).") from None

    def _once(self, action: Callable[[sa.Connection], T]) -> T:
        with self._engine.begin() as connection:
            return action(connection)

    @property
    def _place(self) -> str:
        try:
            return sa.make_url(self._url).render_as_string(hide_password=True) if self._url else str(self._file)
        except ArgumentError:
            return "[records] url"

    @cached_property
    def _engine(self) -> sa.Engine:
        try:
            engine = self._opened()
        except ImportError as error:
            raise RecordsError(
                f"{self._place}: Für diese Datenbank fehlt das Paket „{error.name}“ (pip install „psycopg[binary]“)."
            ) from None
        with engine.begin() as connection:
            self._tables.create_all(connection)
        weakref.finalize(self, engine.dispose)
        return engine

    def _opened(self) -> sa.Engine:
        if self._url and not self._url.startswith("sqlite"):
            return sa.create_engine(self._url, hide_parameters=True, pool_pre_ping=True)
        if not self._url:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch(mode=0o600)
        url = self._url or sa.URL.create("sqlite", database=str(self._file))
        engine = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": LOCKED_SECONDS})
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        return engine


def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401  a connection of sqlite3
    """Transactions begin with the lock, so that a writer waits for it instead of failing half-way."""
    connection.isolation_level = None
    connection.execute("PRAGMA secure_delete = ON")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, ArgumentError):
        return "das ist keine Adresse einer Datenbank, z. B. postgresql+psycopg://nutzer@rechner/name"
    original = error.orig if isinstance(error, DBAPIError) else error
    known = (reason for sign, reason in _REASONS.items() if sign in str(original).casefold())
    return next(known, type(original).__name__)
