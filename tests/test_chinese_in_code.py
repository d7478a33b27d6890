"""Chinese words stand in config/, not in code; the keys of operator texts agree with their files."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from kiosk.operator_texts import FOLDER

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("kiosk", "drivers", "screens", "central", "phone", "wiring")
"""What runs at a point or as the central service; script/ has tools for developers."""
MODULE = "kiosk.operator_texts"
HAN = re.compile(r"[\u4e00-\u9fff]")
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

EXCEPTIONS: Mapping[str, str] = {
    "kiosk/application/document.py": (
        "what an application says of a card that never ends is a value of its contract"
    ),
    "kiosk/config/site_rules.py": (
        "the alphabet of opening hours bounds what signed settings may say; data must not widen it"
    ),
    "kiosk/visit/journalling/stand_ins.py": (
        "stand-ins for what a replayed person wrote are values, and nobody reads them"
    ),
}
"""Files that keep Chinese words, and the reason."""


@dataclass(frozen=True)
class TextCall:
    """A call of `text_of`, or of `texts_of` (`is_table`).

    `key` is None when it is no literal. `fields`: names of the keyword arguments, None after `**`.
    """

    line: int
    is_table: bool
    key: str | None
    fields: frozenset[str] | None
    at_import: bool


def chinese_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string constant with Chinese characters, but for docstrings."""
    tree = ast.parse(source)
    documenting = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    for node in constants:
        if id(node) not in documenting and HAN.search(str(node.value)):
            yield node.lineno, str(node.value)


def text_calls_in(source: str) -> Iterator[TextCall]:
    """Yield the calls of the two functions, under whatever name a module imports them."""
    tree = ast.parse(source)
    names = {
        one.asname or one.name: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == MODULE
        for one in node.names
    }
    return _calls(tree, names, at_import=True)


def _calls(node: ast.AST, names: Mapping[str, str], *, at_import: bool) -> Iterator[TextCall]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
        yield _call(node, is_table=names[node.func.id] == "texts_of", at_import=at_import)
    for child in ast.iter_child_nodes(node):
        later = isinstance(node, FUNCTIONS) and child not in _evaluated_at_definition(node)
        yield from _calls(child, names, at_import=at_import and not later)


def _evaluated_at_definition(node: Any) -> list[ast.AST]:
    return [node.args, *getattr(node, "decorator_list", [])]


def _call(node: ast.Call, *, is_table: bool, at_import: bool) -> TextCall:
    first = node.args[0] if node.args else None
    key = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
    given = [one.arg for one in node.keywords]
    fields = None if None in given else frozenset(one for one in given if one is not None)
    return TextCall(node.lineno, is_table, key, fields, at_import)


def leaves(table: Mapping[str, Any], key: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file by their keys."""
    for name, said in table.items():
        if isinstance(said, str):
            yield f"{key}.{name}", said
        else:
            yield from leaves(said, f"{key}.{name}")


def fields_of(text: str) -> frozenset[str]:
    """Return the names of the fields that `str.format` fills in."""
    return frozenset(
        field for _, field, _, _ in string.Formatter().parse(text) if field is not None
    )


def wrong_calls(calls: Mapping[str, list[TextCall]], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a call, by file and line."""
    for path, call in ((path, call) for path, found in calls.items() for call in found):
        at = f"{path}:{call.line}: {call.key}"
        below = [text for key, text in texts.items() if key.startswith(f"{call.key}.")]
        if call.key is None:
            yield f"{at}: the key is no literal"
        elif call.at_import:
            yield f"{at}: read at import"
        elif call.is_table:
            if not below or any(map(fields_of, below)):
                yield f"{at}: no table of texts without fields"
        elif call.key not in texts:
            yield f"{at}: no such text"
        elif call.fields != fields_of(texts[call.key]):
            yield f"{at}: other fields than the text"


def unused_texts(calls: Mapping[str, list[TextCall]], texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys of texts that no call names, neither itself nor its table."""
    used = {(call.key, call.is_table) for call in chain.from_iterable(calls.values())}
    for key in texts:
        if (key, False) not in used and (key.rpartition(".")[0], True) not in used:
            yield key


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    paths.append(ROOT / "main.py")
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}


@pytest.fixture(scope="module")
def calls(sources: Mapping[str, str]) -> dict[str, list[TextCall]]:
    return {path: list(text_calls_in(source)) for path, source in sources.items()}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    files = sorted(FOLDER.glob("*.toml"))
    read = (leaves(tomllib.loads(path.read_text("utf-8")), path.stem) for path in files)
    return dict(chain.from_iterable(read))


def test_no_chinese_words_stand_in_code(sources):
    found = {path: list(chinese_in(source)) for path, source in sources.items()}
    told = {path: words for path, words in found.items() if words}
    assert {path: words for path, words in told.items() if path not in EXCEPTIONS} == {}
    assert set(EXCEPTIONS) <= set(told), "an exception that is none any more"


def test_every_call_has_its_text(calls, texts):
    assert list(wrong_calls(calls, texts)) == []


def test_every_text_is_used(calls, texts):
    assert list(unused_texts(calls, texts)) == []


def test_docstrings_may_be_chinese_and_nothing_else():
    source = '"""模块"""\n\ndef f(name):\n    """函数"""\n    return f"{name} 好", "、", "good"\n'
    assert list(chinese_in(source)) == [(5, " 好")]


def test_wrong_calls_are_found():
    source = f"""
from {MODULE} import text_of as say, texts_of
AT_ONCE = say("room.plain")
def words(key, values, default=say("room.plain")):
    say("room.plain")
    say("room.full", name=key)
    say("room.full")
    say("room.plain", name=key)
    say("room.full", **values)
    say("room.none")
    say(key)
    texts_of("room.table")
    texts_of("room.fields")
    texts_of("room.plain")
    text_of("room.none")
"""
    told = {"room.plain": "好", "room.full": "{name} 好", "room.spare": "坏"}
    told |= {"room.table.one": "一", "room.fields.one": "{one}"}
    calls = {"kiosk/some.py": list(text_calls_in(source))}
    assert list(wrong_calls(calls, told)) == [
        "kiosk/some.py:3: room.plain: read at import",
        "kiosk/some.py:4: room.plain: read at import",
        "kiosk/some.py:7: room.full: other fields than the text",
        "kiosk/some.py:8: room.plain: other fields than the text",
        "kiosk/some.py:9: room.full: other fields than the text",
        "kiosk/some.py:10: room.none: no such text",
        "kiosk/some.py:11: None: the key is no literal",
        "kiosk/some.py:13: room.fields: no table of texts without fields",
        "kiosk/some.py:14: room.plain: no table of texts without fields",
    ]
    assert list(unused_texts(calls, told)) == ["room.spare"]
