"""What most assistants do: texts cut at 1000 characters with an overlap of 100, all-MiniLM-L6-v2, Chroma."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import chromadb
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sentence_transformers import SentenceTransformer

from assistant.store import Generation
from assistant.types import Passage

CUT, OVERLAP, BATCH = 1000, 100, 2000


class DefaultStack:
    """Over the same texts as `generation`, document by document. A piece counts for the passage that it begins in."""

    def __init__(self, generation: Generation, model: Path, name: Callable[[Passage], str]) -> None:
        self._model = SentenceTransformer(str(model), local_files_only=True)
        client = chromadb.PersistentClient(tempfile.mkdtemp(prefix="default-stack-"))
        self._pieces = client.create_collection("pieces", embedding_function=None)
        cutter = RecursiveCharacterTextSplitter(chunk_size=CUT, chunk_overlap=OVERLAP, add_start_index=True)
        pieces = [piece for id_ in generation.sources for piece in _pieces(generation.of_source(id_), cutter, name)]
        vectors = self._model.encode([text for text, _ in pieces])
        for start in range(0, len(pieces), BATCH):
            part = range(start, min(start + BATCH, len(pieces)))
            self._pieces.add(
                ids=[str(place) for place in part],
                embeddings=vectors[part.start : part.stop],
                metadatas=[{"name": pieces[place][1]} for place in part],
            )

    def find(self, question: str) -> Iterator[str]:
        vector = self._model.encode([question])
        found = self._pieces.query(query_embeddings=vector, n_results=10, include=["metadatas"])
        yield from (str(row["name"]) for row in (found["metadatas"] or [[]])[0])


def _pieces(
    passages: list[Passage], cutter: RecursiveCharacterTextSplitter, name: Callable[[Passage], str]
) -> Iterator[tuple[str, str]]:
    starts, total = [], 0
    texts = [f"{passage.locator.section or ''} {passage.heading}\n{passage.text}\n\n" for passage in passages]
    for text in texts:
        starts.append(total)
        total += len(text)
    for piece in cutter.create_documents(["".join(texts)]):
        at = piece.metadata["start_index"]
        owner = max(place for place, start in enumerate(starts) if start <= at)
        yield piece.page_content, name(passages[owner])
