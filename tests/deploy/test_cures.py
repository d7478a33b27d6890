"""What cures name exists on a terminal: nothing of the source tree, and nothing it has replaced."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest

from wiring.places import CONFIG

TEXTS = CONFIG / "texts"
DEMO_ONLY = ("demo.toml",)
"""Said only by the demo, which is in no package of a terminal."""
SOURCE_TREE = re.compile(r"script/\w+|deploy/\w+")
AS_A_CHOICE = "在源代码里是 "  # beside the cure of an installed program
FILES = sorted(
    path
    for path in (TEXTS / "failures.toml", *(TEXTS / "operator").glob("*.toml"))
    if path.name not in DEMO_ONLY
)


def sentences(table: object) -> Iterator[str]:
    if isinstance(table, dict):
        for value in table.values():
            yield from sentences(value)
    elif isinstance(table, str):
        yield table


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_no_cure_sends_a_technician_into_the_source_tree(name: str) -> None:
    path = next(one for one in FILES if one.name == name)
    for said in sentences(tomllib.loads(path.read_text("utf-8"))):
        found = list(SOURCE_TREE.finditer(said))
        lost = [one for one in found if not said[: one.start()].endswith(AS_A_CHOICE)]
        assert not lost, said


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_no_cure_starts_what_the_package_has_replaced(name: str) -> None:
    # The package recommends chrony first, and installing it removes systemd-timesyncd.
    path = next(one for one in FILES if one.name == name)
    assert "systemd-timesyncd" not in path.read_text("utf-8")


def test_what_is_got_from_the_central_service_is_not_cured_by_enrolling() -> None:
    # `enrol` itself needs authority.crt: "enrol" would send people in a circle.
    words = tomllib.loads((TEXTS / "operator/terminal.toml").read_text("utf-8"))
    assert "enrol" not in words["authority_unusable"]
    assert "登记" not in words["authority_unusable"]
    assert "请向中心要" in words["authority_unusable"]
