"""The package that puts the repository's address and key on a terminal."""

from __future__ import annotations

import os
import subprocess
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from central.package_repository.index import COMPONENT, SUITE
from kiosk.civil_time import to_civil

NAME = "retirement-kiosk-repository"
KEY = "usr/share/keyrings/retirement-kiosk-repository.gpg"
SOURCE = "etc/apt/sources.list.d/retirement-kiosk.sources"
MAINTAINER = "Retirement kiosk <maintainer@example.invalid>"
FOLDER, FILE = 0o755, 0o644


def source_of(url: str) -> str:
    """Return the source, as sources.list(5) has it."""
    fields = {
        "Types": "deb",
        "URIs": url,
        "Suites": SUITE,
        "Components": COMPONENT,
        "Signed-By": f"/{KEY}",
    }
    return "".join(f"{key}: {said}\n" for key, said in fields.items())


def build_source_package(url: str, key: bytes, at: datetime, out: Path) -> Path:
    """Write the package into `out` and return its path; a newer `at` makes a newer version.

    `url` is the repository's address, `key` the public half of what signs it.
    """
    version = f"{to_civil(at):%Y%m%d.%H%M%S}"
    control = (
        f"Package: {NAME}\nVersion: {version}\nArchitecture: all\nMaintainer: {MAINTAINER}\n"
        "Section: misc\nPriority: optional\n"
        "Description: address and key of the repository of the retirement kiosk\n"
        " Made by `central releases repository`.\n"
    )
    files = {
        KEY: key,
        SOURCE: source_of(url).encode(),
        "DEBIAN/control": control.encode(),
        "DEBIAN/conffiles": f"/{SOURCE}\n".encode(),
    }
    target = out / f"{NAME}_{version}_all.deb"
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(FILE)
        for path in (Path(folder), *Path(folder).rglob("*")):
            if path.is_dir():
                path.chmod(FOLDER)
        asked = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", folder, str(target)]
        subprocess.run(  # noqa: S603 - dpkg
            asked,
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(int(at.timestamp()))},
        )
    return target
