"""The limits of the layout: modules in a folder, lines of a file and of a function, class names."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("kiosk", "drivers", "screens", "central", "phone", "wiring", "script", "tests")
MODULES, FILE_LINES, FUNCTION_LINES = 25, 400, 60
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def sources_of(root: Path) -> dict[str, str]:
    """Return the text of each module of the project by its path."""
    paths = [path for room in ROOMS for path in sorted((root / room).rglob("*.py"))]
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}


def large_folders(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield each folder with too many modules."""
    counts = Counter(str(Path(path).parent) for path in sources)
    yield from (f"{folder}: {count}" for folder, count in counts.items() if count > MODULES)


def long_files(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield each module with too many lines."""
    counts = {path: len(text.splitlines()) for path, text in sources.items()}
    yield from (f"{path}: {count}" for path, count in counts.items() if count > FILE_LINES)


def long_functions(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield each function with too many lines, docstring and signature included."""
    for path, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, FUNCTIONS):
                count = (node.end_lineno or node.lineno) - node.lineno + 1
                if count > FUNCTION_LINES:
                    yield f"{path}: {node.name}: {count}"


def repeated_classes(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield each class name that is defined more than once, with the modules that do."""
    places = defaultdict(list)
    for path, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path)
    yield from (f"{name}: {found}" for name, found in places.items() if len(found) > 1)


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return sources_of(ROOT)


@pytest.mark.parametrize(
    "find",
    [large_folders, long_files, long_functions, repeated_classes],
    ids=lambda one: one.__name__,
)
def test_the_project_keeps_its_limits(find, sources):
    assert list(find(sources)) == []


def test_what_breaks_a_limit_is_found():
    function = "def long():\n" + "    pass\n" * FUNCTION_LINES
    many = {f"kiosk/room/module_{number}.py": "" for number in range(MODULES + 1)}
    broken = many | {
        "kiosk/long.py": "\n" * (FILE_LINES + 1),
        "kiosk/function.py": function,
        "kiosk/one.py": "class Same: ...\n",
        "tests/other.py": "def test():\n    class Same: ...\n",
    }
    assert list(large_folders(broken)) == ["kiosk/room: 26"]
    assert list(long_files(broken)) == ["kiosk/long.py: 401"]
    assert list(long_functions(broken)) == ["kiosk/function.py: long: 61"]
    assert list(repeated_classes(broken)) == ["Same: ['kiosk/one.py', 'tests/other.py']"]
