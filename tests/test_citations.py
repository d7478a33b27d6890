"""Every page, section and law that code, settings and documents cite exists.

Pages are cited as `cards.md §1.8` (a page below docs/, by its name alone) or with their path from the
root; a table's row as `cases.md, row 24`. Laws are headings of docs/law.md, their articles headings below.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    *(
        "central",
        "config",
        "deploy",
        "docs",
        "drivers",
        "kiosk",
        "screens",
        "script",
        "tests",
        "wiring",
    ),
    ".github",
)
KINDS = {".c", ".csv", ".md", ".py", ".toml", ".yaml"}
MADE_UP = {"nowhere.md", "book.md"}  # names that tests write themselves
PAGES_OF_THE_SITE = {
    "modules.md",
    "index.md",
    "contributing.md",
    "security.md",
    "changelog.md",
    "third_party.md",
}
FEWEST = 70  # citations of sections; fewer would mean that they are not found any more

NUMBER = r"(?:[A-Z]\.)?\d+(?:\.\d+)*"
PAGE = r"(?<![\w./-])((?:[\w-]+/)*\w[\w.-]*\.md)\b"
SECTION = re.compile(rf"{PAGE}`?,? §({NUMBER}(?:(?:,| and) §{NUMBER})*)")
ROW = re.compile(rf"{PAGE}`?, row (\d+)")
UNMARKED = re.compile(rf"{PAGE}`?,? (\d+(?:\.\d+)*)(?![\w%])")
DOCS_PATH = re.compile(r"(?<![\w./-])docs/[\w./*-]*\w")

HAN = "[\u4e00-\u9fff]"
DOCUMENT = re.compile(rf"({HAN}+) ?(〔\d{{4}}〕\d+号)")
ARTICLE = re.compile(rf"({HAN}{{3,}}) ?(第[一二三四五六七八九十百]+条)")
PIPL = re.compile(r"PIPL (\d+)(?:, (\d+))?")
ALIAS = re.compile(r"[Cc]ited as (\w+)")


def sources() -> Iterator[Path]:
    """Yield every file that may cite, but this one."""
    yield from (path for path in ROOT.iterdir() if path.suffix in KINDS)
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.suffix in KINDS and path != Path(__file__).resolve() and path.is_file():
                yield path


@cache
def text_of(path: Path) -> str:
    """Return the text with each line break and the comment sign after it as one space."""
    return re.sub(r"\s*\n\s*(?:(?:#|\*|//|>)\s+)?", " ", path.read_text("utf-8"))


@cache
def page_named(name: str) -> str | None:
    """Return the text of a page: by its path from the root, or by its name anywhere below docs/."""
    if "/" in name:
        found = [ROOT / name] if (ROOT / name).is_file() else []
    else:
        found = [*(ROOT / "docs").rglob(name)]
    return found[0].read_text("utf-8") if len(found) == 1 else None


def has_heading(page: str | None, number: str) -> bool:
    return page is not None and bool(
        re.search(rf"^#+ {re.escape(number)}\.? ", page, flags=re.MULTILINE)
    )


def cited_sections(text: str) -> list[tuple[str, str]]:
    return [
        (name, number)
        for name, numbers in SECTION.findall(text)
        for number in re.findall(NUMBER, numbers)
    ]


def broken_sections(text: str) -> list[str]:
    """Return the citations without their heading or row, and the numbers without their §."""
    headings = [
        f"{name} §{number}"
        for name, number in cited_sections(text)
        if not has_heading(page_named(name), number)
    ]
    rows = [
        f"{name}, row {number}"
        for name, number in ROW.findall(text)
        if f"\n| {number} |" not in (page_named(name) or "")
    ]
    return headings + rows + [f"{name} {number}" for name, number in UNMARKED.findall(text)]


def broken_paths(text: str) -> list[str]:
    return [
        one
        for one in DOCS_PATH.findall(text)
        if Path(one).name not in MADE_UP and not any(ROOT.glob(one))
    ]


@cache
def all_pages() -> set[str]:
    return {path.name for path in sources() if path.suffix == ".md"} | MADE_UP | PAGES_OF_THE_SITE


def unknown_pages(text: str) -> list[str]:
    return [one for one in re.findall(PAGE, text) if Path(one).name not in all_pages()]


@cache
def laws() -> dict[str, list[str]]:
    """Return the articles of each law of docs/law.md, by each name that it is cited by."""
    found: dict[str, list[str]] = {}
    for section in (ROOT / "docs" / "law.md").read_text("utf-8").split("\n## ")[1:]:
        articles = re.findall(r"^### (.+)$", section, flags=re.MULTILINE)
        for name in (section.split("\n")[0], *ALIAS.findall(section)):
            found[name] = articles
    return found


def law_named(words: str) -> list[str] | None:
    """Return the articles of the law whose name stands at the end of the words."""
    return next((laws()[name] for name in laws() if words.endswith(name)), None)


def broken_laws(text: str) -> list[str]:
    """Return the laws and articles that are not on the page."""
    documents = [
        f"{words}{number}"
        for words, number in DOCUMENT.findall(text)
        if law_named(f"{words}{number}") is None
    ]
    articles = [
        f"{words} {article}"
        for words, article in ARTICLE.findall(text)
        if not words.endswith("本法")  # a law that speaks of itself
        and not any(one.split()[0] == article for one in law_named(words) or ())
    ]
    headings = " ".join(laws()["PIPL"])
    pipl = [
        f"PIPL {number}"
        for numbers in PIPL.findall(text)
        for number in numbers
        if number and f"(PIPL {number})" not in headings
    ]
    return documents + articles + pipl


def found_in_sources(broken, *rooms: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {one}"
        for path in sources()
        if not rooms or path.relative_to(ROOT).parts[0] in rooms
        for one in broken(text_of(path))
    ]


@pytest.mark.parametrize("broken", [broken_sections, broken_paths, unknown_pages])
def test_every_citation_resolves(broken):
    assert found_in_sources(broken) == []


def test_every_law_that_is_cited_is_on_the_page():
    rooms = ("central", "config", "docs", "drivers", "kiosk", "screens", "wiring")
    assert found_in_sources(broken_laws, *rooms) == []


def test_citations_are_found_at_all():
    assert sum(len(cited_sections(text_of(path))) for path in sources()) >= FEWEST
    bases = sum(text_of(path).count("basis = ") for path in (ROOT / "config").rglob("*.toml"))
    assert bases >= len([*(ROOT / "config" / "services").glob("R*.toml")])


def test_made_up_citations_are_found():
    assert broken_sections("cards.md §1.8, §1.99 and §77; `docs/protocols/cards.md` §8") == [
        "cards.md §1.99",
        "cards.md §77",
    ]
    assert broken_sections("nowhere.md §1, central.md §4") == ["nowhere.md §1", "central.md §4"]
    assert broken_sections("cases.md, row 24; cases.md, row 240") == ["cases.md, row 240"]
    assert broken_sections("cards.md 1.8") == ["cards.md 1.8"]
    assert broken_paths("docs/law.md, `docs/laws.md`") == ["docs/laws.md"]
    assert unknown_pages("README.md, READYOU.md") == ["READYOU.md"]
    assert broken_laws("社会保险法 第十六条；社会保险法 第九十条") == ["社会保险法 第九十条"]
    assert broken_laws(
        "某条例 第一条, 人社部发〔2024〕94号, 某发〔2024〕94号, PIPL 29, 30, PIPL 99"
    ) == [
        "某发〔2024〕94号",
        "某条例 第一条",
        "PIPL 99",
    ]
