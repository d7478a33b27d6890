"""Both files of locked packages hold the same versions, of what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib

from wiring.places import ASSETS, CONFIG, ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) ;", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
UV_LOCK = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))


def named(requirement: str) -> str:
    """Return the normalised name of the package of a requirement."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0].lower().replace("_", "-").replace(".", "-")


def test_both_locks_hold_the_same_versions() -> None:
    pinned = set(PIN.findall((ROOT / "requirements.lock").read_text("utf-8")))
    locked = {(one["name"], one["version"]) for one in UV_LOCK["package"] if "version" in one}
    assert locked - {("retirement-kiosk", PROJECT["project"]["version"])} == pinned


def test_the_lock_is_of_these_dependencies() -> None:
    (own,) = (one for one in UV_LOCK["package"] if one["name"] == "retirement-kiosk")
    asked = {named(one) for one in PROJECT["project"]["dependencies"]}
    assert {one["name"] for one in own["dependencies"]} == asked
    groups = PROJECT["dependency-groups"]
    assert {one["name"] for one in own["dev-dependencies"]["dev"]} == set(map(named, groups["dev"]))


def test_an_installation_finds_its_files_where_a_checkout_does() -> None:
    """config/ and assets/ lie beside the packages; wiring/places.py needs no second place."""
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    packages = PROJECT["tool"]["importlinter"]["root_packages"]
    assert sorted(included) == sorted([*packages, CONFIG.name, ASSETS.name])
    assert {path.parent for path in (CONFIG, ASSETS)} == {ROOT}
    module, _, function = PROJECT["project"]["scripts"]["retirement-kiosk"].partition(":")
    assert f"def {function}(" in (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")
