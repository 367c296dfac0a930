"""A Vermerk as a PDF file: outline, German as its language, page numbers, embedded fonts."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from assistant.handing.vermerk import Place, Vermerk
from assistant.texts import text

MARGIN = 2.5 * cm
MISSING = "\N{REPLACEMENT CHARACTER}"

# DejaVu shows all of DIN 91379 that is Latin; Vera comes with reportlab and shows Western Europe.
FONT_FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-fonts", "/usr/share/fonts/TTF")
_DEJAVU = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_VERA = ("Vera.ttf", "VeraBd.ttf")

Untyped = Any  # reportlab ships no types


def write(vermerk: Vermerk, author: str, folders: Sequence[str] = FONT_FOLDERS) -> bytes:
    """The bytes of a PDF file, in DejaVu where one of the folders has it. Signs that the font lacks are replaced; then
    the last line says so."""
    file, fonts = io.BytesIO(), _fonts(tuple(folders))
    page = _Page(fonts)
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=vermerk.title,
        author=author or "Fundstelle",
        subject=vermerk.title,
        creator="Fundstelle",
        lang="de-DE",
    )
    document.build(list(page.story(vermerk)), canvasmaker=_counting(fonts[0]))
    return file.getvalue()


class _Page:
    """Turns a Vermerk into what reportlab lays out; remembers whether a sign was missing in the font."""

    def __init__(self, fonts: tuple[str, str]) -> None:
        regular, bold = fonts
        self._signs = pdfmetrics.getFont(regular).face.charToGlyph
        self._instead = MISSING if ord(MISSING) in self._signs else "?"
        self._lacks = False
        body = ParagraphStyle("body", fontName=regular, fontSize=10, leading=14.5, spaceAfter=5, splitLongWords=1)
        self._styles = {
            "title": ParagraphStyle("title", body, fontName=bold, fontSize=18, leading=23, spaceAfter=8),
            "head": ParagraphStyle("head", body, fontName=bold, fontSize=13, leading=17, spaceBefore=12),
            "place": ParagraphStyle("place", body, fontName=bold, fontSize=11, leading=15, spaceBefore=9),
            "fact": ParagraphStyle("fact", body, textColor=HexColor("#3a434d"), spaceAfter=2),
            "text": body,
            "item": ParagraphStyle("item", body, leftIndent=14, bulletIndent=2, bulletFontName=regular),
            "quote": ParagraphStyle("quote", body, leftIndent=12, spaceAfter=3),
        }

    def story(self, vermerk: Vermerk) -> Iterator[Flowable]:
        yield _Heading(self._line("title", vermerk.title), vermerk.title, 0)
        yield from (self._line("fact", fact) for fact in vermerk.facts)
        yield from self._section("question", [self._line("text", vermerk.question)])
        answer = (self._line(block.kind, block.text, "•" if block.kind == "item" else None) for block in vermerk.answer)
        yield from self._section("answer", answer)
        places = [flowable for place in vermerk.places for flowable in self._place(place)]
        yield from self._section("citations", places or [self._line("text", text("vermerk.none"))])
        yield KeepTogether([Spacer(1, 28), self._line("text", f"{vermerk.signature} {'_' * 40}")])
        if self._lacks:
            yield self._line("fact", text("vermerk.missing_signs", sign=self._instead))

    def _section(self, name: str, content: Iterable[Flowable]) -> Iterator[Flowable]:
        heading = text(f"vermerk.{name}")
        yield _Heading(self._line("head", heading), heading, 1)
        yield from content

    def _place(self, place: Place) -> Iterator[Flowable]:
        heading = f"[{place.number}] {place.label}"
        yield _Heading(self._line("place", heading), self._shown(heading), 2)
        yield from (self._line("fact", remark) for remark in place.remarks)
        if place.url:
            link = f'<a href={quoteattr(place.url)} color="#173a5e"><u>{escape(place.url)}</u></a>'
            yield Paragraph(link, self._styles["fact"])
        yield Spacer(1, 4)
        yield from (self._line("quote", line) for line in place.wording)

    def _line(self, style: str, wording: str, bullet: str | None = None) -> Paragraph:
        marked = escape(self._shown(wording)).replace("\n", "<br/>")
        return Paragraph(marked, self._styles[style], bulletText=bullet)

    def _shown(self, wording: str) -> str:
        shown = "".join(sign if ord(sign) in self._signs or sign.isspace() else self._instead for sign in wording)
        self._lacks |= shown != wording
        return shown


class _Heading(Flowable):  # type: ignore[misc]
    """A heading that also stands in the outline of the file; `level` 0 is the title."""

    keepWithNext = 1

    def __init__(self, line: Paragraph, wording: str, level: int) -> None:
        super().__init__()
        self._line, self._wording, self._level = line, wording, level

    def getSpaceBefore(self) -> float:
        return float(self._line.getSpaceBefore())

    def getSpaceAfter(self) -> float:
        return float(self._line.getSpaceAfter())

    def wrap(self, width: float, height: float) -> Untyped:
        self.width, self.height = self._line.wrap(width, height)
        return self.width, self.height

    def draw(self) -> None:
        key = f"h{id(self)}"
        self.canv.bookmarkHorizontal(key, 0, self.height)
        self.canv.addOutlineEntry(self._wording, key, self._level)
        self._line.drawOn(self.canv, 0, 0)


def _counting(font: str) -> type[Canvas]:
    """A canvas that writes "Seite 1 von 3" once it knows how many pages there are."""

    class Counting(Canvas):  # type: ignore[misc]
        def __init__(self, *values: Untyped, **named: Untyped) -> None:
            super().__init__(*values, **named | {"initialFontName": font})
            self._pages: list[dict[str, Untyped]] = []

        def showPage(self) -> None:
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            pages = self._pages
            for number, page in enumerate(pages, 1):
                self.__dict__.update(page)
                self.setFont(font, 8)
                self.drawCentredString(A4[0] / 2, 1.3 * cm, text("vermerk.page", page=number, pages=len(pages)))
                super().showPage()
            super().save()

    return Counting


@cache
def _fonts(folders: tuple[str, ...]) -> tuple[str, str]:
    """Names of the regular and the bold font, registered with reportlab."""
    found = next((Path(at) for at in folders if all(Path(at, name).is_file() for name in _DEJAVU)), None)
    folder, files = (found, _DEJAVU) if found else (Path(reportlab.__file__).parent / "fonts", _VERA)
    for file in files:
        pdfmetrics.registerFont(TTFont(Path(file).stem, str(folder / file)))
    return Path(files[0]).stem, Path(files[1]).stem
