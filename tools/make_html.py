"""A document as a page of the city's intranet: complete, semantic, self-contained HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from string import Template

from tools.source import Block, Front, Grid, Guideline, Heading, Items, Text

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title – Intranet der Stadt Musterstadt</title>
<meta name="author" content="$author">
<meta name="date" content="$as_of">
<meta name="description" content="$title, $stand">
<style>
body { margin: 0; font: 1rem/1.55 "Segoe UI", "Liberation Sans", Arial, sans-serif; color: #1b1f24; background: #fff }
.top, main, .bottom { max-width: 50rem; margin: 0 auto; padding: 1rem 1.5rem }
.band { background: #173a5e; color: #fff }
.band a { color: #fff }
.band ul { display: flex; gap: 1.5rem; margin: .5rem 0 0; padding: 0; list-style: none }
.skip { position: absolute; left: -99rem }
.skip:focus { position: static }
a { color: #0b4f8a }
a:focus { outline: 3px solid #e8a200; outline-offset: 2px }
h1, h2, h3, h4 { line-height: 1.25; color: #173a5e }
h2 { margin-top: 2.2rem; border-bottom: 1px solid #c3ccd6; padding-bottom: .2rem }
.facts { color: #47525e }
.toc { border: 1px solid #c3ccd6; padding: .5rem 1.2rem; background: #f4f6f9 }
.subsection { padding-left: 2.2em; text-indent: -2.2em }
.letter { padding-left: 3.6em; text-indent: -1.4em }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
th, td { border: 1px solid #8d99a6; padding: .35rem .6rem; text-align: left; vertical-align: top }
thead th { background: #e9edf2 }
tbody th { font-weight: normal }
.right { text-align: right }
.bottom { border-top: 1px solid #c3ccd6; margin-top: 2rem; color: #47525e }
</style>
</head>
<body>
<header class="band">
<div class="top">
<a class="skip" href="#inhalt">Zum Inhalt springen</a>
<strong>Stadt Musterstadt · Intranet</strong>
<nav aria-label="Hauptmenü">
<ul><li><a href="/">Startseite</a></li><li><a href="/themen">Themen</a></li><li><a href="/kontakt">Kontakt</a></li></ul>
</nav>
</div>
</header>
<main id="inhalt">
<article>
<h1>$title</h1>
<p class="facts">$facts</p>
<nav class="toc" aria-label="Inhaltsverzeichnis">
<p><strong>Auf dieser Seite</strong></p>
<ul>
$toc
</ul>
</nav>
$body
</article>
</main>
<footer class="bottom">
<p>$stand · $author</p>
<p><a href="#inhalt">Zum Seitenanfang</a> · <a href="/impressum">Impressum</a></p>
</footer>
</body>
</html>
""")


def make_html(guideline: Guideline) -> bytes:
    """The page in UTF-8; the same source gives the same bytes."""
    front = guideline.front
    headings = {id(block): f"s{n}" for n, block in enumerate(guideline.blocks, 1) if isinstance(block, Heading)}
    toc = [
        f'<li><a href="#{headings[id(block)]}">{escape(block.text)}</a></li>'
        for block in guideline.blocks
        if isinstance(block, Heading) and block.level == 2
    ]
    page = _PAGE.substitute(
        title=escape(front.title),
        author=escape(front.author),
        as_of=front.as_of.isoformat(),
        stand=front.stand,
        facts=_facts(front),
        toc="\n".join(toc),
        body="\n".join(_block(block, headings) for block in guideline.blocks),
    )
    return page.encode()


def _facts(front: Front) -> str:
    stand = f'<time datetime="{front.as_of.isoformat()}">{front.stand}</time>'
    return " · ".join(part for part in (front.kind_name, stand, front.validity, escape(front.author)) if part)


def _block(block: Block, headings: dict[int, str]) -> str:
    if isinstance(block, Heading):
        return f'<h{block.level} id="{headings[id(block)]}">{escape(block.text)}</h{block.level}>'
    if isinstance(block, Grid):
        return _table(block)
    if isinstance(block, Items):
        tag = "ul" if block.start is None else "ol"
        start = "" if block.start in (None, 1) else f' start="{block.start}"'
        items = "\n".join(f"<li>{_item(item, headings)}</li>" for item in block.items)
        return f"<{tag}{start}>\n{items}\n</{tag}>"
    kind = ' class="subsection"' if block.mark[:1] == "(" else ' class="letter"' if block.mark else ""
    return f"<p{kind}>{_marked(block)}</p>"


def _item(blocks: Iterable[Block], headings: dict[int, str]) -> str:
    first, *rest = blocks
    lead = _marked(first) if isinstance(first, Text) else _block(first, headings)
    return "\n".join([lead, *(_block(block, headings) for block in rest)])


def _marked(text: Text) -> str:
    words = "".join(f"<strong>{escape(run.text)}</strong>" if run.bold else escape(run.text) for run in text.runs)
    return f"{text.mark} {words}" if text.mark else words


def _table(grid: Grid) -> str:
    head, *rows = grid.rows
    lines = ["<table>", "<thead>", _row(head, grid, "col"), "</thead>", "<tbody>"]
    return "\n".join([*lines, *(_row(row, grid, "row") for row in rows), "</tbody>", "</table>"])


def _row(cells: Iterable[Text], grid: Grid, scope: str) -> str:
    """A head row is all <th>; in a body row the first cell names the row."""
    out = []
    for column, cell in enumerate(cells):
        side = ' class="right"' if grid.right[column] else ""
        tag, attribute = ("th", f' scope="{scope}"') if scope == "col" or column == 0 else ("td", "")
        out.append(f"<{tag}{attribute}{side}>{_marked(cell)}</{tag}>")
    return f"<tr>{''.join(out)}</tr>"
