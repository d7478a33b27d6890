"""The file of locked packages: what pyproject.toml asks for, from no named index."""

from __future__ import annotations

import re
import tomllib

from wiring.places import ASSETS, CONFIG, ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) ;", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def named(requirement: str) -> str:
    """Return the normalised name of the package of a requirement."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0].lower().replace("_", "-").replace(".", "-")


def test_the_lock_holds_all_dependencies() -> None:
    pinned = {name for name, _ in PIN.findall((ROOT / "requirements.lock").read_text("utf-8"))}
    groups = PROJECT["dependency-groups"]
    asked = {named(one) for one in (*PROJECT["project"]["dependencies"], *groups["dev"])}
    assert asked - pinned == set()


def test_no_file_of_packages_names_an_index() -> None:
    """Each place has its own index; only the digests of packages are the same everywhere."""
    assert "://" not in (ROOT / "requirements.lock").read_text("utf-8")
    assert not PROJECT["tool"]["uv"].get("index")
    assert "uv.lock" in (ROOT / ".gitignore").read_text("utf-8").split()


def test_an_installation_finds_its_files_where_a_checkout_does() -> None:
    """config/ and assets/ lie beside the packages; wiring/places.py needs no second place."""
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    packages = PROJECT["tool"]["importlinter"]["root_packages"]
    assert sorted(included) == sorted([*packages, CONFIG.name, ASSETS.name])
    assert {path.parent for path in (CONFIG, ASSETS)} == {ROOT}
    module, _, function = PROJECT["project"]["scripts"]["retirement-kiosk"].partition(":")
    assert f"def {function}(" in (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")
