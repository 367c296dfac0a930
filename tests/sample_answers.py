"""One answer as a model wrote it, one made of quotes, for the tests of what is kept and handed out."""

from dataclasses import replace

from assistant.types import Answer, Citation, Locator, Passage, Source, Status

LAW = Source(
    id="ozg",
    title="Onlinezugangsgesetz",
    short="OZG",
    kind="law",
    path="ozg",
    url="https://www.gesetze-im-internet.de/ozg/",
    as_of="zuletzt geändert durch Art. 1 G v. 19.7.2024",
)
BYLAW = Source(
    id="hundesteuer",
    title="Hundesteuersatzung <Entwurf> & Anlagen",
    short="HStS",
    kind="bylaw",
    path="satzungen/hundesteuer.pdf",
    folder="satzungen",
    as_of="2026-09-01",
)
ACCESS = Passage(
    "ozg/3/1",
    LAW,
    Locator("§ 3", "1", headings=("Ziel des Portalverbundes",)),
    "(1) Der Portalverbund stellt sicher, dass Nutzer einen barriere- und medienbruchfreien Zugang erhalten.\n"
    "Die Frist beträgt 14 Tage.",
)
DOGS = Passage(
    "hundesteuer/2",
    BYLAW,
    Locator("§ 2", page=3, headings=("Steuersatz",)),
    "Die Steuer beträgt für den ersten Hund 120,00 Euro <b>jährlich</b> & für Herrn Łukasz → 60 Euro ş.\x07",
)
QUOTED = Answer(
    id="a1",
    question="Wie hoch ist die Hundesteuer von Herrn Zitronenfalter?",
    standalone="Wie hoch ist die Hundesteuer von Herrn Zitronenfalter?",
    text="Dazu steht in den Quellen:\n\n§ 3 Abs. 1 Satz 2 OZG [1]\n> Die Frist beträgt 14 Tage.",
    status=Status.QUOTED,
    citations=(Citation(1, ACCESS, "Die Frist beträgt 14 Tage.", ACCESS.locator.at(sentence="2"), True),),
    generation=7,
    seconds={"retrieve": 0.1, "total": 0.2},
)
WRITTEN = replace(
    QUOTED,
    id="a2",
    text="Der Zugang ist barrierefrei. [1] Die Frist beträgt 14 Tage. [1]\n\n- Ein Hund kostet <i>120,00 Euro</i>. [2]",
    status=Status.ANSWERED,
    mode="model",
    model="beispiel:8b",
    prompts={"answer": "0123456789ab"},
    citations=(
        *QUOTED.citations,
        Citation(2, DOGS, "Die Steuer beträgt für den ersten Hund 120,00 Euro", DOGS.locator, False),
    ),
)
