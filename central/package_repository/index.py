"""Index of a repository: Packages of each architecture, and the Release that is signed.

https://wiki.debian.org/DebianRepository/Format
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from central.package_repository.packages import PackageFile

ORIGIN = "retirement-kiosk"  # deploy/apt/52retirement-kiosk trusts this one
SUITE, COMPONENT, POOL = "stable", "main", "pool"
INDEPENDENT = "all"


def index_files(packages: Iterable[PackageFile]) -> dict[str, bytes]:
    """Return the indexes by their path below dists/SUITE."""
    found = tuple(packages)
    files: dict[str, bytes] = {}
    for arch in architectures(found):
        own = [one for one in found if one.arch in (arch, INDEPENDENT)]
        listed = "\n".join(map(_paragraph, sorted(own, key=lambda one: one.pool_name))).encode()
        path = f"{COMPONENT}/binary-{arch}/Packages"
        files |= {path: listed, f"{path}.gz": gzip.compress(listed, mtime=0)}
    return files


def architectures(packages: Iterable[PackageFile]) -> list[str]:
    """Return the architectures of the packages; amd64 where all are for any machine."""
    return sorted({one.arch for one in packages} - {INDEPENDENT}) or ["amd64"]


def release_file(files: Mapping[str, bytes], at: datetime, until: datetime) -> str:
    """Return Release, which apt refuses after `until`: nobody can offer an old one for ever.

    `files` are the indexes by their path.
    """
    archs = sorted({path.split("binary-")[1].split("/")[0] for path in files})
    fields = {
        "Origin": ORIGIN,
        "Label": ORIGIN,
        "Suite": SUITE,
        "Codename": SUITE,
        "Date": _time(at),
        "Valid-Until": _time(until),
        "Architectures": " ".join(archs),
        "Components": COMPONENT,
        "Acquire-By-Hash": "yes",
    }
    return "".join((*(f"{key}: {said}\n" for key, said in fields.items()), *_sums(files)))


def by_hash(path: str, content: bytes) -> str:
    """Return the path at which an index stays while terminals still read the Release before."""
    folder = path.rpartition("/")[0]
    return f"{folder}/by-hash/SHA256/{hashlib.sha256(content).hexdigest()}"


def _sums(files: Mapping[str, bytes]) -> Iterator[str]:
    yield "SHA256:\n"
    for path, content in sorted(files.items()):
        yield f" {hashlib.sha256(content).hexdigest()} {len(content)} {path}\n"


def _paragraph(one: PackageFile) -> str:
    place = f"{POOL}/{one.pool_name}"
    return f"{one.control}\nFilename: {place}\nSize: {one.size}\nSHA256: {one.sha256}\n"


def _time(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
