"""A user's name -> what stands for it in the records: a hash with a key that only this installation has."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from assistant.errors import RecordsError

KEY_FILE = "pseudonym.key"


def pseudonym(user: str, folder: Path) -> str:
    """32 hex digits (HMAC-SHA256, cut), the same for "Muster" and "muster ". The key is made at the first call.

    Who deletes the key file cuts the tie between users and records for good. Raises RecordsError.
    """
    file = folder / KEY_FILE
    try:
        key = _key(file)
    except OSError as error:
        raise RecordsError(
            f"{file}: Der Schlüssel kann nicht gelesen oder angelegt werden ({error.strerror})."
        ) from error
    return hmac.new(key, user.strip().casefold().encode(), hashlib.sha256).hexdigest()[:32]


def _key(file: Path) -> bytes:
    if file.exists():
        return file.read_bytes()
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{KEY_FILE}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(secrets.token_bytes(32))
    try:
        os.link(fresh, file)  # whole or not at all; a key that another process made meanwhile stays
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return file.read_bytes()
