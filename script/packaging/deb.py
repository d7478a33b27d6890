"""Making of a .deb from a plan: dpkg-deb over a folder in which nothing depends on today."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from script.packaging.command_docs import completion, man_pages
from script.packaging.debian_docs import debian_files
from script.packaging.plan import PackagePlan
from script.packaging.wheels import unpack

PROGRAM_FOLDERS = ("usr/bin/",)
COMPLETIONS = Path("usr/share/bash-completion/completions")
MAN_PAGES = Path("usr/share/man")
PLAIN, PROGRAM = 0o644, 0o755
KIB = 1024


@dataclass(frozen=True)
class Edition:
    """Tree, version, time (seconds since 1970) and architecture of the packages."""

    root: Path
    version: str
    epoch: int
    arch: str
    maintainer: str
    compression: str = "xz"


def build(plan: PackagePlan, edition: Edition, wheels: Collection[Path], out: Path) -> Path:
    """Write NAME_VERSION_ARCH.deb into `out` and return its path."""
    arch = "all" if plan.independent else edition.arch
    name = f"{plan.name}_{edition.version}_{arch}.deb"
    tree = out / f".{name}"
    shutil.rmtree(tree, ignore_errors=True)
    unfinished = out / f".{name}.part"  # what stands under the package's name is whole
    try:
        _lay(plan, edition, wheels, tree)
        _describe(plan, edition, arch, tree)
        _settle(tree)
        return _pack(tree, unfinished, edition).replace(out / name)
    finally:
        shutil.rmtree(tree, ignore_errors=True)
        unfinished.unlink(missing_ok=True)


def _lay(plan: PackagePlan, edition: Edition, wheels: Collection[Path], tree: Path) -> None:
    for source, target in plan.contents(edition.root):
        path = tree / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)
        runs = target.startswith(PROGRAM_FOLDERS) or os.access(source, os.X_OK)
        path.chmod(PROGRAM if runs else PLAIN)
    if plan.vendored:
        unpack(wheels, tree / plan.vendored, plan.left_out)
    if plan.program:
        _document(plan, edition, tree)
    for manual in plan.manuals:
        source = edition.root / manual
        packed = gzip.compress(source.read_bytes(), mtime=0)
        section = source.suffix.removeprefix(".")
        _put(tree / MAN_PAGES / f"man{section}" / f"{source.name}.gz", packed)
    for name, content in debian_files(plan, edition):
        _put(tree / name, content)


def _document(plan: PackagePlan, edition: Edition, tree: Path) -> None:
    """Write completion and man pages of the commands that the package has."""
    home = tree / plan.home
    about = (plan.program, edition.version, edition.root)
    files = {COMPLETIONS / plan.program: completion(home, *about).encode()}
    for language, text in man_pages(home, *about, edition.epoch).items():
        # The time in a gzip header would be today's.
        files[MAN_PAGES / language / "man1" / f"{plan.program}.1.gz"] = gzip.compress(
            text.encode(), mtime=0
        )
    for name, content in files.items():
        _put(tree / name, content)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(PLAIN)


def _describe(plan: PackagePlan, edition: Edition, arch: str, tree: Path) -> None:
    files = sorted(_files(tree))
    control = tree / "DEBIAN"
    control.mkdir()
    size = sum(-(-path.stat().st_size // KIB) for path in files)
    fields = {
        "Package": plan.name,
        "Version": edition.version,
        "Architecture": arch,
        "Maintainer": edition.maintainer,
        "Installed-Size": str(size),
        **{key: said.replace("@VERSION@", edition.version) for key, said in plan.control.items()},
    }
    _write(control / "control", [f"{key}: {said}" for key, said in fields.items()])
    names = {path: str(path.relative_to(tree)) for path in files}
    sums = (f"{hashlib.md5(path.read_bytes()).hexdigest()}  {name}" for path, name in names.items())  # noqa: S324 - dpkg --verify reads md5
    _write(control / "md5sums", sums)
    if settings := [f"/{name}" for name in names.values() if name.startswith("etc/")]:
        _write(control / "conffiles", settings)
    for script in plan.scripts():
        shutil.copyfile(script, control / script.name)
        (control / script.name).chmod(PROGRAM)


def _write(path: Path, lines: Collection[str] | Iterator[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _files(tree: Path) -> Iterator[Path]:
    return (path for path in tree.rglob("*") if path.is_file())


def _settle(tree: Path) -> None:
    """Give all files the same permissions, whatever the umask."""
    for path in (tree, *tree.rglob("*")):
        if path.is_dir():
            path.chmod(PROGRAM)
        elif path.stat().st_mode & 0o100 == 0:
            path.chmod(PLAIN)


def _pack(tree: Path, target: Path, edition: Edition) -> Path:
    # With SOURCE_DATE_EPOCH nothing in it is younger. One thread: several would compress otherwise.
    how = (f"-Z{edition.compression}", "--threads-max=1", *_level(edition.compression))
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", *how, "--build", str(tree), str(target)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(edition.epoch)},
    )
    return target


def _level(compression: str) -> tuple[str, ...]:
    return ("-z9",) if compression == "zstd" else ()
