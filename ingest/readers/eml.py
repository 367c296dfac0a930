"""E-mails (.eml): the subject as title, the text with the history it quotes; attachments are named, not read."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.errors import CloseBoundaryNotFoundDefect
from email.headerregistry import BaseHeader
from email.message import EmailMessage, Message
from email.policy import default
from itertools import groupby

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.readers import html, text

_HEADERS = ("from", "subject", "date", "received", "message-id")
_QUOTED = re.compile(r"(?:>[ ]?)+")
_UNREADABLE = (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)
_ENCRYPTED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted")


def read(data: bytes, name: str) -> Document:
    """A mail as blocks, text/plain before HTML; `meta` has title (subject), author (sender) and as_of (date).

    Raises ReadError: empty, no mail, cut off, encrypted, no text.
    """
    if not data.strip():
        raise ReadError(f"{name}: Die Datei ist leer. Bitte die Datei prüfen oder aus dem Ordner nehmen.")
    if b"\0" in data[:4096]:
        raise ReadError(f"{name}: Das ist keine E-Mail im Format .eml (.msg aus Outlook bitte als .eml speichern).")
    try:
        mail = email.message_from_bytes(data.removeprefix(b"\xef\xbb\xbf"), policy=default)
        _check(mail, name)
        blocks = [*_body(mail, name), *_attached(mail)]
        meta = _meta(mail)
    except _UNREADABLE as error:
        raise ReadError(f"{name}: Die E-Mail ist beschädigt ({type(error).__name__}). Bitte neu speichern.") from error
    if title := meta.get("title"):
        blocks.insert(0, Block(text=title, level=1))
    if not any(block.level == 0 for block in blocks):
        raise ReadError(f"{name}: Die E-Mail enthält keinen Text.")
    return Document(tuple(blocks), meta)


def _check(mail: EmailMessage, name: str) -> None:
    if not any(key.lower() in _HEADERS for key in mail):
        raise ReadError(f"{name}: Das ist keine E-Mail: Es fehlen Absender, Betreff und Datum.")
    if mail.get_content_type() in _ENCRYPTED:
        raise ReadError(f"{name}: Die E-Mail ist verschlüsselt. Bitte unverschlüsselt ablegen.")
    if any(isinstance(defect, CloseBoundaryNotFoundDefect) for part in mail.walk() for defect in part.defects):
        raise ReadError(f"{name}: Die E-Mail ist unvollständig (das Ende fehlt). Bitte neu speichern.")


def _meta(mail: EmailMessage) -> dict[str, str]:
    senders = getattr(_header(mail, "from"), "addresses", ())
    sent = getattr(_header(mail, "date"), "datetime", None)
    meta = {
        "title": " ".join(str(_header(mail, "subject") or "").split()),
        "author": (senders[0].display_name or senders[0].addr_spec) if senders else "",
        "as_of": sent.date().isoformat() if sent else "",
    }
    return {key: value for key, value in meta.items() if value}


def _header(mail: EmailMessage, name: str) -> BaseHeader | None:
    """A header with its encoded words decoded; one in bare UTF-8 or Windows-1252, as some programs write, too."""
    raw = next((str(value) for key, value in mail.raw_items() if key.lower() == name), None)
    if raw is None:
        return None
    data = raw.encode("utf-8", "surrogateescape")
    value = text.decode(data, "") if data.strip() else ""
    header: BaseHeader = default.header_factory(name, "".join(value.splitlines()))
    return header


def _body(mail: EmailMessage, name: str) -> Iterator[Block]:
    part = mail.get_body(preferencelist=("plain", "html"))
    if isinstance(part, EmailMessage) and part.get_content_type() == "text/plain" and not _content(part).strip():
        part = mail.get_body(preferencelist=("html",)) or part
    if not isinstance(part, EmailMessage) or not (content := _content(part)).strip():
        return
    if part.get_content_type() == "text/html":
        declared = re.sub(r"charset\s*=", "data-was=", content[:2048], flags=re.IGNORECASE) + content[2048:]
        yield from html.read(declared.encode(), name).blocks
        return
    lines = re.sub(r" \n(?=[^\n>])", " ", content) if part.get_param("format") == "flowed" else content
    for quoted, run in groupby(lines.split("\n"), key=lambda line: bool(_QUOTED.match(line))):
        plain = "\n".join(_QUOTED.sub("", line, count=1) if quoted else line for line in run)
        if plain.strip():
            for block in text.read(plain.encode(), name).blocks:
                yield Block(text=f"> {block.text}" if quoted else block.text)


def _content(part: EmailMessage) -> str:
    """A text part in its charset; in a charset nobody knows, as any text file."""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except LookupError:
        payload = part.get_payload(decode=True)
        return text.decode(payload, "") if isinstance(payload, bytes) and payload.strip() else ""


def _attached(mail: EmailMessage) -> Iterator[Block]:
    names = [_name(part) for part in mail.iter_attachments()]
    if names:
        yield Block(text=f"Beigefügte Dateien (nicht gelesen): {', '.join(names)}")


def _name(part: Message) -> str:
    if part.get_content_type() == "message/rfc822" and not part.get_filename():
        inner = part.get_payload(0)
        subject = _header(inner, "subject") if isinstance(inner, EmailMessage) else None
        return f"E-Mail „{subject}“" if subject else "E-Mail ohne Betreff"
    return " ".join((part.get_filename() or "ohne Namen").split())
