"""What docs/central.md prints to set the service up is shell, and names what the package has."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

from script.benches.machine.handbook_steps import steps
from wiring.places import ROOT

PAGE = ROOT / "docs" / "central.md"
PACKAGE = ROOT / "deploy" / "packages" / "retirement-kiosk-central" / "package.toml"
ORDER = ("package", "name", "postgresql", "service", "rights", "containers", "pages", "public")
ROLE = re.compile(r"\bTO (kiosk_\w+)")


def packed() -> dict[str, set[str]]:
    """Return the names of the files in each folder of the package."""
    files: dict[str, list[str]] = tomllib.loads(PACKAGE.read_text("utf-8"))["files"]
    return {folder: {Path(one).name for one in sources} for folder, sources in files.items()}


def test_the_steps_are_printed_in_their_order_and_are_shell() -> None:
    found = steps(PAGE)
    assert tuple(found) == ORDER
    for lines in found.values():
        subprocess.run(["dash", "-n"], input=lines, text=True, check=True)


def test_accounts_reach_the_database_as_in_containers() -> None:
    """The same lines, and more of them: containers have neither public pages nor an API."""
    printed = set(steps(PAGE)["postgresql"].splitlines())
    contained = (ROOT / "deploy/container/pg_ident.conf").read_text("utf-8").splitlines()
    lines = {one for one in contained if one and one[0] != "#"} - {"kiosk postgres postgres"}
    assert lines <= printed
    assert len(lines) >= 3


def test_each_role_that_gets_rights_is_made_and_mapped() -> None:
    step = steps(PAGE)["postgresql"]
    files = re.findall(r"\w+\.sql", steps(PAGE)["rights"])
    roles = {
        role
        for name in files
        for role in ROLE.findall((ROOT / "deploy/postgresql" / name).read_text("utf-8"))
    }
    assert roles == {"kiosk_web", "kiosk_public", "kiosk_offices_api"}
    for role in roles | {"kiosk_central"}:
        assert f"CREATE ROLE {role} LOGIN;" in step
        account = role.replace("_", "-").replace("kiosk-", "kiosk-central-")
        assert f"kiosk {account.replace('central-central', 'central')} {role}\n" in step


def test_what_the_steps_use_is_in_the_package() -> None:
    files = packed()
    documents = files["usr/share/doc/retirement-kiosk-central"]
    assert set(re.findall(r"\w+\.sql", steps(PAGE)["rights"])) <= documents
    assert "haproxy.cfg" in documents
    units = {
        word
        for lines in steps(PAGE).values()
        for word in re.findall(r"systemctl enable --now (\S+)", lines)
    }
    names = {one if "." in one else f"{one}.service" for one in units}
    assert names <= files["usr/lib/systemd/system"]
    assert len(names) == 4


def test_containers_are_named_by_the_whole_path() -> None:
    """podman-compose 1.3 goes into the file's folder before it opens the path that it was given."""
    named = re.findall(r" -f (\S+compose\.yaml)", steps(PAGE)["containers"])
    assert named == ["$PWD/deploy/container/compose.yaml"]
