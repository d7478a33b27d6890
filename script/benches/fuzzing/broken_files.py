"""Broken configuration files: every file, damaged byte by byte and value by value.

Whoever reads one must answer with a cure, never with another exception than ConfigError.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from central.offices.office_system import read_office_system
from central.offices.script import read_script
from central.people import read_people
from central.policy import read_policy
from central.staff import read_staff
from drivers.face.policy import read_policy as read_face_policy
from kiosk.config.schema import ConfigError, load
from kiosk.config.settings_reader import read_settings
from kiosk.config.site_rules import FILE, read_site_keys
from kiosk.date_words import DateForms
from kiosk.speech.spoken_words import SpokenWords
from kiosk.visit.reference_data import read_handbook

CONFIG = Path(__file__).resolve().parents[3] / "config"
SEED = 20261126
LONGEST_TOLD = 4_000  # bytes: Hypothesis warns of long ones, and warnings are errors
DEMO = CONFIG / "profiles" / "demo.toml"
Check = Callable[[Path], object]


def kiosk_files() -> list[str]:
    """Return every file below config/ that a kiosk reads at its start."""
    top = [path for path in CONFIG.iterdir() if path.suffix in (".toml", ".csv", ".tsv")]
    below = [path for name in ("services", "texts", "rules") for path in (CONFIG / name).iterdir()]
    others = {"central.toml", "operators.toml", "face.toml", "parts_of_names.tsv", FILE}
    others |= {"cards.toml", "dates.toml", "speech.toml"}  # not of the folder that is given
    found = [path for path in (*top, *below) if path.is_file() and path.name not in others]
    return sorted(str(path.relative_to(CONFIG)) for path in (*found, CONFIG / "characters.txt"))


def whole(config: Path) -> object:
    """Read everything that a kiosk reads at its start."""
    return read_handbook(config, read_settings(config / "kiosk.toml", DEMO))


OTHERS: dict[str, Check] = {
    "profiles/demo.toml": lambda config: read_settings(
        CONFIG / "kiosk.toml", config / "profiles" / "demo.toml"
    ),
    FILE: lambda config: read_site_keys(config / FILE, is_production=True),
    "face.toml": lambda config: read_face_policy(config / "face.toml", None),
    "central.toml": lambda config: read_policy(config / "central.toml"),
    "staff/BZ-DEMO.toml": lambda config: read_staff(config / "staff"),
    "offices/demo.toml": lambda config: read_script(config / "offices" / "demo.toml"),
    "offices/system.example.toml": lambda config: read_office_system(
        config / "offices" / "system.example.toml"
    ),
    "texts/dates.toml": lambda config: load(DateForms, config / "texts" / "dates.toml"),
    "texts/speech.toml": lambda config: load(SpokenWords, config / "texts" / "speech.toml"),
    "personas/liu.toml": lambda config: read_people(config / "personas", None),
}
FILES: dict[str, Check] = dict.fromkeys(kiosk_files(), whole) | OTHERS


def look(check: Check, config: Path) -> None:
    """Read a file by `check`, which may refuse it with words; any other exception is raised."""
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
    """Return the right file with a few places damaged, cut off or doubled."""
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
    b'"', b"'", b"=", b"[", b"]]", b"{", b"\n", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"#",
    b",", b"\t", b"9" * 5000, b"-1", b"1e999", b"nan", b"[" * 2000, b"true", b'""', b"2026-13-40",
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
    """Return the right table as TOML, with one to three values replaced or removed."""
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
    return "".join(f"{toml(name)} = {toml(value)}\n" for name, value in table.items())


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(one) for name, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


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
    return str(value.isoformat())


def _sign(one: str) -> str:
    return f"\\U{ord(one):08x}" if one in '"\\' or not one.isprintable() else one


class FileContent:
    """What is put in a file's place, told in a few words where it is long."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        """Return the bytes, or the length and the beginning of many."""
        if len(self.data) <= LONGEST_TOLD:
            return repr(self.data)
        return f"{len(self.data)} bytes, {self.data[:40]!r} …"


@st.composite
def filled(draw: st.DrawFn, contents: st.SearchStrategy[bytes]) -> FileContent:
    """Return one of the contents, of which Hypothesis does not spell out how it was made."""
    return FileContent(draw(contents))


def try_many(
    contents: st.SearchStrategy[bytes], check: Check, copy: Path, name: str, examples: int
) -> int:
    """Put each content in the file's place, then the right one back; return how many there were.

    `copy`: a copy of config/, in which `name` is replaced.
    """
    tried = 0
    path, right = copy / name, (CONFIG / name).read_bytes()

    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(filled(contents))
    def go(content: FileContent) -> None:
        nonlocal tried
        tried += 1
        path.write_bytes(content.data)
        look(check, copy)

    try:
        go()
    finally:
        path.write_bytes(right)
    return tried


def both_ways(name: str, check: Check, copy: Path, examples: int) -> int:
    """Break a file in both ways; return how many broken ones were read.

    `copy`: a copy of config/; `examples`: how many are tried each way.
    """
    right = (CONFIG / name).read_bytes()
    tried = try_many(broken(right), check, copy, name, examples)
    if name.endswith(".toml"):
        table = tomllib.loads(right.decode())
        tried += try_many(mistaken(table).map(str.encode), check, copy, name, examples)
    return tried
