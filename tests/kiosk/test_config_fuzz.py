"""Any bytes in any file that is read as configuration end in a cure, never in a traceback.

A control beside it: a reader with the fault that each of these finds must be found out.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from central.offices.script import read_script
from central.people import read_people
from central.policy import read_policy
from central.staff import read_staff
from drivers.face.policy import read_policy as read_face_policy
from kiosk import commands
from kiosk.schema import ConfigError
from kiosk.settings import read_settings
from kiosk.visit.handbook import read_handbook
from tests.kiosk.people import CONFIG

DEMO = CONFIG / "profiles" / "demo.toml"
QUICK, LONG = 60, 1500
Check = Callable[[Path], object]


def kiosk_files() -> list[str]:
    """Every file below config/ that a kiosk reads at its start."""
    top = [path for path in CONFIG.iterdir() if path.suffix in (".toml", ".csv", ".tsv")]
    below = [path for name in ("services", "texts", "rules") for path in (CONFIG / name).iterdir()]
    others = {"central.toml", "operators.toml", "face.toml", "parts_of_names.tsv"}
    found = [path for path in (*top, *below) if path.name not in others]
    return sorted(str(path.relative_to(CONFIG)) for path in (*found, CONFIG / "characters.txt"))


def whole(config: Path) -> object:
    """Read all that a kiosk reads."""
    return read_handbook(config, read_settings(config / "kiosk.toml", DEMO))


OTHERS: dict[str, Check] = {
    "profiles/demo.toml": lambda config: read_settings(
        CONFIG / "kiosk.toml", config / "profiles" / "demo.toml"
    ),
    "face.toml": lambda config: read_face_policy(config / "face.toml", None),
    "central.toml": lambda config: read_policy(config / "central.toml"),
    "staff/BZ-DEMO.toml": lambda config: read_staff(config / "staff"),
    "offices/demo.toml": lambda config: read_script(config / "offices" / "demo.toml"),
    "personas/liu.toml": lambda config: read_people(config / "personas", None),
}
FILES: dict[str, Check] = dict.fromkeys(kiosk_files(), whole) | OTHERS


def look(check: Check, config: Path) -> None:
    """Let it be read: right, or refused with words; anything else is raised."""
    refusals: list[ConfigError] = []
    try:
        check(config)
    except ConfigError as error:
        refusals.append(error)
    for refusal in refusals:
        assert refusal.problems
        assert all(one.expected and one.file for one in refusal.problems)


# broken bytes


@st.composite
def broken(draw: st.DrawFn, right: bytes) -> bytes:
    """The right file with a few places broken, cut off, or doubled."""
    found = bytearray(right)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(found) - 1)))
        match draw(st.sampled_from(("set", "insert", "cut", "end", "double"))):
            case "set":
                found[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "insert":
                found[at:at] = draw(st.sampled_from(PIECES))
            case "cut":
                del found[at : at + draw(st.integers(1, 40))]
            case "end":
                del found[at:]
            case "double":
                found[at:at] = found[at : at + draw(st.integers(1, 80))]
    return bytes(found)


PIECES = (
    b'"', b"'", b"=", b"[", b"]]", b"{", b"\n", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"#", b",",
    b"\t", b"9" * 5000, b"-1", b"1e999", b"nan", b"[" * 2000, b"true", b'""', b"2026-13-40",
    b"\xe3\x80\x80", b"\xed\xa0\x80",
)  # fmt: skip


# wrong types and values


def leaves(table: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for name, value in table.items() if isinstance(table, dict) else enumerate(table):
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name)


VALUES = st.recursive(
    st.one_of(
        st.none(),  # stands for "left out"
        st.booleans(),
        st.integers(-(10**30), 10**30),
        st.just(10**400),
        st.floats(),
        st.text(st.characters(codec="utf-8"), max_size=12),
        st.sampled_from(("\0", "../..", "http://[", "tcp://h:99999", "/dev/pts/0", "9" * 30, "")),
        st.dates(),
        st.times(),
        st.datetimes(),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def mistaken(draw: st.DrawFn, right: dict[str, Any]) -> str:
    """The right table as TOML, with one to three values replaced or gone."""
    table = _copied(right)
    for _ in range(draw(st.integers(1, 3))):
        places = list(leaves(table))
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        holder = table
        for name in way:
            holder = holder[name]
        value = draw(VALUES)
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return "".join(f"{name_of(name)} = {toml(value)}\n" for name, value in table.items())


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(one) for name, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def name_of(name: str) -> str:
    return toml(name)


def toml(value: Any) -> str:
    match value:
        case None:
            return '"none"'
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return '"' + "".join(_sign(one) for one in value) + '"'
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + "}"
    return value.isoformat()


def _sign(one: str) -> str:
    return f"\\U{ord(one):08x}" if one in '"\\' or not one.isprintable() else one


# the tests


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(CONFIG, tmp_path_factory.mktemp("fuzz") / "config"))


def try_many(
    contents: st.SearchStrategy[bytes], check: Check, copy: Path, name: str, examples: int
) -> None:
    """Put each content in the file's place; put the right one back."""
    path, right = copy / name, (CONFIG / name).read_bytes()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(contents)
    def go(content: bytes) -> None:
        path.write_bytes(content)
        look(check, copy)

    try:
        go()
    finally:
        path.write_bytes(right)


def both_ways(name: str, check: Check, copy: Path, examples: int) -> None:
    right = (CONFIG / name).read_bytes()
    try_many(broken(right), check, copy, name, examples)
    if name.endswith(".toml"):
        table = tomllib.loads(right.decode())
        try_many(mistaken(table).map(str.encode), check, copy, name, examples)


SHORT = ("kiosk.toml", "profiles/demo.toml", "texts/failures.toml", "service_points.csv")


@pytest.mark.parametrize("name", SHORT)
def test_a_broken_file_has_a_cure(name, copy):
    both_ways(name, FILES[name], copy, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FILES))
def test_every_broken_file_has_a_cure(name, copy):
    both_ways(name, FILES[name], copy, QUICK)


@pytest.mark.slow
def test_settings_at_length(copy):
    both_ways("profiles/demo.toml", FILES["profiles/demo.toml"], copy, LONG)
    both_ways("kiosk.toml", FILES["kiosk.toml"], copy, LONG // 3)


def careless(config: Path) -> object:
    """A reader that trusts what stands there: the control that must fail."""
    table = tomllib.loads((config / "profiles" / "demo.toml").read_text("utf-8"))
    return table["store"]["floor_mib"] + 1


@pytest.mark.parametrize("way", ["broken", "mistaken"])
def test_a_careless_reader_is_found_out(way, copy):
    right = (CONFIG / "profiles" / "demo.toml").read_bytes()
    wrong = mistaken(tomllib.loads(right.decode())).map(str.encode)
    contents = broken(right) if way == "broken" else wrong
    with pytest.raises((Exception, ExceptionGroup)) as caught:
        try_many(contents, careless, copy, "profiles/demo.toml", QUICK)
    assert not isinstance(caught.value, ConfigError)


@pytest.mark.parametrize("how", ["folder", "forbidden", "deep", "giant", "zero", "bom"])
def test_files_that_are_none(how, tmp_path, capsys, monkeypatch):
    path = tmp_path / "site.toml"
    match how:
        case "folder":
            path.mkdir()
        case "deep":
            path.write_text("a = " + "[" * 100_000, "utf-8")
        case "giant":
            path.write_text("[panel]\nwidth_px = " + "9" * 5000, "utf-8")
        case "zero":
            path.write_bytes(b"\0" * 4096)  # what a power cut leaves of a file
        case "bom":
            path.write_bytes(b"\xef\xbb\xbf[panel]\n")
        case "forbidden":
            path.write_text("", "utf-8")
            refused = PermissionError(13, "Permission denied", str(path))
            real = Path.read_text

            def read_text(self: Path, *rest: Any, **more: Any) -> str:
                if self == path:
                    raise refused
                return real(self, *rest, **more)

            monkeypatch.setattr(Path, "read_text", read_text)
    assert commands.run("check-config", [str(path)], CONFIG) == 1
    assert str(path) in capsys.readouterr().out


def test_dates_are_written_as_such():
    assert tomllib.loads(f"a = {toml(date(2026, 1, 2))}") == {"a": date(2026, 1, 2)}
