"""The frame of our own pages: plain HTML that works without any script."""

from __future__ import annotations

from html import escape

from assistant.config import Settings
from assistant.texts import text

_PAGE = """<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – {site}</title>
<link rel="icon" href="/static-fundstelle/icon.png">
<link rel="stylesheet" href="/static-fundstelle/fundstelle.css">
</head>
<body class="own {kind}">
<a class="skip" href="#inhalt">Zum Inhalt</a>
<header class="top"><a href="/">Fundstelle</a> <span class="city">{city}</span></header>
<main id="inhalt">
{body}
</main>
</body>
</html>
"""


def document(title: str, body: str, settings: Settings, kind: str = "") -> str:
    """A whole page. `body` is HTML, everything else is escaped."""
    city = settings.server.city
    site = text("page.title", city=city)
    return _PAGE.format(title=escape(title), site=escape(site), kind=kind, city=escape(city), body=body)
