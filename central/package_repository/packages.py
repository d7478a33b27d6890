"""Debian packages in a folder: what dpkg says of each."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

FIELDS = ("Package", "Version", "Architecture")


@dataclass(frozen=True)
class PackageFile:
    """One package; `control` is its paragraph of deb-control(5)."""

    path: Path
    control: str
    name: str
    version: str
    arch: str
    size: int
    sha256: str

    @property
    def pool_name(self) -> str:
        """Return its name in the repository, as `script/package` and Debian name packages.

        Without the epoch of its version: apt would read `%3a` in a path as another name.
        """
        return f"{self.name}_{self.version.rpartition(':')[2]}_{self.arch}.deb"


def read_package(path: Path) -> PackageFile | str:
    """Return a package, or dpkg's words when the file is none."""
    asked = ["dpkg-deb", "--field", str(path)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - dpkg
    if done.returncode:
        return done.stderr.strip() or "it is no package"
    told = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    if missing := [name for name in FIELDS if not told.get(name)]:
        return f"its control file has no {', '.join(missing)}"
    content = path.read_bytes()
    return PackageFile(
        path,
        done.stdout.strip(),
        told["Package"],
        told["Version"],
        told["Architecture"],
        len(content),
        hashlib.sha256(content).hexdigest(),
    )
