"""What the next generation can take from the one before, so that one changed law of thousands costs little.

Vectors: Chroma gives out some 20,000 a second, which would take longer than all else. Keywords: sections of sources
that were not touched need not be counted again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import StoreError
from assistant.storing.layout import Layout, ranges

if TYPE_CHECKING:
    from assistant.storing.vectors import Vectors

_BATCH = 5000
_JOIN = "passages p JOIN sections s ON s.source = p.source AND s.position = p.section"


def kept_rows(database: sqlite3.Connection, base: Path, touched: Collection[str]) -> NDArray[np.int64]:
    """For each section row its row in the generation `base`; -1 where its source is one of the `touched`."""
    sql = "SELECT source, position, row FROM sections ORDER BY row"
    with closing(sqlite3.connect(f"{(base / 'passages.db').resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        old = {(source, position): row for source, position, row in file.execute(sql)}
    rows = database.execute(sql)
    found = [-1 if source in touched else old[source, position] for source, position, _ in rows]
    return np.array(found, dtype=np.int64)


def gathered(
    database: sqlite3.Connection, vectors: Vectors, dim: int, base: Path | None, touched: Collection[str]
) -> NDArray[np.float16]:
    """All vectors of a generation, shape (passages, dim), in the order of section rows and of the text.

    `base` is the folder of the generation this one was copied from, `touched` the sources that changed since.
    """
    sizes = np.array(database.execute(f"SELECT COUNT(*) FROM {_JOIN} GROUP BY s.row ORDER BY s.row").fetchall())
    sizes = sizes.reshape(-1).astype(np.int64)
    starts = np.cumsum(sizes) - sizes
    result = np.empty((int(sizes.sum()), dim), dtype=np.float16)
    old = _layout(base)
    where, values = "", list[str]()
    if base is None or old is None:
        new = np.arange(len(sizes))
    else:
        kept = kept_rows(database, base, touched)
        new, rows = np.flatnonzero(kept < 0), np.flatnonzero(kept >= 0)
        for part in np.array_split(rows, len(rows) // _BATCH + 1):
            result[ranges(starts[part], sizes[part])] = old.vectors[ranges(old.starts[kept[part]], sizes[part])]
        where, values = "WHERE p.source IN (SELECT value FROM json_each(?))", [json.dumps(list(touched))]
    ids = [id_ for (id_,) in database.execute(f"SELECT p.id FROM {_JOIN} {where} ORDER BY s.row, p.position", values)]
    places = ranges(starts[new], sizes[new])
    for start in range(0, len(ids), _BATCH):
        result[places[start : start + _BATCH]] = vectors.get(ids[start : start + _BATCH])
    return result


def marks(database: sqlite3.Connection) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """For each section row: the number of its passages, whether it is repealed, whether its heading promises
    definitions."""
    sql = (
        "SELECT COUNT(*), MIN(p.text LIKE '(weggefallen)%' OR p.text LIKE '(aufgehoben)%' OR"
        " p.text LIKE '(gegenstandslos)%'), MAX(' ' || json_extract(p.locator, '$.headings[#-1]') LIKE '% begriff%')"
        f" FROM {_JOIN} GROUP BY s.row ORDER BY s.row"
    )
    found = np.array([(n, repealed, defines or 0) for n, repealed, defines in database.execute(sql)], dtype=np.int64)
    counts, repealed, defines = found.reshape(-1, 3).T
    return counts, repealed.astype(np.bool_), defines.astype(np.bool_)


def _layout(base: Path | None) -> Layout | None:
    try:
        return Layout.open(base / "layout") if base else None
    except StoreError:
        return None
