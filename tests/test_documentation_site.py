"""The documentation site builds in strict mode, loads nothing from another host, and its links resolve."""

import re
import tomllib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from script.documentation.api_page import BUNDLE, write_api_page
from script.documentation.site import HERE, PAGES_OF_ROOT, ROOT, as_the_builder_reads, build

LOADED = {
    "script": ("src",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "object": ("data",),
    "video": ("src", "poster"),
    "use": ("href", "xlink:href"),
}
STYLE_LOADS = re.compile(r"""(?:url\(|@import)\s*["']?\s*(?:https?:)?//""")


class PageLinks(HTMLParser):
    """What one page loads, where it links to, and which anchors it has."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.loads += [said[name] for name in LOADED.get(tag, ()) if name in said]
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        self.anchors |= {said[name] for name in ("id", "name") if name in said}


@cache
def read(page: Path) -> PageLinks:
    reader = PageLinks()
    reader.feed(page.read_text("utf-8"))
    return reader


def foreign(reader: PageLinks) -> list[str]:
    return [one for one in reader.loads if urlsplit(one).netloc]


def broken(page: Path) -> list[str]:
    """Return the links of a page whose file or anchor is not there."""
    found = []
    for link in read(page).links:
        url = urlsplit(link)
        target = page if not url.path else (page.parent / unquote(url.path)).resolve()
        if url.scheme or url.netloc:
            continue
        if target.is_dir():
            target /= "index.html"
        here = target.is_file() and (
            not url.fragment
            or target.suffix != ".html"
            or unquote(url.fragment) in read(target).anchors
        )
        if not here:
            found.append(link)
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert build(folder) == 0
    return folder / "html"


def pages(site: Path) -> list[Path]:
    found = [page for page in site.rglob("*.html") if page.name != "404.html"]
    assert len(found) > len(PAGES_OF_ROOT)
    return found


def test_no_page_loads_anything_from_another_host(site):
    assert {page.name: foreign(read(page)) for page in pages(site) if foreign(read(page))} == {}
    sheets = [*site.rglob("*.css"), *pages(site)]
    assert [one.name for one in sheets if STYLE_LOADS.search(one.read_text("utf-8"))] == []


def test_every_link_leads_to_a_page_and_an_anchor_that_are_there(site):
    assert {page.name: broken(page) for page in pages(site) if broken(page)} == {}


def test_no_block_of_code_and_no_list_is_read_as_text(site):
    for page in pages(site):
        for text in re.findall(r"<p>(.*?)</p>", page.read_text("utf-8"), re.DOTALL):
            assert "```" not in text, page.name
            assert not re.search(r"^(?:[-*]|1\.) ", text, re.MULTILINE), (page.name, text)


def test_text_is_changed_only_where_the_builder_reads_otherwise():
    assert as_the_builder_reads("a:\n- b\n  c\n- d\n") == "a:\n\n- b\n    c\n- d\n"
    assert as_the_builder_reads("- a\n\n  b\n\nc\n  d\n") == "- a\n\n    b\n\nc\n  d\n"
    assert as_the_builder_reads("- a\n\n  b\n- c\n") == "- a\n\n    b\n\n- c\n"
    assert as_the_builder_reads("```sh install\na:\n- b\n```\n") == "```sh\na:\n- b\n```\n"
    assert as_the_builder_reads("a\n\n1. b\n2. c\n") == "a\n\n1. b\n2. c\n"


def test_every_page_of_docs_stands_in_the_contents():
    said = tomllib.loads((HERE / "zensical.toml").read_text("utf-8"))["project"]["nav"]
    listed = [path for part in said for one in next(iter(part.values())) for path in one.values()]
    docs = ROOT / "docs"
    wanted = {str(page.relative_to(docs)) for page in docs.rglob("*.md")}
    assert sorted(listed) == sorted(wanted | set(PAGES_OF_ROOT.values()) | {"api.md", "modules.md"})


def test_the_page_of_modules_names_each(site):
    page = (site / "modules.html").read_text("utf-8")
    for room in ("kiosk", "drivers", "screens", "central", "phone", "wiring"):
        for path in (ROOT / room).rglob("*.py"):
            name = path.name if path.name != "__init__.py" else f"{path.parent.relative_to(ROOT)}/"
            assert name in page


def test_the_api_page_may_load_nothing(site):
    page = (site / "openapi.html").read_text("utf-8")
    assert "default-src 'none'; img-src data:;" in page
    assert "cdn.redoc.ly" not in page
    assert "/v1/applications/{application_id}" in page


def test_a_bundle_that_loads_something_else_is_refused(tmp_path, monkeypatch):
    other = tmp_path / "redoc.js"
    other.write_text(BUNDLE.read_text("utf-8").replace("logo-mini", "logo"), "utf-8")
    monkeypatch.setattr("script.documentation.api_page.BUNDLE", other)
    with pytest.raises(ValueError, match="look what it loads instead"):
        write_api_page(ROOT / "central" / "openapi.yaml", tmp_path / "api.html")


def test_a_foreign_script_and_a_broken_anchor_are_found(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<a href="#there"></a><a href="gone.html"></a><script src="//host/x"></script>')
    assert foreign(read(page)) == ["//host/x"]
    assert broken(page) == ["#there", "gone.html"]
