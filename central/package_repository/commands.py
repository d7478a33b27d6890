"""The command `central releases repository`: a signed repository from a folder of packages."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from central.package_repository.index import POOL, SUITE, by_hash, index_files, release_file
from central.package_repository.packages import PackageFile, read_package
from central.package_repository.signer import RepositorySigner, SigningError, opened
from central.package_repository.source_package import NAME, build_source_package, source_of
from kiosk.atomic_file import write_atomically
from kiosk.civil_time import civil_now

if TYPE_CHECKING:
    import argparse

PUBLIC = 0o644
KEY_FILE, SOURCE_FILE = "retirement-kiosk-repository.gpg", "retirement-kiosk.sources"


def make_repository(options: argparse.Namespace) -> int:
    """Add the packages of a folder to a repository and sign it; return the exit code.

    What is there stays, since terminals go back to an older version when a new one is unfit.
    """
    read = [(path, read_package(path)) for path in sorted(options.packages.glob("*.deb"))]
    packages = [one for _, one in read if isinstance(one, PackageFile)]
    wrong = [f"{path}: {words}" for path, words in read if isinstance(words, str)]
    pool = options.to / POOL
    wrong += [_other_bytes(one) for one in packages if _differs(one, pool / one.pool_name)]
    if wrong or not packages:
        return _refuse("\n".join(wrong) or f"{options.packages}: there is no package (*.deb)")
    try:
        with opened(options.keys) as signer:
            signer.make_key()
            return _publish(options, signer, packages, civil_now())
    except SigningError as error:
        return _refuse(f"{options.keys}: {error}")
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}")


def _publish(
    options: argparse.Namespace,
    signer: RepositorySigner,
    packages: Sequence[PackageFile],
    at: datetime,
) -> int:
    pool, key = options.to / POOL, signer.public_key()
    for one in packages:
        _write(pool / one.pool_name, one.path.read_bytes())
    if _is_new(options.to, options.url, key):
        for old in pool.glob(f"{NAME}_*.deb"):
            old.unlink()
        with TemporaryDirectory() as folder:
            made = build_source_package(options.url, key, at, Path(folder))
            _write(pool / made.name, made.read_bytes())
        _write(options.to / KEY_FILE, key)
        _write(options.to / SOURCE_FILE, source_of(options.url).encode())
    listed = _listed(pool)
    files = index_files(listed)
    dists = options.to / "dists" / SUITE
    for path, content in files.items():
        _write(dists / by_hash(path, content), content)
        _write(dists / path, content)
    release = release_file(files, at, at + timedelta(days=options.days))
    # Last: until then terminals read the Release before, whose indexes are still there by hash.
    _write(dists / "InRelease", signer.clear_sign(release))
    print(len(listed), "packages", options.to, sep="\t")
    return 0


def _listed(pool: Path) -> list[PackageFile]:
    read = map(read_package, sorted(pool.glob("*.deb")))
    return [one for one in read if isinstance(one, PackageFile)]


def _is_new(repository: Path, url: str, key: bytes) -> bool:
    """Tell whether terminals have to learn another address or key."""
    told = ((SOURCE_FILE, source_of(url).encode()), (KEY_FILE, key))
    there = any((repository / POOL).glob(f"{NAME}_*.deb"))
    return not there or any(_content(repository / name) != wanted for name, wanted in told)


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _differs(one: PackageFile, kept: Path) -> bool:
    return kept.is_file() and kept.read_bytes() != one.path.read_bytes()


def _other_bytes(one: PackageFile) -> str:
    words = "is in the repository with other content; give what changed a version of its own"
    return f"{one.path}: {one.name} {one.version} {words}"


def _write(path: Path, content: bytes) -> None:
    if _content(path) != content:
        write_atomically(path, content)
        path.chmod(PUBLIC)


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
