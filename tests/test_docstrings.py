"""Public functions name in their docstrings what their signatures leave open.

Ruff sees to it that each has a docstring (D101, D102, D103). Here: a function with three or more
parameters, or that raises, names each parameter and each exception; for a constructor its class may.
What needs no words: an unused parameter, one with the name of its type or the end of it
(`settings: Settings`, `reader: IdCardReader`), one that the docstring of its class names, and those of
the table in docs/glossary.md. A float says its unit.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("kiosk", "drivers", "screens", "central", "phone", "wiring")
MANY = 3  # parameters; a function with fewer is explained by its first line
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| .+ \|$", re.MULTILINE)
UNIT = re.compile(
    r"""\b(?:px|mm|millimetres?|metres?|seconds?|milliseconds?|minutes?|hours?|bytes|KiB|MiB|Hz|
    degrees?|radians?|shares?|ratio|factor|times|parts?|probability|rate|similarity|scores?|between\ 0|
    from\ 0|months?|days?|baud|bits|deviations?|distances?|weight|dB|pixels?|1\ stands)\b|%|[°×]""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Function:
    """One public function with the docstring of its class."""

    place: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    around: str

    @property
    def words(self) -> str:
        return (ast.get_docstring(self.node) or "") + "\n" + self.around

    @property
    def parameters(self) -> list[ast.arg]:
        args = self.node.args
        found = [*args.posonlyargs, *args.args, *args.kwonlyargs]
        found += [one for one in (args.vararg, args.kwarg) if one is not None]
        return [one for one in found if one.arg not in {"self", "cls"}]


def functions(source: str, place: str) -> Iterator[Function]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Function(f"{place}:{node.name}", node, "")
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            around = ast.get_docstring(node) or ""
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield Function(f"{place}:{node.name}.{inner.name}", inner, around)


def public_functions() -> Iterator[Function]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            place = str(path.relative_to(ROOT))
            for one in functions(path.read_text("utf-8"), place):
                if one.node.name == "__init__" or not one.node.name.startswith("_"):
                    yield one


@cache
def known() -> dict[str, frozenset[str]]:
    """Return the types of each parameter that docs/glossary.md explains once."""
    page = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    table = page.split("## Parameters that mean the same everywhere")[1].split("\n## ")[0]
    found: dict[str, frozenset[str]] = {}
    for name, types in ROW.findall(table):
        said = frozenset(re.findall(r"`([^`]+)`", types)) or frozenset({types})
        found[name] = found.get(name, frozenset()) | said
    return found


@cache
def events() -> frozenset[str]:
    """Return the names of the classes of kiosk/visit/events and of events.py of each step."""
    visit = ROOT / "kiosk" / "visit"
    modules = (*visit.glob("events/*.py"), *visit.glob("steps/**/events.py"))
    trees = [ast.parse(one.read_text("utf-8")) for one in modules]
    return frozenset(
        node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)
    )


def type_of(parameter: ast.arg) -> str:
    said = ast.unparse(parameter.annotation) if parameter.annotation else ""
    return said.strip("'\"").removesuffix(" | None")


def named_as_its_type(parameter: ast.arg) -> bool:
    bare = type_of(parameter).split("[")[0].split(".")[-1]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare).lower()
    return f"_{words}".endswith(f"_{parameter.arg}")


def explained_once(parameter: ast.arg) -> bool:
    types = known().get(parameter.arg, frozenset())
    said = type_of(parameter)
    of_visit = "an event of the visit" in types and bool(
        {one.strip().split(".")[-1] for one in said.split("|")} & events()
    )
    return of_visit or "*" in types or said in types


def is_named(name: str, words: str) -> bool:
    spaced = name.replace("_", " ")
    return re.search(rf"\b(?:{name}|{spaced}(?:e?s)?)\b", words, re.IGNORECASE) is not None


def unnamed(function: Function) -> list[str]:
    return [
        one.arg
        for one in function.parameters
        if not one.arg.startswith("_")
        and not named_as_its_type(one)
        and not explained_once(one)
        and not is_named(one.arg, function.words)
    ]


def raised(node: ast.AST) -> Iterator[str]:
    """Yield the exceptions that stand after `raise`, but in functions inside."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(child, ast.Raise) and child.exc is not None:
            what = child.exc.func if isinstance(child.exc, ast.Call) else child.exc
            if isinstance(what, ast.Name | ast.Attribute):
                yield what.attr if isinstance(what, ast.Attribute) else what.id
        yield from raised(child)


def without_unit(function: Function) -> list[str]:
    return [
        one.arg
        for one in function.parameters
        if type_of(one) == "float"
        and not explained_once(one)
        and not UNIT.search(one.arg.replace("_", " "))
        and not UNIT.search(function.words)
    ]


def gaps(function: Function) -> list[str]:
    """Return what the docstring leaves open, if it is one that has to name everything."""
    exceptions = {one for one in raised(function.node) if one[0].isupper()}
    if len(function.parameters) < MANY and not exceptions:
        return []
    missing = [one for one in sorted(exceptions) if one not in function.words]
    return unnamed(function) + missing


def test_public_functions_name_their_parameters_and_exceptions():
    found = {one.place: gaps(one) for one in public_functions()}
    assert {place: missing for place, missing in found.items() if missing} == {}


def test_each_float_says_its_unit():
    found = {one.place: without_unit(one) for one in public_functions()}
    assert {place: missing for place, missing in found.items() if missing} == {}


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ('def f(a: float) -> None:\n    """Do a."""', ["a"]),
        ('def f(a: float | None) -> None:\n    """Do a."""', ["a"]),
        ('def f(a: float) -> None:\n    """Do a, in seconds."""', []),
        ('def f(seconds: float) -> None:\n    """Do."""', []),
        ('def f(deadline: float) -> None:\n    """Do."""', []),
    ],
)
def test_a_float_without_a_unit_is_found(source, missing):
    (function,) = functions(source, "made up")
    assert without_unit(function) == missing


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ('def f(a: int, b: int, c: int) -> None:\n    """Do a, b."""', ["c"]),
        ('def f(a: int, b: int) -> None:\n    """Do."""', []),
        ('def f(settings: Settings, _b: int, book: ReferenceData) -> None:\n    """Do."""', []),
        ('def f(settings: Sounds, b: int, c: int) -> None:\n    """Do b, c."""', ["settings"]),
        ('def f(a: int) -> None:\n    """Do a."""\n    raise OSError', ["OSError"]),
        (
            (
                'class Box:\n    """A box of a."""\n    def f(self, a: int, b: int, c: int) -> int:\n'
                '        """Return b."""'
            ),
            ["c"],
        ),
    ],
)
def test_what_is_left_open_is_found(source, missing):
    (function,) = functions(source, "made up")
    assert gaps(function) == missing


def test_no_row_of_the_glossary_is_idle():
    used = {
        (one.arg, type_of(one)) for function in public_functions() for one in function.parameters
    }
    idle = [
        f"{name}: {kind}"
        for name, kinds in known().items()
        for kind in kinds
        if kind != "an event of the visit"
        and not any(name == arg and kind in {"*", said} for arg, said in used)
    ]
    assert idle == []


def asks(source: str) -> list[str]:
    """Return the docstrings whose first paragraph is a question."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found = [
        ast.get_docstring(node) or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, kinds)
    ]
    return [one for one in found if "?" in one.split("\n\n")[0]]


def test_no_docstring_is_a_question():
    assert asks('def f():\n    """Is it so?"""') == ["Is it so?"]
    rooms = [ROOT / room for room in (*ROOMS, "script", "tests")]
    files = [ROOT / "main.py", *(path for room in rooms for path in room.rglob("*.py"))]
    found = {str(path.relative_to(ROOT)): asks(path.read_text("utf-8")) for path in files}
    assert {place: questions for place, questions in found.items() if questions} == {}
