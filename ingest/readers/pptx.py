"""PowerPoint files (.pptx): each slide is a page, its title a heading; texts, tables and the speaker's notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide
from pptx.table import Table
from pptx.text.text import TextFrame

from assistant.errors import ReadError
from ingest.document import Block, Document
from ingest.readers.package import UNREADABLE, damaged, open_package, parse

_KIND = "PowerPoint-Datei (.pptx)"
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE)
_FRAME = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER)
_LISTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)
_JUNK_TITLES = ("powerpoint presentation", "powerpoint-präsentation", "präsentation", "presentation")
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_PART = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"


def read(data: bytes, name: str) -> Document:
    """The slides that are shown as blocks, each with the number of its slide as page; `meta` has title and author.

    Left out: hidden slides, footers, pictures, charts. Raises ReadError: empty, password or old .ppt, damaged, no text.
    """
    open_package(data, name, _KIND, "ppt/").close()
    try:
        deck = pptx.Presentation(io.BytesIO(data))
        slides = [slide for slide in enumerate(deck.slides, 1) if slide[1]._element.get("show") not in ("0", "false")]
        blocks = tuple(block for number, slide in slides for block in _slide(slide, number, name))
        meta = {"title": deck.core_properties.title or "", "author": deck.core_properties.author or ""}
    except (*UNREADABLE, PythonPptxError) as error:
        raise damaged(name, _KIND, error) from error
    if not blocks:
        raise ReadError(f"{name}: Die {_KIND} enthält keinen Text.")
    if meta["title"].strip().lower() in _JUNK_TITLES:
        meta["title"] = ""
    return Document(blocks, {key: value for key, value in meta.items() if value.strip()})


def _slide(slide: Slide, number: int, name: str) -> Iterator[Block]:
    """The title (or "Folie 3"), what stands below it, and the notes."""
    shapes = list(_flat(slide.shapes))
    titles = [shape for shape in shapes if isinstance(shape, Shape) and _kind(shape) in _TITLES]
    title = next((shape for shape in titles if shape.text_frame.text.strip()), None)
    heading = " ".join(title.text_frame.text.split()) if title is not None else f"Folie {number}"
    body = [block for shape in shapes if shape is not title for block in _shape(shape, number, name)]
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and (text := _lines(notes, bulleted=False)):
        body.append(Block(text=f"Notizen: {text}", page=number))
    if title is not None or body:
        yield Block(text=heading, level=2, page=number)
    yield from body


def _flat(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """The shapes, those within groups too, without footers."""
    for shape in shapes:
        if isinstance(shape, GroupShape):
            yield from _flat(shape.shapes)
        elif _kind(shape) not in _FRAME:
            yield shape


def _kind(shape: BaseShape) -> PP_PLACEHOLDER | None:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _shape(shape: BaseShape, number: int, name: str) -> Iterator[Block]:
    if isinstance(shape, Shape):
        if text := _lines(shape.text_frame, bulleted=_kind(shape) in _LISTS):
            yield Block(text=text, page=number)
    elif isinstance(shape, GraphicFrame) and shape.has_table:
        yield from _table(shape.table, number)
    else:
        yield from _diagram(shape, number, name)


def _lines(frame: TextFrame, *, bulleted: bool) -> str:
    """The texts of a frame as lines; those of a list (two or more in a body) with "- ", indented by level."""
    texts = [(item.level, " ".join(item.text.split())) for item in frame.paragraphs if item.text.strip()]
    if bulleted and len(texts) > 1:
        return "\n".join(f"{'   ' * level}- {text}" for level, text in texts)
    return "\n".join(text for _, text in texts)


def _table(table: Table, number: int) -> Iterator[Block]:
    rows = tuple(
        tuple("" if cell.is_spanned else " ".join(cell.text_frame.text.split()) for cell in row.cells)
        for row in table.rows
    )
    if len(rows) > 1 and len(rows[0]) > 1:
        yield Block(rows=rows, page=number)
    else:
        yield from (Block(text=cell, page=number) for row in rows for cell in row if cell)


def _diagram(shape: BaseShape, number: int, name: str) -> Iterator[Block]:
    """The texts of a SmartArt graphic, which stand in a part of their own."""
    for link in shape._element.iter(f"{_DIAGRAM}relIds"):
        root = parse(shape.part.related_part(link.get(_PART)).blob, name)
        texts = ["".join(item.itertext(f"{_A}t")) for item in root.iter(f"{_A}p")]
        if lines := [f"- {' '.join(text.split())}" for text in texts if text.strip()]:
            yield Block(text="\n".join(lines), page=number)
