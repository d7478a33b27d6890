"""Links, paths, tables and commands of README, CONTRIBUTING, SECURITY and docs/ lead somewhere."""

import re
from pathlib import Path

import pytest
import yaml

from script.benches.__main__ import BENCHES

ROOT = Path(__file__).resolve().parents[1]
FOR_NEWCOMERS = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/running.md",
    "docs/promises.md",
)

ALL_PAGES = (
    *FOR_NEWCOMERS[:3],
    *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md")),
)
ROOMS = "assets|central|config|deploy|docs|drivers|kiosk|phone|screens|script|tests|wiring"
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
PATH = re.compile(rf"(?<![\w/.-])(?:{ROOMS})/[\w./*-]*[\w*/]")
BENCH = re.compile(r"script/bench ([a-z-]+)")
MOST_WORDS = 600  # one screen


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def missing_links(page: str, text: str) -> list[str]:
    folder = (ROOT / page).parent
    return [one for one in LINK.findall(text) if not (folder / one).exists()]


def missing_paths(text: str) -> list[str]:
    """Paths between backticks or in blocks of commands; * stands for any name."""
    quoted = " ".join(re.findall(r"`([^`]+)`", text))
    return [one for one in PATH.findall(quoted) if not any(ROOT.glob(one.rstrip("/")))]


@pytest.mark.parametrize("page", ALL_PAGES)
def test_links_lead_somewhere(page):
    assert missing_links(page, text_of(page)) == []


@pytest.mark.parametrize("page", ALL_PAGES)
def test_paths_exist(page):
    assert missing_paths(text_of(page)) == []


def test_where_is_names_only_what_exists():
    table = text_of("docs/architecture.md").split("## Where is …?")[1].split("\n## ")[0]
    assert table.count("\n| ") > 30
    assert missing_paths(table) == []


def test_a_wrong_link_and_a_wrong_path_are_found():
    assert missing_links("README.md", "[x](docs/nowhere.md), [y](https://example.org/)") == [
        "docs/nowhere.md"
    ]
    assert missing_paths("`kiosk/log.py`, `kiosk/nowhere.py`") == ["kiosk/nowhere.py"]


def test_readme_is_one_screen():
    assert len(text_of("README.md").split()) <= MOST_WORDS


def test_every_promise_has_target_command_and_state():
    rows = [line for line in text_of("docs/promises.md").splitlines() if line.startswith("| ")]
    promises = [row.strip("| ").split(" | ") for row in rows if not row.startswith("| Promise |")]
    assert len(promises) > 30
    assert {len(row) for row in promises} == {4}


def test_every_bench_that_a_promise_names_exists():
    for name in BENCH.findall(text_of("docs/promises.md")):
        assert name in BENCHES, name


def test_pre_commit_runs_the_linters_of_script_test():
    hooks = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    entries = {tuple(hook["entry"].removeprefix(".venv/bin/").split()) for hook in hooks}
    linters = re.findall(
        r'^step "[^"]+" "\$bin/([\w-]+)"(.*)$', text_of("script/test"), re.MULTILINE
    )
    expected = {(name, *rest.split()) for name, rest in linters if name != "python"}
    assert entries == expected


def unknown_modules(text: str) -> list[str]:
    """Return the modules and tests between backticks, without a path, that are nowhere."""
    rooms = [
        ROOT / room
        for room in ("central", "drivers", "kiosk", "phone", "screens", "script", "wiring")
    ]
    files = [path for room in (*rooms, ROOT / "tests") for path in room.rglob("*.py")]
    names = {path.name for path in files} | {"main.py"}
    tests = set(re.findall(r"def (test_\w+)\(", "".join(map(_text_of_test, files))))
    quoted = re.findall(r"`([^`\n]+)`", text)
    modules = [one for part in quoted for one in re.findall(r"(?<![\w/.*-])\w+\.py\b", part)]
    named = [one for part in quoted for one in re.findall(r"::(test_\w*\w)\b(?!…)", part)]
    return [one for one in modules if one not in names] + [one for one in named if one not in tests]


def _text_of_test(path: Path) -> str:
    return path.read_text("utf-8") if path.name.startswith("test_") else ""


@pytest.mark.parametrize("page", ALL_PAGES)
def test_modules_and_tests_that_are_named_exist(page):
    assert unknown_modules(text_of(page)) == []


@pytest.mark.parametrize("page", ALL_PAGES)
def test_paths_begin_at_the_root(page):
    """Otherwise test_paths_exist overlooks them."""
    quoted = " ".join(re.findall(r"`([^`\n]+)`", text_of(page)))
    paths = re.findall(r"(?<![\w/.-])(?:[a-z_]+/)+\w+\.py\b", quoted)
    assert [one for one in paths if not PATH.match(one)] == []


def test_an_unknown_module_and_an_unknown_test_are_found():
    text = "`nowhere.py`, `log.py`, `tests/test_threats.py::test_nowhere`, `a.py::test_some_…`"
    assert unknown_modules(text) == ["nowhere.py", "a.py", "test_nowhere"]


def rows_without_head(text: str) -> list[str]:
    """Return the first row of each table that has no head: a line of dashes below it."""
    lines = re.sub(r"```.*?```", "", text, flags=re.DOTALL).split("\n")
    return [
        line
        for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False)
        if line.startswith("|")
        and not before.startswith("|")
        and not re.fullmatch(r"\|(?: ?:?-+:? ?\|)+", after)
    ]


@pytest.mark.parametrize("page", ALL_PAGES)
def test_each_table_has_a_head(page):
    assert rows_without_head(text_of(page)) == []


def test_a_table_without_a_head_is_found():
    assert rows_without_head("| a | b |\n|---|---|\n| 1 | 2 |\ntext\n| 3 | 4 |\n") == ["| 3 | 4 |"]


def test_rooms_name_every_folder_of_code():
    rooms = text_of("docs/architecture.md").split("## Rooms")[1].split("\n## ")[0]
    known = set(re.findall(r"(\w+)/", rooms)) | {"versions"}  # of migrations
    steps = ROOT / "kiosk" / "visit" / "steps"
    folders = [
        path.parent
        for room in ("central", "drivers", "kiosk", "phone", "screens", "wiring")
        for path in (ROOT / room).rglob("__init__.py")
        if path.parent.parent != steps
    ]
    assert sorted({str(one.relative_to(ROOT)) for one in folders if one.name not in known}) == []


def test_rooms_name_only_modules_that_exist():
    rooms = text_of("docs/architecture.md").split("## Rooms")[1].split("```")[1]
    code = [
        path
        for room in ("central", "drivers", "kiosk", "phone", "screens", "wiring")
        for path in (ROOT / room).rglob("*")
    ]
    names = {path.stem for path in code}
    named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", rooms))
    assert len(named) > 20
    assert sorted(named - names) == []
