"""Every text for people is short, and free of office words (docs/writing.md)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.kiosk.invented_people import CONFIG, ROOT

RULES = tomllib.loads((CONFIG / "texts" / "writing.toml").read_text("utf-8"))
PRINTED = ("slip", "paper_notice")
FOR_TECHNICIANS = ".cure"  # they know cables and commands
OF_THE_DEMO = ("proof", "credit")
NOT_SPOKEN_OF = re.compile(r"[\s，。、：；？！“”·]|\{\w+\}")


def texts_of(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for key, said in table.items():
        here = (*path, key)
        if isinstance(said, str):
            yield ".".join(here), said
        elif isinstance(said, Mapping):
            yield from texts_of(said, here)
        elif isinstance(said, list):
            yield from ((".".join(here), one) for one in said if isinstance(one, str))


def texts() -> Iterator[tuple[str, str]]:
    for file in ("pages", "failures"):
        table = tomllib.loads((CONFIG / "texts" / f"{file}.toml").read_text("utf-8"))
        yield from texts_of(table)


def length(text: str) -> int:
    return len(NOT_SPOKEN_OF.sub("", text))


def too_long(name: str, text: str) -> bool:
    last = name.rpartition(".")[2]
    kind = next((kind for kind in ("title", "sentence") if last.startswith(kind)), "other")
    return length(text) > RULES["longest"][kind]


def office_words(text: str) -> list[str]:
    return [word for word in RULES["instead"] if word in text]


TEXTS = [(name, text) for name, text in texts() if not name.endswith(FOR_TECHNICIANS)]
SHORT = [
    (name, text)
    for name, text in TEXTS
    if not name.startswith(PRINTED) and name != ".".join(OF_THE_DEMO)
]


@pytest.mark.parametrize(("name", "text"), SHORT, ids=[name for name, _ in SHORT])
def test_every_text_is_short(name, text):
    assert not too_long(name, text), length(text)


@pytest.mark.parametrize(("name", "text"), TEXTS, ids=[name for name, _ in TEXTS])
def test_no_text_has_an_office_word(name, text):
    assert not office_words(text)


def test_a_failure_says_what_happened_and_what_to_do():
    table = tomllib.loads((CONFIG / "texts" / "failures.toml").read_text("utf-8"))["failures"]
    for name, words in table.items():
        said = words["sentence"]
        assert said.endswith("。"), name
        assert "，" in said or "请" in said or said.startswith("先"), f"{name}: only half of it"


@pytest.mark.parametrize(
    ("name", "text", "long", "office"),
    [
        ("card.title", "请将居民身份证放置在感应区", True, []),
        ("card.sentence", "提交失败，系统异常。", False, ["系统", "提交", "失败", "异常"]),
        ("card.sentence", "请放身份证。", False, []),
        ("card.title", "请 放 {name} 身，份。证", False, []),
    ],
)
def test_the_rules_bite(name, text, long, office):
    assert too_long(name, text) is long
    assert office_words(text) == office


def test_every_office_word_is_explained_where_people_write():
    page = (ROOT / "docs" / "writing.md").read_text("utf-8")
    for kind in ("title", "sentence", "other"):
        assert str(RULES["longest"][kind]) in page
    assert all(text for text in RULES["kept"].values())
